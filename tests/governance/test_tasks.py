from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.queries.tasks import tasks_for
from governance.states import Role, RoundStatus
from tests.factories import RoundFactory, UserFactory, city, person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def here():
    return city()


def rounds(here, status, **days):
    return RoundFactory(jurisdiction=here.jurisdiction, status=status, **days)


def verbs(user):
    return [(task.verb, task.title) for task in tasks_for(user)]


def test_the_head_opens_a_round_on_its_day(here):
    due = rounds(here, RoundStatus.PLANNED, opens_on=TODAY)
    rounds(here, RoundStatus.PLANNED, opens_on=TODAY + DAY)
    rounds(here, RoundStatus.PLANNED)
    assert verbs(here.people.head) == [("Open the round: departments may apply", due.name)]
    assert verbs(here.people.li) == []


@pytest.mark.parametrize(("closes_on", "waits"), [(TODAY + DAY, False), (TODAY, True), (TODAY - 3 * DAY, True)])
def test_the_head_closes_a_round_at_its_end(here, closes_on, waits):
    rounds(here, RoundStatus.OPEN, closes_on=closes_on)
    found = tasks_for(here.people.head)
    assert bool(found) == waits
    assert all(task.days_left <= 0 and task.is_pressing for task in found)


def test_the_head_of_another_city_has_nothing_to_open(here):
    rounds(here, RoundStatus.PLANNED, opens_on=TODAY)
    assert verbs(city("other").people.head) == []


def test_the_security_administrator_gives_roles_to_those_without(here):
    security = person(here.bureau, Role.SECURITY_ADMIN)
    assert verbs(security) == []
    for number in range(2):
        UserFactory(username=f"new{number}", display_name=f"新人{number}")
    UserFactory(is_active=False)
    [task] = tasks_for(security)
    assert (task.verb, task.title) == ("Give a role to 2 persons", "新人0, 新人1")


def test_without_a_role_nothing_waits():
    assert tasks_for(UserFactory()) == []
