from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from governance.models import CalendarDay, CalendarYear, Department, FundingSource, Jurisdiction
from governance.queries import working_days
from governance.queries.organisation import department_tree
from governance.states import DepartmentKind, Level, Role
from tests.factories import DepartmentFactory, JurisdictionFactory, UserFactory, city, person
from tests.governance.pages import as_, text, told

pytestmark = pytest.mark.django_db
PAGES = ["organisation", "sources", "calendar"]


@pytest.fixture
def here():
    return city()


def url(name, *args):
    return reverse(f"governance:{name}", args=args)


def test_departments_stand_under_their_superiors(here):
    DepartmentFactory(jurisdiction=here.jurisdiction, code="a-cdc", name="市疾控中心", parent=here.health)
    rows = department_tree(here.jurisdiction.pk)
    names = [(row.name, row.depth) for row in rows]
    assert names.index(("市疾控中心", 1)) == names.index(("市卫生健康委", 0)) + 1
    assert {row.name: row.people for row in rows}["市卫生健康委"] == 2
    page = text(as_(here.people.health).get(url("organisation")))
    assert "市疾控中心" in page
    assert "depth-1" in page


def test_the_departments_of_another_jurisdiction_are_shown_on_request(here):
    district = JurisdictionFactory(name="江东区", parent=here.jurisdiction, level=Level.DISTRICT)
    DepartmentFactory(jurisdiction=district, name="区卫健局")
    client = as_(here.people.health)
    assert "区卫健局" not in text(client.get(url("organisation")))
    page = text(client.get(url("organisation"), {"jurisdiction": district.pk}))
    assert "区卫健局" in page
    assert client.get(url("organisation"), {"jurisdiction": 10**6}).status_code == 404
    assert client.get(url("organisation"), {"jurisdiction": "x"}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_tree_takes_the_same_queries_for_any_number(here, count, django_assert_num_queries):
    for _ in range(count):
        DepartmentFactory(jurisdiction=here.jurisdiction, parent=here.health)
        JurisdictionFactory(parent=here.jurisdiction)
    client = as_(here.people.head)
    client.get(url("organisation"))
    with django_assert_num_queries(7):
        client.get(url("organisation"))


@pytest.mark.parametrize("role", [Role.HEAD, Role.SYSTEM_ADMIN])
def test_departments_are_added_and_changed(here, role):
    client = as_(person(here.bureau, role))
    assert client.get(url("department-new")).status_code == 200
    data = {"code": "cdc", "name": "市疾控中心", "kind": DepartmentKind.DEPARTMENT, "parent": here.health.pk}
    assert told(client.post(url("department-new"), data)) == ["“市疾控中心” is added."]
    row = Department.objects.get(code="cdc")
    assert (row.jurisdiction, row.parent) == (here.jurisdiction, here.health)
    client.post(url("department-edit", row.pk), {"name": "市疾病预防控制局", "kind": "department"})
    row.refresh_from_db()
    assert (row.name, row.parent, row.is_active) == ("市疾病预防控制局", None, False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "city-health"}, "This code is taken in this jurisdiction."),
        ({"code": "有空格"}, "Use letters, digits"),
        ({"name": ""}, "This field is required."),
        ({"kind": "authority"}, "Select a valid choice"),
    ],
)
def test_a_department_that_does_not_hold_is_shown_again(here, change, words):
    data = {"code": "cdc", "name": "市疾控中心", "kind": "department", **change}
    response = as_(here.people.head).post(url("department-new"), data)
    assert response.status_code == 422
    assert words in text(response)


def test_the_authority_is_not_switched_off(here):
    page = as_(here.people.head).get(url("department-edit", here.bureau.pk))
    assert not {"kind", "is_active", "code"} & set(page.context["form"].fields)


def test_a_district_is_founded_and_renamed(here):
    client = as_(here.people.head)
    assert client.get(url("jurisdiction-new")).status_code == 200
    data = {"code": "east", "name": "江东区", "level": "district", "currency": "CNY"}
    data |= {"authority_code": "bureau", "authority_name": "区大数据局"}
    assert told(client.post(url("jurisdiction-new"), data)) == ["“江东区” is founded."]
    district = Jurisdiction.objects.get(code="east")
    assert (district.parent, district.authority.name) == (here.jurisdiction, "区大数据局")
    assert client.post(url("jurisdiction-new"), data).status_code == 422
    client.post(url("jurisdiction-edit", district.pk), {"name": "江东新区", "level": "district"})
    district.refresh_from_db()
    assert district.name == "江东新区"


