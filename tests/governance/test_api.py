from __future__ import annotations

import pytest
from django.utils import timezone

from governance.models import CalendarDay, Department, FundingSource, Membership, PolicyParameter, Round
from governance.states import Role
from tests.api import V1, Program, refused
from tests.factories import MembershipFactory, UserFactory, city, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def jiang():
    return city()


@pytest.fixture
def han():
    return city("han")


def test_i_see_who_i_am_and_act_in_another_of_my_roles(jiang):
    clerk = jiang.people.health
    other = MembershipFactory(user=clerk, department=jiang.police, role=Role.LEADER)
    program = Program(clerk)
    me = program.read("me/")
    assert (me["acting"]["role"], len(me["memberships"])) == (Role.CLERK, 2)
    response = program.act("me/act-as/", membership=other.pk)
    assert response.status_code == 200, response.content
    assert response.json()["acting"]["department_name"] == jiang.police.name
    assert program.read("me/")["acting"]["id"] == other.pk


def test_nobody_acts_in_a_role_of_somebody_else(jiang):
    foreign = Membership.objects.get(user=jiang.people.head)
    refused(Program(jiang.people.health).act("me/act-as/", membership=foreign.pk), 409, "rule")


def test_somebody_without_a_role_is_still_somebody():
    assert Program(UserFactory()).read("me/")["acting"] is None


def test_a_round_is_planned_changed_opened_and_closed(jiang):
    program = Program(jiang.people.head)
    order = {"year": 2030, "name": "2030 年度", "closes_on": "2099-12-31"}
    created = program.act("rounds/", **order)
    assert (created.status_code, created["ETag"]) == (201, '"1"')
    path = created["Location"].removeprefix(V1)
    assert program.act(path, 1, method="patch", name="改名").json()["name"] == "改名"
    opened = program.act(path + "open/", 2)
    assert opened.json()["status"] == "open"
    assert program.act(path + "close/", 3).json()["status"] == "closed"
    assert Round.objects.get(year=2030).version == 4


@pytest.mark.parametrize("field", ["status", "version", "jurisdiction", "id", "created_at"])
def test_what_verbs_move_is_not_written(jiang, field):
    program, path = Program(jiang.people.head), f"{V1}rounds/{jiang.round.pk}/"
    before = Round.objects.values().get(pk=jiang.round.pk)
    refused(program.patch(path, {field: 3}, headers={"If-Match": '"1"'}), 400, "invalid")
    assert Round.objects.values().get(pk=jiang.round.pk) == before


def test_only_the_head_manages_rounds(jiang):
    for name in ("health", "li", "finance", "auditor"):
        program = Program(getattr(jiang.people, name))
        refused(program.act("rounds/", year=2030, name="x"), 403, "permission_denied")
        refused(program.act(f"rounds/{jiang.round.pk}/", 1, method="patch", name="x"), 403, "permission_denied")


def test_another_jurisdiction_is_out_of_sight(jiang, han):
    program = Program(jiang.people.head)
    for noun, record in (("rounds", han.round), ("funding-sources", han.source)):
        assert record.pk not in [row["id"] for row in program.read(f"{noun}/")["results"]]
        refused(program.get(f"{V1}{noun}/{record.pk}/"), 404, "not_found")
        refused(program.patch(f"{V1}{noun}/{record.pk}/", {"name": "x"}), 404, "not_found")


def test_departments_are_added_and_changed_where_one_acts(jiang, han):
    program = Program(jiang.people.head)
    order = {"code": "water", "name": "市水务局"}
    created = program.act("departments/", **order)
    assert created.status_code == 201, created.content
    assert Department.objects.get(code="water").jurisdiction == jiang.jurisdiction
    changed = program.act(f"departments/{created.json()['id']}/", method="patch", short_name="水务")
    assert changed.json()["short_name"] == "水务"
    refused(program.act("departments/", **order), 409, "rule")
    refused(program.act(f"departments/{han.health.pk}/", method="patch", name="x"), 403, "permission_denied")
    named = program.act(f"jurisdictions/{jiang.jurisdiction.pk}/", method="patch", name="江城")
    assert named.json()["name"] == "江城"


