"""Of other departments' systems: name, owner and functions. Nothing from inside, on no page and by no program."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Capability, DataResource, System
from catalog.services import functions, systems
from governance.states import Role
from tests.api import Program
from tests.factories import (
    CapabilityFactory,
    DataResourceFactory,
    FundingSourceFactory,
    SystemFactory,
    UserFactory,
    city,
    person,
)

pytestmark = pytest.mark.django_db
CANARY = "CANARY7731"
COST = Decimal("7731773100.00")
COST_WORDS = ("7731773100", "773,177.31", "7,731,773,100")
INSIDE_TEXTS = (
    "office", "contact", "vendor", "operator", "user_level", "user_group", "service_items", "cloud_node",
    "technology", "mlps_filing", "mlps_result",
)  # fmt: skip


@pytest.fixture
def scene():
    """A city and a neighbour; one system of transport with a canary in every inside field."""
    here, there = city("here"), city("there")
    source = FundingSourceFactory(jurisdiction=here.jurisdiction, code="canary", name=CANARY)
    system = SystemFactory(
        owner=here.transport,
        code="JT-1",
        name="公路养护管理系统",
        description="养护计划与巡查",
        build_cost=COST,
        yearly_operating_cost=COST,
        funding_source=source,
        network="dedicated",
        mlps_level=3,
        planned_fate="retire",
        last_used_on=date(2019, 1, 1),
        monthly_active_users=0,
        **dict.fromkeys(INSIDE_TEXTS, CANARY),
    )
    functions.add(system, {"name": "养护巡查", "description": "巡查记录"}, by=here.people.transport)
    systems.update(system, {"contact": f"{CANARY}-2"}, by=here.people.transport, reason=f"{CANARY} 换人")
    roles = {role: person(here.bureau, role, username=f"role-{role}") for role in Role}
    actors = {
        **{f"at the authority: {role}": user for role, user in roles.items()},
        **{f"here: {name}": user for name, user in vars(here.people).items()},
        **{f"there: {name}": user for name, user in vars(there.people).items()},
        "nobody": UserFactory(),
    }
    return SimpleNamespace(here=here, there=there, system=System.objects.get(pk=system.pk), actors=actors)


def test_lists_and_single_objects_agree_for_every_actor(scene):
    entries = [
        scene.system,
        SystemFactory(owner=scene.here.health),
        SystemFactory(owner=scene.here.bureau),
        SystemFactory(owner=scene.there.transport),
    ]
    capability = CapabilityFactory(jurisdiction=scene.there.jurisdiction)
    resource = DataResourceFactory(provider=scene.there.transport)
    for name, user in scene.actors.items():
        inside = set(System.objects.details_visible_to(user))
        seen = set(System.objects.visible_to(user))
        assert inside <= seen, name
        for system in entries:
            assert (system in inside) == user.has_perm("catalog.view_system_inside", system), (name, system)
            assert (system in seen) == user.has_perm("catalog.view_system"), (name, system)
            if user.has_perm("catalog.change_system", system):
                assert system in inside, (name, system)
        assert Capability.objects.visible_to(user).contains(capability) == user.has_perm("catalog.view_capability")
        assert DataResource.objects.visible_to(user).contains(resource) == user.has_perm("catalog.view_dataresource")


def outsiders(scene):
    return {n: u for n, u in scene.actors.items() if not u.has_perm("catalog.view_system_inside", scene.system)}


def test_whose_inside_is_seen_by_whom(scene):
    insiders = set(scene.actors) - set(outsiders(scene))

    assert {name for name in insiders if name.startswith("here")} == {
        f"here: {name}"
        for name in (
            "transport",
            "transport_leader",
            "intake",
            "li",
            "wang",
            "zhou",
            "head",
            "catalog",
            "auditor",
            "finance",
        )
    }
    assert not any(name.startswith("there") for name in insiders)


def clean(text):
    assert CANARY not in text
    assert not any(words in text for words in COST_WORDS)


def test_no_page_tells_an_outsider_what_stands_inside(scene):
    pk = scene.system.pk
    pages = [
        reverse("catalog:systems"),
        reverse("catalog:systems") + "?network=dedicated",
        reverse("catalog:system-directory"),
        reverse("catalog:system-directory") + "?ordering=-cost&network=dedicated",
        reverse("catalog:system", args=[pk]),
        reverse("catalog:system-functions", args=[pk]),
        reverse("catalog:data"),
        reverse("catalog:capabilities"),
    ]
    for name, user in outsiders(scene).items():
        client = Client()
        client.force_login(user)
        for page in pages:
            response = client.get(page, follow=True)
            assert response.status_code in {200, 404}, (name, page)
            clean(response.text)
        for file in ("systems-csv", "capabilities-csv", "data-csv"):
            clean(b"".join(client.get(reverse(f"catalog:{file}"), follow=True)).decode())
        searched = client.get(reverse("catalog:system-directory"), {"q": CANARY}, follow=True)
        assert scene.system.name not in searched.text, name
        for closed in ("system-inside", "system-versions", "system-edit"):
            response = client.get(reverse(f"catalog:{closed}", args=[pk]))
            assert response.status_code in {403, 404}, (name, closed)


def test_the_directory_shows_an_outsider_name_owner_and_functions(scene):
    client = Client()
    client.force_login(scene.here.people.health)

    page = client.get(reverse("catalog:system", args=[scene.system.pk])).text

    assert all(words in page for words in ("公路养护管理系统", "市交通运输局", "养护巡查", "巡查记录"))


def test_no_answer_of_the_api_tells_an_outsider_what_stands_inside(scene):
    pk = scene.system.pk
    for name, user in outsiders(scene).items():
        program = Program(user)
        for path in ("systems/", f"systems/{pk}/", "system-functions/", "system-versions/"):
            clean(program.get(f"/api/v1/{path}").content.decode())
        for query in (
            {"q": CANARY}, {"search": CANARY}, {"network": "dedicated"}, {"mlps_level": 3}, {"planned_fate": "retire"},
            {"use": "idle"}, {"attested": "no"}, {"completeness": "low"},
        ):  # fmt: skip
            found = program.get("/api/v1/systems/", query).json()["results"]
            assert pk not in {row["id"] for row in found}, (name, query)
        assert program.get("/api/v1/systems/", {"ordering": "yearly_operating_cost"}).status_code == 400
        if user.acting:
            shown = program.read(f"systems/{pk}/")
            assert shown["inside"] is None
            assert (shown["name"], shown["functions"]) == ("公路养护管理系统", ["养护巡查"])


def test_an_insider_sees_it_all_on_pages_and_by_program(scene):
    client, pk = Client(), scene.system.pk
    for name in ("transport", "transport_leader", "li", "head", "catalog", "finance", "auditor"):
        user = getattr(scene.here.people, name)
        client.force_login(user)
        assert CANARY in client.get(reverse("catalog:system-inside", args=[pk])).text
        assert CANARY in client.get(reverse("catalog:system-versions", args=[pk])).text
        shown = Program(user).read(f"systems/{pk}/")
        assert (shown["inside"]["vendor"], shown["inside"]["build_cost"]) == (CANARY, "7731773100.00")
        assert Program(user).read("system-versions/", system=pk)["results"]
        assert Program(user).read("systems/", network="dedicated")["results"]


MAY_CHANGE = {"here: transport", "here: transport_leader", "here: catalog", "at the authority: catalog"}


def test_only_the_owners_people_and_the_catalog_manager_change_an_entry(scene):
    allowed = {n for n, user in scene.actors.items() if user.has_perm("catalog.change_system", scene.system)}
    assert allowed == MAY_CHANGE

    for name, user in scene.actors.items():
        client = Client()
        client.force_login(user)
        urls = [
            reverse(f"catalog:{verb}", args=[scene.system.pk])
            for verb in ("system-attest", "system-move", "function-add")
        ]
        expected = {302, 422} if name in MAY_CHANGE else {403, 404}
        for url in urls:
            assert client.post(url).status_code in expected, (name, url)
        if name not in MAY_CHANGE:
            program = Program(user)
            for path, method in (
                (f"systems/{scene.system.pk}/", "patch"),
                (f"systems/{scene.system.pk}/attest/", "post"),
            ):
                response = program.act(path, "*", method=method)
                assert response.status_code in {403, 404}, (name, path)


def test_a_clerk_registers_for_the_own_department_only(scene):
    clerk, health = scene.here.people.transport, scene.here.health

    assert clerk.has_perm("catalog.register_system", scene.here.transport)
    assert not clerk.has_perm("catalog.register_system", health)
    assert not scene.here.people.transport_leader.has_perm("catalog.register_system", scene.here.transport)
    assert scene.here.people.catalog.has_perm("catalog.register_system", health)
    assert not scene.there.people.catalog.has_perm("catalog.register_system", health)
    response = Program(clerk).act("systems/", code="WJ-1", name="x", owner=health.pk)
    assert response.status_code == 403
    entry = f"systems/{scene.system.pk}/"
    moved = Program(clerk).act(entry, scene.system.version, method="patch", owner=health.pk, reason="划转")
    assert moved.status_code == 403


def test_capabilities_are_managed_by_the_catalog_manager_of_their_city(scene):
    entry = CapabilityFactory(jurisdiction=scene.here.jurisdiction)
    allowed = {n for n, user in scene.actors.items() if user.has_perm("catalog.manage_capability", entry)}

    assert allowed == {"here: catalog", "at the authority: catalog"}
    for name, user in scene.actors.items():
        client = Client()
        client.force_login(user)
        response = client.post(reverse("catalog:capability-move", args=[entry.pk]), {"to": "restricted"})
        assert response.status_code in ({302} if name in allowed else {403, 404}), name
        page = client.get(reverse("catalog:capability-edit", args=[entry.pk]))
        assert page.status_code in ({200} if name in allowed else {403, 404}), name
