from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common import audit
from common.models import AuditEvent, Sequence
from common.tasks import Task
from config.notifications import delivery
from config.notifications.subscriptions import SUBSCRIPTIONS
from governance.models import Membership, Notification, User
from governance.queries.audit_words import ACTIONS
from governance.services import notifications, profile
from governance.states import Role
from projects.states import ApplicationStatus
from reviews.models import CapabilityRequest, MatchWeights
from reviews.services import acts, intake
from tests import scenes
from tests.api import Program
from tests.factories import ApplicationFactory, CapabilityFactory, MembershipFactory, city
from tests.governance.pages import as_, text, told
from tests.scenes import keep, merge, module

pytestmark = pytest.mark.django_db
A = ApplicationStatus


@pytest.fixture
def here():
    return city()


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def heard(user: User) -> list[tuple[str, str]]:
    rows = Notification.objects.visible_to(again(user)).order_by("pk")
    return list(rows.values_list("kind", "action"))


def received(here: SimpleNamespace, status=A.SUBMITTED):
    return ApplicationFactory(round=here.round, department=here.health, status=status, submitted_at=timezone.now())


def test_every_subscription_is_of_an_action_that_has_words():
    assert set(SUBSCRIPTIONS) <= set(ACTIONS)


def test_the_department_hears_that_its_application_is_accepted_and_no_other_does(here):
    intake.accept(received(here), by=here.people.intake)
    assert delivery.deliver() == 2

    assert heard(here.people.health) == [("application", "application.accepted")]
    assert heard(here.people.health_leader) == [("application", "application.accepted")]
    assert heard(here.people.police) == []
    assert heard(here.people.intake) == []


def test_nobody_is_told_the_same_twice(here):
    intake.accept(received(here), by=here.people.intake)
    delivery.deliver()
    assert delivery.deliver() == 0
    assert Notification.objects.count() == 2


def test_a_line_that_another_transaction_committed_late_is_still_told(here):
    """Its number is lower than one that was told already."""
    late = received(here)
    audit.record("application.accepted", received(here), by=here.people.intake)
    delivery.deliver()
    event = audit.record("application.accepted", late, by=here.people.intake)
    assert Sequence.objects.get(key=delivery.UPTO).last < event.pk
    assert delivery.deliver() == 2


def test_what_is_settled_is_not_read_again(here, monkeypatch):
    audit.record("application.accepted", received(here), by=here.people.intake)
    monkeypatch.setattr(delivery, "SETTLED", timedelta(seconds=-1))
    delivery.deliver()
    assert Sequence.objects.get(key=delivery.UPTO).last == AuditEvent.objects.latest("pk").pk
    Notification.objects.all().delete()
    assert delivery.deliver() == 0


def test_old_history_is_no_news(here, monkeypatch):
    audit.record("application.accepted", received(here), by=here.people.intake)
    monkeypatch.setattr(delivery, "BACKLOG", timedelta(seconds=-1))
    assert delivery.deliver() == 0


def test_who_did_it_is_not_told(here):
    both = MembershipFactory(user=here.people.intake, department=here.health, role=Role.CLERK)
    intake.accept(received(here), by=here.people.intake)
    delivery.deliver()
    assert not Notification.objects.filter(membership=both).exists()


def test_what_a_person_does_not_want_to_hear_is_not_told(here):
    user = here.people.health
    profile.change_profile(user, display_name="陈静", phone="", muted=["application"])
    intake.accept(received(here), by=here.people.intake)
    delivery.deliver()
    assert heard(user) == []
    assert heard(here.people.health_leader) != []


def test_a_reason_is_told_with_the_news(here):
    application = received(here)
    audit.record("application.sent_back", application, by=here.people.health_leader, reason="估算依据不足")
    delivery.deliver()
    assert Notification.objects.get().text == "估算依据不足"


