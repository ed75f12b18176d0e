"""The catalog by program: the same services, sights and refusals as on the pages."""

import pytest

from catalog.models import Capability, DataResource, FunctionCategory, System
from catalog.services import starter
from catalog.states import CapabilityStatus, SystemStatus
from tests.api import Program, refused
from tests.factories import (
    CapabilityFactory,
    DataResourceFactory,
    SystemFactory,
    SystemFunctionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(place):
    """Acts for a clerk of the transport department."""
    return Program(place.people.transport)


@pytest.fixture
def managing(place):
    """Acts for the catalog manager."""
    return Program(place.people.catalog)


def pointers(response):
    return {entry["pointer"] for entry in refused(response, 400, "invalid")["errors"]}


def test_categories_capabilities_and_their_indexes_are_read(place, program):
    starter.load(place.jurisdiction)

    assert len(program.read("function-categories/", limit=200)["results"]) == 59
    top = FunctionCategory.objects.get(code="F06")
    assert len(program.read("function-categories/", parent=top.pk)["results"]) == 4
    assert len(program.read("capabilities/", category="F06")["results"]) == 3
    found = program.read("capabilities/", q="短信 网关", kind="support", status="available")["results"]
    assert [row["name"] for row in found] == ["统一消息服务"]
    names = [row["name"] for row in program.read("capabilities/", ordering="-code", limit=2)["results"]]
    assert names == ["移动政务门户", "公文交换"]
    assert program.get("/api/v1/capabilities/", {"colour": "red"}).status_code == 400


CAPABILITY = {
    "code": "NL-9",
    "name": "地图服务",
    "kind": "support",
    "built_centrally": "底图",
    "services_offered": "接口",
    "department_builds": "图层",
}


def test_the_manager_publishes_and_changes_a_capability(place, managing):
    category = FunctionCategory.objects.create(code="F05", name="地图")

    created = managing.act("capabilities/", **CAPABILITY, provider=place.bureau.pk, categories=[category.pk])
    assert created.status_code == 201
    assert created.json()["status"] == "planned"
    assert created["ETag"] == '"1"'
    path = f"capabilities/{created.json()['id']}/"
    assert managing.act(path, 1, method="patch", name="位置服务").json()["name"] == "位置服务"
    refused(managing.act(path, 1, method="patch", name="再改"), 412, "stale")
    refused(managing.act(path, method="patch", name="再改"), 428, "version_required")
    assert pointers(managing.act(path, 2, method="patch", status="retired")) == {"#/status"}
    assert pointers(managing.act(path, 2, method="patch", valid_from="2027-02-01", valid_to="2027-01-01")) == {"#"}


def test_a_capacity_below_nothing_is_a_mistake_of_its_field(place, managing):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction, capacity=5)
    path = f"capabilities/{entry.pk}/"

    assert pointers(managing.act(path, 1, method="patch", capacity=-1)) == {"#/capacity"}
    new = {**CAPABILITY, "provider": place.bureau.pk, "capacity": -1}
    assert pointers(managing.act("capabilities/", **new)) == {"#/capacity"}
    assert managing.act(path, 1, method="patch", capacity=0).json()["capacity"] == 0


def test_a_new_capability_is_not_retired_from_the_start(place, managing):
    response = managing.act("capabilities/", **CAPABILITY, provider=place.bureau.pk, status="retired")

    assert "planned, being built" in refused(response, 409, "rule")["detail"]


def test_the_verbs_of_a_capability(place, managing, program):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction, status=CapabilityStatus.PLANNED)
    path = f"capabilities/{entry.pk}/"

    steps = [("start-building", "building"), ("open-trial", "trial"), ("make-available", "available")]
    for version, (verb, status) in enumerate(steps, start=1):
        assert managing.act(f"{path}{verb}/", version).json()["status"] == status
    assert pointers(managing.act(f"{path}restrict/", 4)) == {"#/reason"}
    assert managing.act(f"{path}restrict/", 4, reason="容量不足").json()["status"] == "restricted"
    refused(managing.act(f"{path}open-trial/", 5), 409, "state")
    waiting = SystemFactory(owner=place.health, name="待替代", planned_fate="replace", replaced_by=entry)
    assert refused(managing.act(f"{path}retire/", 5, reason="到期"), 409, "rule")["items"] == ["待替代"]
    System.objects.filter(pk=waiting.pk).update(status=SystemStatus.STOPPED)
    assert managing.act(f"{path}retire/", 5, reason="到期").json()["status"] == "retired"
    assert program.act(f"{path}retire/", 6, reason="到期").status_code == 403


def test_a_clerk_registers_and_changes_a_system_with_what_stands_inside(place, program):
    created = program.act(
        "systems/",
        code="JT-1",
        name="公路养护",
        owner=place.transport.pk,
        inside={"build_cost": "2840000.00", "used_by": [place.police.pk]},
    )
    assert created.status_code == 201, created.json()
    body = created.json()
    assert body["inside"]["build_cost"] == "2840000.00"
    assert body["inside"]["used_by"] == [place.police.pk]
    path = f"systems/{body['id']}/"

    changed = program.act(path, 1, method="patch", reason="2026 年合同", inside={"yearly_operating_cost": "286000.00"})
    assert changed.json()["inside"]["yearly_operating_cost"] == "286000.00"
    assert changed.json()["inside"]["build_cost"] == "2840000.00"
    history = program.read("system-versions/", system=body["id"])["results"]
    assert [(row["number"], row["reason"], row["before"]) for row in history] == [
        (2, "2026 年合同", {"yearly_operating_cost": None})
    ]
    assert "Say why" in refused(program.act(path, 2, method="patch", name="改名"), 409, "rule")["detail"]
    assert pointers(program.act(path, 2, method="patch", reason="x", status="stopped")) == {"#/status"}
    assert "#/inside" in pointers(program.act(path, 2, method="patch", reason="x", inside=None))
    wrong = program.act(path, 2, method="patch", reason="x", inside={"attested_on": "2027-01-01"})
    assert pointers(wrong) == {"#/inside/attested_on"}
    fate = program.act(path, 2, method="patch", reason="x", inside={"planned_fate": "absorb"})
    assert "Name the platform" in fate.json()["errors"][0]["detail"]


