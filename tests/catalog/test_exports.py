"""Lists as files, and what happened to an entry."""

import csv
import io
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from catalog.models import FunctionCategory
from catalog.services import capabilities, data
from tests.catalog.pages import at, sign_in
from tests.factories import CapabilityFactory, SystemFactory, SystemFunctionFactory

pytestmark = pytest.mark.django_db


def table(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_inventory_is_exported_as_it_is_filtered(place, clerk):
    system = SystemFactory(
        owner=place.transport, code="JT-1", name="=1+1", yearly_operating_cost=Decimal("286000.00"), domain="service"
    )
    SystemFunctionFactory(system=system, name="巡查")
    SystemFunctionFactory(system=system, name="工单")
    SystemFactory(owner=place.transport, name="另一个")
    SystemFactory(owner=place.health, name="别人的")

    rows = table(clerk.get(at("systems-csv") + "?domain=service"))

    assert len(rows) == 1
    assert rows[0]["name"] == "'=1+1"
    assert rows[0]["yearly operating cost (yuan)"] == "286000.00"
    assert rows[0]["system functions"] == "巡查, 工单"
    assert rows[0]["application domain"] == "public service"
    assert len(table(clerk.get(at("systems-csv")))) == 2


def test_the_workbook_holds_the_same_rows(place, clerk):
    SystemFactory(owner=place.transport, code="JT-1", name="公路养护", build_cost=Decimal("10.50"))

    response = clerk.get(at("systems-xlsx"))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0)

    head, row = sheet.to_python()
    assert dict(zip(head, row, strict=True))["total build cost (yuan)"] == 10.5
    assert ".xlsx" in response["Content-Disposition"]


def test_capabilities_and_data_are_exported_for_everybody(place, clerk):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction, name="地图服务")
    entry.categories.add(FunctionCategory.objects.create(code="F05", name="空间"))
    by = place.people.health
    data.register(place.health, {"code": "D1", "name": "名单"}, by=by, items=[{"name": "编号"}])

    assert [(r["name"], r["function categories"]) for r in table(clerk.get(at("capabilities-csv")))] == [
        ("地图服务", "空间")
    ]
    assert [(r["name"], r["data items"]) for r in table(clerk.get(at("data-csv")))] == [("名单", "编号")]


def test_a_capability_tells_what_happened_to_it(place, clerk):
    by = place.people.catalog
    entry = CapabilityFactory(jurisdiction=place.jurisdiction)
    capabilities.update(entry, {"price": "免费"}, by=by)
    capabilities.restrict(entry, by=by, reason="容量不足")

    steps = clerk.get(at("capability", entry.pk)).context["trail"]

    assert [(step.what, step.why) for step in steps] == [("restricted", "容量不足"), ("entry changed", "price")]


def test_a_data_resource_tells_its_keepers_what_happened_to_it(place, clerk):
    by = place.people.transport
    resource = data.register(place.transport, {"code": "D1", "name": "路段"}, by=by, items=[{"name": "编号"}])
    data.update(resource, {"summary": "国省干线"}, by=by, items=[{"name": "桩号"}])
    data.pool(resource, by=by)

    steps = clerk.get(at("data-resource", resource.pk)).context["trail"]

    assert [step.what for step in steps] == ["taken into the city data pool", "entry changed", "catalogued"]
    assert steps[1].why == "summary, data items"
    assert not sign_in(place.people.health).get(at("data-resource", resource.pk)).context["trail"]
