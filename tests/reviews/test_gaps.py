"""A department answers a gap: an unknown amount becomes known, once."""

from decimal import Decimal

import pytest
from django.urls import reverse

from budgets.queries.reconcile import reconcile
from common.errors import DomainError
from common.models import AuditEvent
from projects.models import Line, LineBase
from projects.states import LineKind
from reviews.queries.gaps import gap_tasks
from reviews.services.gaps import supply
from tests import scenes
from tests.api import Program
from tests.factories import LineFactory, city

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return city()


@pytest.fixture
def made(place):
    return scenes.application(place, "health", None, 100)


def test_the_clerk_supplies_an_amount_and_rates_follow(place, made):
    fee = LineFactory(
        application=made, sequence=3, kind=LineKind.SUPERVISION, declared=None, rate=Decimal("0.03"), money=None
    )
    LineBase.objects.create(line=fee, base=scenes.module(made, 1))
    supply(scenes.module(made, 1), Decimal("200.00"), by=place.people.health)
    assert scenes.module(made, 1).declared == 200
    assert Line.objects.get(pk=fee.pk).declared == Decimal("6.00")
    assert reconcile().is_clean
    assert AuditEvent.objects.filter(action="line.supplied").count() == 1


def test_a_known_amount_is_not_changed_after_submission(place, made):
    with pytest.raises(DomainError):
        supply(scenes.module(made, 2), Decimal(1), by=place.people.health)
    supply(scenes.module(made, 1), Decimal(1), by=place.people.health)
    with pytest.raises(DomainError):
        supply(scenes.module(made, 1), Decimal(2), by=place.people.health)


@pytest.mark.parametrize("who", ["police", "li", "health_leader", "finance"])
def test_only_its_own_clerk_supplies(place, made, who):
    with pytest.raises(DomainError):
        supply(scenes.module(made, 1), Decimal(1), by=getattr(place.people, who))


def test_a_closed_application_keeps_its_gap(place, made):
    made.status = "correction"
    made.save()
    with pytest.raises(DomainError):
        supply(scenes.module(made, 1), Decimal(1), by=place.people.health)


def test_the_gap_is_a_task_and_is_answered_on_its_page(client, place, made):
    assert [task.title for task in gap_tasks(place.people.health)] == [str(made)]
    client.force_login(place.people.health)
    page = reverse("reviews:gaps", args=[made.number])
    assert scenes.module(made, 1).name in client.get(page).content.decode()
    line = scenes.module(made, 1)
    client.post(reverse("reviews:supply", args=[made.number, line.pk]), {"amount": "x", "version": made.version})
    assert scenes.module(made, 1).declared is None
    client.post(reverse("reviews:supply", args=[made.number, line.pk]), {"amount": "12.30", "version": made.version})
    assert scenes.module(made, 1).declared == Decimal("12.30")
    assert list(gap_tasks(place.people.health)) == []
    client.force_login(place.people.police)
    assert client.get(page).status_code == 404


def test_a_program_supplies_an_amount(place, made):
    clerk = Program(place.people.health)
    gap = clerk.read("unknown-amounts/")["results"][0]
    assert gap["reference"] == f"{made.number}/1"
    answer = clerk.act(f"unknown-amounts/{gap['id']}/supply/", made.version, amount="5.00")
    assert answer.status_code == 200, answer.content
    assert answer.json()["declared"] == "5.00"
    assert Program(place.people.police).read("unknown-amounts/")["results"] == []