def test_another_fate_forgets_the_platform_of_the_old_one(place, program):
    platform = SystemFactory(owner=place.transport)
    system = SystemFactory(owner=place.transport, planned_fate="absorb", absorbed_into=platform)

    changed = program.act(f"systems/{system.pk}/", 1, method="patch", reason="保留", inside={"planned_fate": "keep"})

    assert changed.json()["inside"]["absorbed_into"] is None


def test_the_verbs_of_a_system(place, program):
    system = SystemFunctionFactory(system__owner=place.transport).system
    path = f"systems/{system.pk}/"

    assert program.act(f"{path}attest/", 1, note="核对无误").json()["inside"]["attested_on"]
    assert "already" in refused(program.act(f"{path}attest/", 2), 409, "rule")["detail"]
    assert pointers(program.act(f"{path}move/", 2, to="gone")) == {"#/to", "#/reason"}
    assert program.act(f"{path}move/", 2, to="stopped", reason="并入").json()["status"] == "stopped"
    refused(program.act(f"{path}move/", 3, to="trial", reason="重来"), 409, "state")


def test_functions_carry_the_version_of_their_system(place, program):
    system = SystemFactory(owner=place.transport)

    created = program.act("system-functions/", 1, system=system.pk, name="巡查")
    assert created.status_code == 201, created.json()
    path = f"system-functions/{created.json()['id']}/"
    refused(program.act(path, 1, method="patch", name="移动巡查"), 412, "stale")
    assert program.act(path, 2, method="patch", name="移动巡查").json()["name"] == "移动巡查"
    assert program.read("system-functions/", system=system.pk, search="移动")["results"]
    again = program.act("system-functions/", 3, system=system.pk, name="移动巡查")
    assert "lists a function of this name already" in again.json()["errors"][0]["detail"]
    assert program.act(path, 3, method="delete").status_code == 204
    assert program.read(f"systems/{system.pk}/")["functions"] == []


def test_functions_of_others_are_read_and_not_written(place, program):
    function = SystemFunctionFactory(system__owner=place.health, name="预防接种")

    assert program.read(f"system-functions/{function.pk}/")["name"] == "预防接种"
    assert program.act("system-functions/", 1, system=function.system.pk, name="x").status_code == 403
    for method in ("patch", "delete"):
        assert program.act(f"system-functions/{function.pk}/", 1, method=method).status_code == 403


def test_the_inventory_is_filtered_searched_and_sorted(place, program):
    SystemFactory(owner=place.transport, code="A", name="甲", status="trial")
    second = SystemFactory(owner=place.health, code="B", name="乙", domain="service")
    SystemFunctionFactory(system=second, name="预防接种")

    def codes(**query):
        return [row["code"] for row in program.read("systems/", **query)["results"]]

    assert codes() == ["A", "B"]
    assert codes(ordering="-code") == ["B", "A"]
    assert codes(owner=place.health.pk) == ["B"]
    assert codes(q="预防") == codes(search="接种") == ["B"]
    assert codes(status="trial") == ["A"]
    assert codes(completeness="low") == ["A"]


DATA = {"code": "JT-D1", "name": "路段"}


def test_a_clerk_catalogues_changes_and_pools_a_data_resource(place, program):
    items = [{"name": "桩号", "is_key": True}, {"name": "里程", "length": 8}]
    created = program.act("data-resources/", **DATA, provider=place.transport.pk, items=items)
    assert created.status_code == 201, created.json()
    path = f"data-resources/{created.json()['id']}/"
    assert [item["name"] for item in created.json()["items"]] == ["桩号", "里程"]

    assert len(program.act(path, 1, method="patch", summary="国省干线").json()["items"]) == 2
    assert len(program.act(path, 2, method="patch", items=items[:1]).json()["items"]) == 1
    assert "legal basis" in program.act(path, 3, method="patch", sharing="none").json()["errors"][0]["detail"]
    assert pointers(program.act(path, 3, method="patch", pooled_since="2027-01-01")) == {"#/pooled_since"}
    assert program.act(f"{path}pool/", 3, on="2026-05-01").json()["pooled_since"] == "2026-05-01"
    refused(program.act(f"{path}pool/", 4), 409, "rule")
    assert program.read("data-resources/", pooled="yes", search="桩号")["results"]


def test_data_of_others_is_read_and_not_written(place, program):
    resource = DataResourceFactory(provider=place.health)
    path = f"data-resources/{resource.pk}/"

    assert program.read(path)["id"] == resource.pk
    assert program.act("data-resources/", **DATA, provider=place.health.pk).status_code == 403
    assert program.act(path, 1, method="patch", name="x").status_code == 403
    assert program.act(f"{path}pool/", 1).status_code == 403
    mine = DataResourceFactory(provider=place.transport)
    moved = program.act(f"data-resources/{mine.pk}/", 1, method="patch", provider=place.health.pk)
    assert moved.status_code == 403


def test_a_write_that_is_sent_twice_happens_once(place, managing):
    for _time in range(2):
        response = managing.post(
            "/api/v1/capabilities/",
            {**CAPABILITY, "provider": place.bureau.pk},
            headers={"Idempotency-Key": "once"},
        )
        assert response.status_code == 201

    assert Capability.objects.count() == 1
    assert not DataResource.objects.exists()