def test_funding_sources_are_added_and_changed(here):
    for actor in (here.people.head, here.people.finance):
        client = as_(actor)
        code = f"smart-{actor.pk}"
        data = {"code": code, "name": "省专项", "kind": "superior", "purpose": "智慧医疗"}
        assert told(client.post(url("source-new"), data))[-1] == "The funding source is added."
        row = FundingSource.objects.get(code=code)
        client.post(url("source-edit", row.pk), {"name": "省级专项", "kind": "superior", "purpose": "智慧医疗"})
        row.refresh_from_db()
        assert (row.name, row.is_active) == ("省级专项", False)
        assert "省级专项" in text(client.get(url("sources")))


def test_earmarked_money_without_purpose_is_shown_again(here):
    response = as_(here.people.head).post(url("source-new"), {"code": "x", "name": "专项", "kind": "superior"})
    assert response.status_code == 422
    assert "Earmarked superior money names its purpose." in text(response)


def test_sources_of_another_city_are_out_of_sight(here):
    other = city("other")
    FundingSource.objects.filter(pk=other.source.pk).update(name="他市资金")
    client = as_(here.people.head)
    assert "他市资金" not in text(client.get(url("sources")))
    assert client.post(url("source-edit", other.source.pk), {}).status_code == 404
    assert client.post(url("department-edit", other.health.pk), {}).status_code == 403
    assert client.post(url("jurisdiction-edit", other.jurisdiction.pk), {}).status_code == 403


def test_the_year_shows_holidays_and_make_up_days(here):
    page = as_(here.people.health).get(url("calendar"), {"year": 2026})
    days = {day.day: day for month in page.context["year"].months for week in month.weeks for day in week if day}
    assert len(days) == 365
    assert (days[date(2026, 2, 14)].kind, days[date(2026, 2, 16)].kind) == ("makeup", "holiday")
    assert (days[date(2026, 2, 21)].kind, days[date(2026, 2, 24)].kind) == ("off", "work")
    assert page.context["year"].workdays == sum(working_days.is_workday(day) for day in days)
    assert "Provisional" not in text(page)


def test_a_year_without_notice_says_so(here):
    page = as_(here.people.health).get(url("calendar"), {"year": working_days.LAST_NOTICE + 1})
    assert "Provisional" in text(page)


@pytest.mark.parametrize("year", ["", "x", "1", "99999", "-5", "²"])
def test_an_impossible_year_is_this_year(here, year):
    assert as_(here.people.health).get(url("calendar"), {"year": year}).status_code == 200


@pytest.mark.parametrize("role", [Role.HEAD, Role.SYSTEM_ADMIN])
def test_days_are_set_and_removed(here, role):
    client = as_(person(here.bureau, role))
    data = {"day": "2027-02-13", "is_workday": "1", "note": "春节补班"}
    response = client.post(url("calendar-day"), data)
    assert response["Location"] == url("calendar") + "?year=2027"
    row = CalendarDay.objects.get()
    assert "春节补班" in text(client.get(url("calendar"), {"year": 2027}))
    client.post(url("calendar-day-remove", row.pk))
    assert not CalendarDay.objects.exists()
    assert client.post(url("calendar-day"), {**data, "note": ""}).status_code == 422


def test_the_notice_is_entered(here):
    year = working_days.LAST_NOTICE + 1
    client = as_(here.people.head)
    data = {"year": year, "document": "国办发明电〔2026〕7号"}
    assert client.post(url("calendar-year"), data).status_code == 302
    assert CalendarYear.objects.get().year == year
    response = client.post(url("calendar-year"), data)
    assert response.status_code == 422
    assert "as announced already" in text(response)


MAY_NOT = [role for role in Role if role not in {Role.HEAD, Role.SYSTEM_ADMIN}]


@pytest.mark.parametrize("role", MAY_NOT)
def test_everybody_reads_and_nobody_else_writes(here, role):
    client = as_(person(here.bureau, role))
    day = CalendarDay.objects.create(day=date(2027, 1, 4), is_workday=False)
    for page in PAGES:
        assert client.get(url(page)).status_code == 200
    forbidden = [
        url("department-new"), url("department-edit", here.health.pk), url("jurisdiction-new"),
        url("jurisdiction-edit", here.jurisdiction.pk), url("calendar-day"), url("calendar-year"),
        url("calendar-day-remove", day.pk),
    ]  # fmt: skip
    if role != Role.FINANCE:
        forbidden += [url("source-new"), url("source-edit", here.source.pk)]
    for address in forbidden:
        assert client.post(address).status_code == 403, address


def test_a_system_administrator_keeps_off_the_money(here):
    client = as_(person(here.bureau, Role.SYSTEM_ADMIN))
    assert client.post(url("source-new")).status_code == 403


def test_without_a_role_the_directory_is_closed():
    client = as_(UserFactory())
    assert client.get(url("organisation")).status_code == 200
    assert client.get(url("calendar")).status_code == 403
