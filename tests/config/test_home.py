from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common import audit
from common.tasks import Task
from config import home, tasks
from config.home_figures import counted_in
from governance.models import Jurisdiction, Round
from governance.states import Role, RoundStatus
from projects.states import ApplicationStatus
from tests.factories import ApplicationFactory, LineFactory, RoundFactory, UserFactory, city, person
from tests.governance.pages import as_, text

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)
A = ApplicationStatus


@pytest.fixture
def here():
    return city()


def apply(here, department, status, **more):
    made = ApplicationFactory(round=here.round, department=department, status=status, **more)
    LineFactory(application=made, declared=Decimal("1000000.00"))
    return made


def test_every_app_that_has_tasks_brings_them():
    found = {provider.__module__ for provider in tasks.providers()}
    assert {"governance.queries.tasks", "projects.queries.tasks", "reviews.queries.tasks"} <= found


def test_nothing_to_do_is_said_in_words(here):
    page = text(as_(here.people.catalog).get("/"))
    assert "Nothing waits for you" in page
    assert "nothing waits for you" in page


def test_tasks_stand_with_who_since_and_until(here, monkeypatch):
    late = Task(
        verb="补正 2 处后重新提交",
        title="SB2027-0076 出租汽车智能监管",
        url="/projects/SB2027-0076/",
        since=TODAY - 5 * DAY,
        due_on=TODAY - DAY,
        days_left=-1,
        from_whom="林晓岚",
        note="缺等保定级备案表",
        button="去补正",
    )
    clocked = Task(verb="表态", title="征求意见书", url="/b/", days_left=2, term=5, is_provisional=True)
    plain = Task(verb="继续填写", title="草稿", url="/c/")
    monkeypatch.setattr(tasks, "providers", lambda: (lambda user: [plain, clocked], lambda user: [late]))
    page = text(as_(here.people.health).get("/"))
    assert page.index("补正 2 处") < page.index("表态") < page.index("继续填写")
    for words in ("林晓岚", "缺等保定级备案表", "去补正", "3 things wait for you", "2 of them press"):
        assert words in page
    assert "<b>1</b> working day over" in page
    assert "provisional" in page
    assert "no deadline" in page
    assert page.count('class="task is-now"') == 2
    assert 'href="/projects/SB2027-0076/"' in page, "the first thing is one press away"


def test_the_round_that_is_open_shows_what_is_left(here):
    RoundFactory(
        jurisdiction=here.jurisdiction,
        name="开放批次",
        status=RoundStatus.OPEN,
        opens_on=TODAY,
        closes_on=TODAY + 30 * DAY,
    )
    RoundFactory(jurisdiction=here.jurisdiction, name="计划批次", status=RoundStatus.PLANNED)
    page = text(as_(here.people.health).get("/"))
    assert "开放批次" in page
    assert "working days left" in page
    assert "计划批次" not in page
    assert here.round.name not in page, "a closed one gives way"


def test_without_an_open_round_the_newest_closed_one_is_shown(here):
    RoundFactory(jurisdiction=here.jurisdiction, name="去年批次", year=2026, status=RoundStatus.CLOSED)
    page = text(as_(here.people.health).get("/"))
    assert here.round.name in page
    assert "去年批次" not in page


def test_the_figures_are_those_of_the_applications_in_sight(here):
    apply(here, here.health, A.DRAFT)
    apply(here, here.health, A.SUBMITTED)
    unknown = apply(here, here.police, A.CONSOLIDATION)
    LineFactory(application=unknown, declared=None)
    rounds = home.rounds_for(here.people.health)

    def figures(user):
        found = home.figures_for(user, rounds, counted_in(user, rounds[0].pk))
        names = ("applications", "declared", "unknown", "prepared", "checked", "corrected", "consolidated")
        return tuple(getattr(found, name) for name in names)

    assert figures(here.people.health) == (2, Decimal(2_000_000), 0, 1, 1, 0, 0)
    assert figures(here.people.li) == (2, Decimal(2_000_000), 1, 0, 1, 0, 1), "no draft of anybody"
    assert home.figures_for(here.people.transport, rounds, counted_in(here.people.transport, rounds[0].pk)) is None
    page = text(as_(here.people.li).get("/"))
    assert "200.00" in page
    assert "1 line without amount" in page


def test_what_others_have_is_listed_with_the_holder(here):
    waiting = apply(here, here.health, A.SUBMITTED, name="智慧养老服务平台")
    apply(here, here.health, A.CORRECTION, name="轮到自己")
    apply(here, here.police, A.SUBMITTED, name="别的单位")
    [row] = home.elsewhere_for(here.people.health)
    assert (row.number, row.holder) == (waiting.number, "the authority")
    page = text(as_(here.people.health).get("/"))
    assert reverse("projects:detail", args=[waiting.number]) in page
    assert "别的单位" not in page
    assert home.elsewhere_for(here.people.li) == []


def test_what_happened_is_what_the_person_may_know(here):
    mine, other = apply(here, here.health, A.SUBMITTED), apply(here, here.police, A.SUBMITTED)
    draft = apply(here, here.health, A.DRAFT)
    for row in (mine, other):
        audit.record("application.submitted", row, by=here.people.health_leader)
        audit.record("application.accepted", row, by=here.people.intake)
        audit.record("application.sent_back", row, by=here.people.health_leader)
        audit.record("line.changed", row, by=here.people.health)
    audit.record("application.submitted", draft, by=here.people.health_leader)

    def news(user):
        return [(row.number, row.what) for row in home.news_for(user)]

    moves = ["Sent back by the leader", "Accepted as complete", "Signed off and submitted"]
    assert news(here.people.health) == [
        (draft.number, moves[2]), (mine.number, moves[0]), (mine.number, moves[1]), (mine.number, moves[2]),
    ]  # fmt: skip
    assert set(news(here.people.li)) == {(row.number, what) for row in (mine, other) for what in moves[1:]}


def test_the_page_takes_the_same_queries_for_any_number_of_applications(here):
    client, taken = as_(here.people.health), []
    for count in (1, 2):
        for _ in range(count):
            row = apply(here, here.health, A.SUBMITTED)
            audit.record("application.submitted", row, by=here.people.health_leader)
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 25


@pytest.mark.parametrize("role", list(Role))
def test_my_work_opens_in_every_role(here, role):
    assert as_(person(here.bureau, role)).get("/").status_code == 200


def test_without_a_role_a_person_is_told_whom_to_ask(here):
    assert "Ask the security administrator" in text(as_(UserFactory()).get("/"))


def test_an_empty_installation_says_how_to_begin():
    Round.objects.all().delete()
    assert not Jurisdiction.objects.exists()
    assert "manage.py found CODE NAME AUTHORITY" in text(as_(UserFactory()).get("/"))


def test_a_canary_of_another_department_is_not_on_the_page(here):
    other = apply(here, here.police, A.SUBMITTED, name="canary-81c")
    audit.record("application.submitted", other, by=here.people.police_leader)
    assert "canary-81c" not in text(as_(here.people.health).get("/"))
    assert "canary-81c" in text(as_(here.people.li).get("/"))


def test_a_clerk_begins_an_application_while_a_round_is_open(here):
    address = reverse("projects:new")
    assert address not in text(as_(here.people.health).get("/"))
    RoundFactory(jurisdiction=here.jurisdiction, status=RoundStatus.OPEN, opens_on=TODAY, closes_on=TODAY)
    assert f'class="btn btn-primary" href="{address}"' in text(as_(here.people.health).get("/"))
    assert address not in text(as_(here.people.li).get("/"))
