"""Pages ask as many queries for three rows as for one."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from knox.models import AuthToken

from governance.models import CalendarDay, FundingSource
from governance.services.policies import Basis, set_policy
from governance.services.rounds import update_round
from governance.states import Role
from tests.factories import DepartmentFactory, FundingSourceFactory, MembershipFactory, city, person
from tests.governance.pages import as_

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return city()


def taken(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def roles(here, number):
    MembershipFactory(user=here.people.health, department=DepartmentFactory(jurisdiction=here.jurisdiction))


def sources(here, number):
    FundingSourceFactory(jurisdiction=here.jurisdiction, code=f"source{number}")


def days(here, number):
    CalendarDay.objects.create(day=date(2026, 5, number + 1), is_workday=False)


def tokens(here, number):
    AuthToken.objects.create(here.people.health)


def values(here, number):
    basis = Basis("文", date(2026 + 10 * number, 12, 31))
    set_policy(here.jurisdiction, "review_days", 20 + number, basis, by=here.people.head)


def changes(here, number):
    update_round(here.round, {"name": f"第 {number} 次改名"}, by=here.people.head)


@pytest.mark.parametrize(
    ("add", "name", "arguments"),
    [
        (roles, "profile", ()),
        (roles, "person", ("health",)),
        (sources, "sources", ()),
        (days, "calendar", ()),
        (tokens, "tokens", ()),
        (values, "policy", ("review_days",)),
        (changes, "round", ("round",)),
    ],
)
def test_three_rows_take_as_many_queries_as_one(here, add, name, arguments):
    pks = {"health": here.people.health.pk, "round": here.round.pk}
    address = reverse(f"governance:{name}", args=[pks.get(word, word) for word in arguments])
    user = person(here.bureau, Role.SECURITY_ADMIN) if name == "person" else here.people.health
    client = as_(user)
    add(here, 1)
    one = taken(client, address)
    add(here, 2)
    add(here, 3)
    assert taken(client, address) == one


def test_sources_and_permission_agree_for_everybody(here):
    other = city("other")
    for actor in [*vars(here.people).values(), *vars(other.people).values()]:
        for source in FundingSource.objects.all():
            listed = FundingSource.objects.visible_to(actor).contains(source)
            assert listed == actor.has_perm("governance.view_fundingsource", source), (actor, source)