def test_a_confirmed_act_asks_the_touched_departments_and_tells_its_makers(here):
    health = scenes.application(here, "health", 100)
    police = scenes.application(here, "police", 200)
    scenes.decide(here, keep(module(police)), merge(module(health), module(police), 100, 0), settled=False)
    delivery.deliver()

    assert ("opinion", "act.confirmed") in heard(here.people.health)
    assert ("opinion", "act.confirmed") in heard(here.people.police_leader)
    assert heard(here.people.transport) == []
    assert ("act", "act.confirmed") in heard(here.people.li)
    assert ("act", "act.proposed") in heard(here.people.wang), "who may confirm it"
    assert ("act", "act.proposed") not in heard(here.people.li), "who proposed it"


def test_an_objection_is_told_to_the_makers_in_its_own_words(here):
    police = scenes.application(here, "police", 200)
    act = scenes.decide(here, keep(module(police)), settled=False)
    acts.contest(act, here.police, by=here.people.police, text="数据不能出本单位")
    delivery.deliver()
    row = Notification.objects.get(action="opinion.objected", membership__user=here.people.li)
    assert row.text == "数据不能出本单位"
    assert row.url == reverse("reviews:act", args=[act.pk])


def test_every_subscription_finds_its_audience(here):
    """Each rule is asked once, of a record of its kind: a wrong field name would fail here and not in the night."""
    locked = scenes.locked(here)
    request = CapabilityRequest.objects.create(
        capability=CapabilityFactory(jurisdiction=here.jurisdiction), department=here.health,
        application=received(here), purpose="查询", asked_by=here.people.health,
    )  # fmt: skip
    act = scenes.decide(here, keep(module(scenes.application(here, "police", 80))), settled=False)
    records = {
        "application": received(here), "act": act, "opinion": act, "opinions": act, "capabilityrequest": request,
        "list": locked.list, "budget": locked.budget, "round": here.round,
        "membership": here.people.police.memberships.get(),
        "weights": MatchWeights.objects.create(
            jurisdiction=here.jurisdiction, number=1, state="candidate", values={}, verdicts=60,
            last_verdict=timezone.now(),
        ),
    }  # fmt: skip
    Notification.objects.all().delete()
    for action in SUBSCRIPTIONS:
        audit.record(action, records[action.partition(".")[0]], by=None)
    delivery.deliver()
    assert set(Notification.objects.values_list("action", flat=True)) == set(SUBSCRIPTIONS)


def test_a_draft_that_was_deleted_concerns_nobody(here):
    application = received(here, A.DRAFT)
    audit.record("application.sent_back", application, by=here.people.health_leader, reason="x")
    application.delete()
    assert delivery.deliver() == 0


def due(days: int | None) -> Task:
    day = timezone.localdate() + timedelta(days=days or 0)
    return Task(verb="补正", title="SB2027-0001 平台", url="/projects/SB2027-0001/", due_on=day, days_left=days)


@pytest.mark.parametrize(("days", "count"), [(3, 1), (0, 1), (-2, 1), (4, 0), (None, 0)])
def test_what_runs_out_in_three_working_days_is_told_once(here, monkeypatch, days, count):
    only = here.people.health.pk
    monkeypatch.setattr(delivery, "tasks_for", lambda user: [due(days)] if user.pk == only else [])
    assert delivery.remind() == count
    assert delivery.remind() == 0


def test_a_new_term_of_the_same_task_is_told_again(here, monkeypatch):
    tasks = [due(2)]
    only = here.people.health.pk
    monkeypatch.setattr(delivery, "tasks_for", lambda user: tasks if user.pk == only else [])
    delivery.remind()
    tasks[0] = due(3)
    assert delivery.remind() == 1


def test_each_role_of_a_person_is_reminded_of_its_own(here, monkeypatch):
    other = MembershipFactory(user=here.people.health, department=here.police, role=Role.LEADER)
    monkeypatch.setattr(
        delivery, "tasks_for", lambda user: [due(1)] if user.acting and user.acting.pk == other.pk else []
    )
    delivery.remind()
    assert Notification.objects.get().membership == other


def tell(role: Membership, number: int = 1, **more: object) -> Notification:
    known = {"kind": "application", "action": "application.accepted", "title": f"SB2027-000{number}", "url": "/"}
    known |= {"key": f"event-{number}", "at": timezone.now()}
    return Notification.objects.create(membership=role, **known | more)


