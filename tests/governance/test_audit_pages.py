from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from common import audit
from common.models import AuditEvent
from governance.queries.audit import events_for, in_words, slice_of
from governance.services.organisation import change_department
from governance.services.people import grant
from governance.services.rounds import open_round
from governance.states import Role, RoundStatus
from tests.factories import DepartmentFactory, JurisdictionFactory, RoundFactory, UserFactory, city, person
from tests.governance.pages import as_, text

pytestmark = pytest.mark.django_db
URL = "/governance/audit/"
EXPORT = "/governance/audit/export/"
SEES = {Role.AUDITOR, Role.AUDIT_ADMIN, Role.HEAD}


@pytest.fixture
def here():
    return city()


def record(target, by, action="round.opened", **details):
    return audit.record(action, target, by=by, **details)


def rows_of(response):
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


@pytest.mark.parametrize("role", list(Role))
def test_who_reads_the_log(here, role):
    client = as_(person(here.bureau, role))
    for address in (URL, EXPORT):
        assert client.get(address).status_code == (200 if role in SEES else 403)
        assert client.post(address).status_code in {403, 405}


def test_a_line_says_it_in_words(here):
    round = RoundFactory(
        jurisdiction=here.jurisdiction, name="第一批", status=RoundStatus.PLANNED, closes_on=timezone.localdate()
    )
    open_round(round, by=here.people.head)
    change_department(here.health, {"short_name": "卫健委", "is_active": False}, by=here.people.head)
    grant(UserFactory(username="chen"), here.police, Role.CLERK, by=None)
    granted, changed, opened = in_words(AuditEvent.objects.order_by("-pk"))
    assert (opened.action, opened.record, opened.record_type) == ("round opened", "第一批", "Round")
    assert ("before", "not open yet") in opened.details
    assert changed.details == [("active", "yes → no"), ("short name", "empty → 卫健委")]
    assert granted.person == "the clock"
    assert ("role", "department clerk") in granted.details
    assert ("person", "chen") in granted.details


def test_what_has_no_words_is_shown_as_it_is(here):
    event = record(here.round, here.people.head, "round.turned_over", oddity=[1, {"a": None}], nothing="")
    [entry] = in_words([event])
    assert entry.action == "round.turned_over"
    assert entry.details == [("oddity", "1, a empty")]
    event.target_type = "gone.model"
    assert next(in_words([event])).record_type == "gone.model"


def test_the_log_of_the_city_and_of_those_below_it(here):
    other = city("other")
    district = JurisdictionFactory(parent=here.jurisdiction)
    below = person(DepartmentFactory(jurisdiction=district), Role.AUDITOR)
    for by in (here.people.health, other.people.health, below, None):
        record(here.round, by)

    def seen_by(user):
        return list(events_for(user).order_by("pk").values_list("actor_code", flat=True))

    assert seen_by(here.people.auditor) == ["city-health-clerk", below.username, "system"]
    assert seen_by(below) == [below.username]
    assert seen_by(here.people.health) == []
    assert seen_by(UserFactory()) == []


def test_the_log_is_narrowed(here):
    yesterday = timezone.now() - timedelta(days=1)
    old = record(here.round, here.people.li, "round.closed")
    AuditEvent.objects.filter(pk=old.pk).update(at=yesterday)
    record(here.health, here.people.wang, "department.changed")
    client = as_(here.people.auditor)

    def found(**query):
        return [entry.account for entry in client.get(URL, query).context["entries"]]

    today, day_before = timezone.localdate().isoformat(), timezone.localdate(yesterday).isoformat()
    assert found() == ["city-wang", "city-li"]
    assert found(person="city-li") == ["city-li"]
    assert found(person=str(here.people.wang)) == ["city-wang"]
    assert found(q="卫生") == ["city-wang"]
    assert found(action="round.closed") == ["city-li"]
    assert found(target_type="governance.department") == ["city-wang"]
    assert found(since=today) == ["city-wang"]
    assert found(until=day_before) == ["city-li"]


def test_older_and_newer_lines_are_reached(here):
    for _ in range(7):
        record(here.round, here.people.li)
    events = AuditEvent.objects.all()
    pks = list(events.order_by("-pk").values_list("pk", flat=True))

    def at(cursor):
        part = slice_of(events, cursor, size=3)
        return [row.pk for row in part.rows], part

    first, part = at("")
    assert (first, part.newer) == (pks[:3], "")
    second, part = at(part.older)
    assert second == pks[3:6]
    third, last = at(part.older)
    assert (third, last.older) == (pks[6:], "")
    assert at(last.newer)[0] == pks[3:6]
    assert at(part.newer)[0] == pks[:3]
    assert at("nonsense")[0] == pks[:3]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_any_number_of_lines(here, count, django_assert_num_queries):
    for _ in range(count):
        record(here.round, here.people.li)
    client = as_(here.people.auditor)
    client.get(URL)
    with django_assert_num_queries(4):
        client.get(URL)


def test_the_export_holds_what_the_filters_let_through_and_runs_nothing(here):
    evil = DepartmentFactory(jurisdiction=here.jurisdiction, name="=cmd|' /C calc'!A0")
    record(evil, here.people.li, "department.added", note="@SUM(A1)")
    record(here.round, here.people.wang, "round.closed")
    client = as_(here.people.auditor)
    response = client.get(EXPORT, {"person": "city-li"})
    [row] = rows_of(response)
    assert row["record"] == "'=cmd|' /C calc'!A0"
    assert (row["account"], row["action"], row["code"]) == ("city-li", "department added", "department.added")
    assert len(rows_of(client.get(EXPORT))) == 2
    assert "attachment" in response["Content-Disposition"]


def test_the_page_offers_the_export_of_what_is_seen(here):
    record(here.round, here.people.li)
    page = text(as_(here.people.auditor).get(URL, {"person": "city-li"}))
    assert f"{EXPORT}?person=city-li" in page


def test_a_canary_of_another_city_is_nowhere(here):
    other = city("other")
    record(other.round, other.people.li, "round.opened", note="canary-7f3")
    AuditEvent.objects.filter(actor_code="other-li")
    client = as_(here.people.auditor)
    assert "canary-7f3" not in text(client.get(URL))
    assert all("canary-7f3" not in str(row) for row in rows_of(client.get(EXPORT)))
