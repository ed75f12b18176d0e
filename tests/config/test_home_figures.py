"""The figures of the roles on "My work": what came of a department's money, how far the review is."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from config.home_figures import counted_in, own_figures, review_figures
from projects.services.submission import ask_sign_off
from projects.states import CatalogAnswer
from reviews.models import Disposition
from reviews.services import intake
from tests.factories import CapabilityFactory, LineFactory, SystemFactory, complete_draft, open_city
from tests.governance.pages import as_, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return open_city()


def sent(town):
    signed = ask_sign_off(complete_draft(town), by=town.people.health)
    return intake.submit(signed, by=town.people.health_leader)


def figures_of(figures, person, town):
    return figures(person, town.round.pk, counted_in(person, town.round.pk))


def test_before_any_decision_all_the_money_of_a_department_is_held(town):
    application = complete_draft(town)
    capability = CapabilityFactory(jurisdiction=town.jurisdiction, provider=town.bureau)
    LineFactory(application=application, sequence=9, capability=capability, catalog_answer=CatalogAnswer.USE)
    SystemFactory(owner=town.health, status="in_use")
    SystemFactory(owner=town.police)
    found = figures_of(own_figures, town.people.health, town)
    assert not found.is_decided
    assert found.parts.held_total == found.parts.declared == Decimal(1_000_100)
    assert [share.number for share in found.shares] == [application.number]
    assert found.chosen == 1
    assert found.inventory.systems == 1, "the systems of others are not counted"
    assert found.cut_percent == ""


def test_other_departments_stand_in_no_figure(town):
    complete_draft(town)
    found = figures_of(own_figures, town.people.transport, town)
    assert (found.parts.declared, found.shares) == (0, [])


def test_the_review_counts_open_modules_and_terms(town):
    application = intake.accept(sent(town), by=town.people.intake)
    found = figures_of(review_figures, town.people.li, town)
    assert (found.modules, found.open_modules) == (1, 1)
    assert [stage.number for stage in found.stages] == [0, 0, 1]
    assert (found.over, found.done_percent) == (0, "0.0")
    assert not Disposition.objects.filter(line__application=application).exists()
    with time_machine.travel(timezone.now() + timedelta(days=120), tick=False):
        late = figures_of(review_figures, town.people.li, town)
    assert late.over == 1
    assert Decimal(late.mean_days) > 20


def test_an_empty_round_has_figures_without_shares(town):
    found = figures_of(review_figures, town.people.li, town)
    assert (found.modules, found.mean_days, found.moved_percent, found.widest) == (0, "", "", 0)


def test_each_role_reads_its_own_figures(town):
    sent(town)
    clerk = text(as_(town.people.health).get("/", HTTP_ACCEPT_LANGUAGE="en"))
    assert "Shared capabilities chosen" in clerk
    assert "Where the declared money goes" in clerk
    judge = text(as_(town.people.li).get("/", HTTP_ACCEPT_LANGUAGE="en"))
    assert "Modules to decide" in judge
    assert "Stages and terms" in judge
    assert "Where the declared money goes" not in judge