@pytest.fixture
def role(here) -> Membership:
    return here.people.health.memberships.get()


def test_the_bell_counts_what_is_new_in_all_roles_and_costs_no_query(here, role):
    client = as_(role.user)
    client.get("/catalog/data/")
    with CaptureQueriesContext(connection) as before:
        client.get("/catalog/data/")
    tell(role, 1)
    tell(role, 2, read_at=timezone.now())
    tell(MembershipFactory(user=role.user, department=here.police, role=Role.LEADER), 3)
    with CaptureQueriesContext(connection) as after:
        page = text(client.get("/catalog/data/"))
    assert "Notifications, 2 new" in page
    assert len(after) == len(before)


def test_opening_one_notes_it_and_leads_to_its_record(role):
    row = tell(role, url="/projects/SB2027-0001/")
    answer = as_(role.user).post(reverse("governance:notification-open", args=[row.pk]))
    assert answer["Location"] == "/projects/SB2027-0001/"
    row.refresh_from_db()
    assert row.is_read


def test_one_for_another_role_is_opened_in_that_role(here, role):
    other = MembershipFactory(user=role.user, department=here.police, role=Role.LEADER)
    row = tell(other)
    answer = as_(role.user).post(reverse("governance:notification-open", args=[row.pk]))
    assert told(answer) == [f"You act as {other} now."]
    assert again(role.user).acting == other


def test_a_role_that_ended_says_nothing_more(role):
    row = tell(role)
    Membership.objects.filter(pk=role.pk).update(valid_to=timezone.localdate() - timedelta(days=1))
    assert as_(role.user).post(reverse("governance:notification-open", args=[row.pk])).status_code == 404


def test_another_persons_notification_is_not_there(here, role):
    row = tell(role)
    answer = as_(here.people.police).post(reverse("governance:notification-open", args=[row.pk]))
    assert answer.status_code == 404
    row.refresh_from_db()
    assert not row.is_read


def test_all_are_read_at_once_and_only_ones_own(here, role):
    tell(role, 1)
    tell(role, 2)
    theirs = tell(here.people.police.memberships.get(), 3)
    answer = as_(role.user).post(reverse("governance:notifications-read"))
    assert told(answer) == ["2 notifications are read now."]
    assert list(Notification.objects.unread()) == [theirs]


def test_the_list_shows_what_is_new_or_of_one_kind(role):
    tell(role, 1)
    tell(role, 2, kind="act", action="act.confirmed", read_at=timezone.now())
    client = as_(role.user)
    whole = text(client.get(reverse("governance:notifications")))
    assert "SB2027-0001" in whole and "SB2027-0002" in whole
    assert "Your act was confirmed" in whole
    new = text(client.get(reverse("governance:notifications") + "?kind=new"))
    assert "SB2027-0001" in new and "SB2027-0002" not in new
    acts_only = text(client.get(reverse("governance:notifications") + "?kind=act"))
    assert "SB2027-0001" not in acts_only and "SB2027-0002" in acts_only


def test_the_list_asks_the_same_queries_for_one_row_and_three(role):
    counts, client = [], as_(role.user)
    client.get(reverse("governance:notifications"))
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            tell(role, number)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("governance:notifications"))
        counts.append(len(asked))
    assert counts == [6, 6]


def test_what_was_read_long_ago_is_let_go(role):
    long_ago = timezone.now() - timedelta(days=91)
    tell(role, 1, read_at=long_ago)
    tell(role, 2, at=long_ago)
    assert notifications.forget_read() == 1
    assert Notification.objects.get().title == "SB2027-0002"


def test_a_program_reads_its_persons_notifications(here, role):
    row = tell(role)
    program = Program(role.user)
    assert [one["title"] for one in program.read("notifications/", read_at__isnull="true")["results"]] == [row.title]
    assert program.act(f"notifications/{row.pk}/mark-read/").json()["read_at"]
    assert program.act("notifications/mark-all-read/").json() == {"count": 0}
    assert Program(here.people.police).get(f"/api/v1/notifications/{row.pk}/").status_code == 404
