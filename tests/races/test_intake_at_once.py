"""Signing, checking and accepting, pressed by two at once."""

import pytest

from budgets.services.lock import lock
from projects.models import Application
from projects.services.submission import ask_sign_off, send_back
from projects.states import ApplicationStatus
from reviews.models import CorrectionRequest, Intake
from reviews.services import endings, intake
from tests import scenes
from tests.factories import complete_draft, open_city
from tests.races.racing import assert_clean, one_wins, race

pytestmark = pytest.mark.django_db(transaction=True)
POINTS = [("等保", "缺等级保护定级依据")]


@pytest.fixture
def town():
    return open_city()


@pytest.fixture
def signed(town):
    return ask_sign_off(complete_draft(town), by=town.people.health)


@pytest.fixture
def submitted(signed, town):
    return intake.submit(signed, by=town.people.health_leader)


def test_a_double_click_on_sign_off_submits_once(town, signed):
    one_wins(
        lambda: intake.submit(signed, by=town.people.health_leader),
        sentence="This is “completeness check” now",
        action="application.submitted",
    )
    assert Intake.objects.count() == 1


def test_what_is_submitted_is_not_sent_back_meanwhile(town, signed):
    one_wins(
        lambda: intake.submit(signed, by=town.people.health_leader),
        lambda: send_back(signed, reason="再核金额", by=town.people.health_leader),
        sentence="This is “completeness check” now",
        action="application.submitted",
    )


def test_an_application_is_accepted_or_corrected_not_both(town, submitted):
    one_wins(
        lambda: intake.accept(submitted, by=town.people.intake),
        lambda: intake.ask_correction(submitted, items=POINTS, by=town.people.intake),
        sentence="This is “consolidation” now",
        action="application.accepted",
    )
    assert not CorrectionRequest.objects.exists()


def test_what_is_withdrawn_is_not_accepted_meanwhile(town, submitted):
    one_wins(
        lambda: endings.withdraw(submitted, by=town.people.health, reason="并入明年"),
        lambda: intake.accept(submitted, by=town.people.intake),
        sentence="This is “withdrawn” now",
        action="application.withdrawn",
    )


def test_nothing_is_submitted_into_a_list_that_is_locked_meanwhile(town, signed):
    scene = scenes.determined(town)
    one_wins(
        lambda: lock(scene.list, by=town.people.head),
        lambda: intake.submit(signed, by=town.people.health_leader),
        sentence="The list of this round is locked: apply in the next batch.",
        action="list.locked",
    )


def test_a_list_is_not_locked_over_what_is_submitted_meanwhile(town, signed):
    scene = scenes.determined(town)
    first, second = race(
        lambda: intake.submit(signed, by=town.people.health_leader), lambda: lock(scene.list, by=town.people.head)
    )
    assert first.won
    assert "not determined" in str(second.refusal)
    assert Application.objects.get(pk=signed.pk).status == ApplicationStatus.SUBMITTED
    assert_clean()