def test_sources_are_added_and_changed_by_finance(jiang):
    program = Program(jiang.people.finance)
    order = {"code": "bond-1", "name": "专项债", "kind": "bond"}
    created = program.act("funding-sources/", **order)
    assert created.status_code == 201, created.content
    changed = program.act(f"funding-sources/{created.json()['id']}/", method="patch", is_active=False)
    assert changed.json()["is_active"] is False
    problem = refused(program.act("funding-sources/", code="x", name="x", kind="superior"), 400, "invalid")
    assert problem["errors"][0]["detail"] == "Earmarked superior money names its purpose."
    assert FundingSource.objects.filter(jurisdiction=jiang.jurisdiction).count() == 2


def test_values_are_set_with_their_document_and_withdrawn(jiang):
    program, today = Program(jiang.people.head), f"{timezone.localdate()}"
    order = {"key": "review_days", "value": 15, "source_document": "江政办〔2027〕1号", "valid_from": today}
    created = program.act("policies/", **order)
    assert created.status_code == 201, created.content
    (row,) = [row for row in program.read("policies/in-force/") if row["key"] == "review_days"]
    assert (row["value"], row["origin"]) == (15, "own")
    refused(program.act("policies/", **{**order, "key": "zombie_months", "value": "many"}), 409, "rule")
    refused(program.act("policies/", **{**order, "key": "anything"}), 400, "invalid")
    assert program.delete(f"{V1}policies/{created.json()['id']}/").status_code == 204
    assert not PolicyParameter.objects.filter(jurisdiction=jiang.jurisdiction).exists()


def test_the_calendar_is_corrected(jiang):
    program = Program(jiang.people.head)
    created = program.act("calendar-days/", day="2027-10-09", is_workday=True, note="调休")
    assert created.status_code == 201, created.content
    assert program.delete(f"{V1}calendar-days/{created.json()['id']}/").status_code == 204
    assert not CalendarDay.objects.exists()
    refused(Program(jiang.people.health).act("calendar-days/", day="2027-10-09"), 403, "permission_denied")


def test_roles_are_given_and_ended_by_the_security_administrator(jiang):
    keeper = Program(person(jiang.bureau, Role.SECURITY_ADMIN))
    newcomer = UserFactory(display_name="新人")
    assert "新人" in [row["display_name"] for row in keeper.read("people/", q="新人")["results"]]
    order = {"user": newcomer.pk, "department": jiang.health.pk, "role": "clerk"}
    granted = keeper.act("memberships/", **order)
    assert granted.status_code == 201, granted.content
    assert granted.json()["person_name"] == "新人"
    ended = keeper.act(f"memberships/{granted.json()['id']}/end/")
    assert ended.status_code == 204, ended.content
    refused(Program(jiang.people.head).act("memberships/", **order), 403, "permission_denied")
    refused(Program(jiang.people.health).get(V1 + "people/"), 403, "permission_denied")


def test_accounts_are_switched_by_the_system_administrator(jiang):
    program = Program(person(jiang.bureau, Role.SYSTEM_ADMIN))
    path = f"people/{jiang.people.health.pk}/"
    assert program.act(path + "switch-off/").json()["is_active"] is False
    assert program.act(path + "switch-on/").json()["is_active"] is True
    assert "password" not in program.read(path)


def test_the_trail_is_read_by_those_who_keep_watch(jiang, han):
    Program(han.people.head).act("rounds/", year=2030, name="x")
    Program(jiang.people.head).act("rounds/", year=2030, name="x")
    rows = Program(jiang.people.auditor).read("audit-events/", action="round.added")["results"]
    assert [row["actor_code"] for row in rows] == ["city-head"]
    refused(Program(jiang.people.health).get(V1 + "audit-events/"), 403, "permission_denied")
    refused(Program(jiang.people.auditor).delete(f"{V1}audit-events/{rows[0]['id']}/"), 405, "method_not_allowed")
