"""The way of applications: who reached which step, with how much, in how many working days."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from budgets.services.budget import control, reply
from insight.queries.books import books_of
from insight.queries.funnel import courses, sees_drafts, stairs
from insight.states import Step
from projects.models import Application
from reviews.models import Act, Determination, Intake, ListVersion
from tests import scenes
from tests.factories import city

pytestmark = pytest.mark.django_db


def at(day):
    return timezone.make_aware(datetime.fromisoformat(f"{day}T10:00"))


def dated(made, *, created, submitted, accepted=None):
    Application.objects.filter(pk=made.pk).update(created_at=at(created), submitted_at=submitted and at(submitted))
    if accepted:
        intake = Intake.objects.create(application=made, accepted_at=at(accepted), accepted_by=made.drafter)
        assert intake.pk


def stairs_of(user, round):
    books = books_of(user).of({round.pk})
    found = stairs(courses(user, [round.pk], books), with_drafts=sees_drafts(user))
    return {stair.step: stair for stair in found}


@pytest.fixture
def scene():
    """Four were submitted, after 1, 2, 3 and 10 working days; two of them went all the way to the money."""
    scene = scenes.locked()
    place = scene.place
    dated(scene.health_application, created="2026-11-02", submitted="2026-11-03", accepted="2026-11-05")
    dated(scene.police_application, created="2026-11-02", submitted="2026-11-04", accepted="2026-11-06")
    slow = scenes.application(place, "transport", 70)
    dated(slow, created="2026-11-02", submitted="2026-11-05")
    slowest = scenes.application(
        place, "health", 30, status="withdrawn", ended_at=at("2026-12-01"), ended_by=slow.drafter
    )
    dated(slowest, created="2026-11-02", submitted="2026-11-16")
    scene.draft = scenes.application(place, "police", 900, status="draft")
    Act.objects.update(confirmed_at=at("2026-11-20"))
    Determination.objects.update(at=at("2026-11-24"))
    ListVersion.objects.update(at=at("2026-11-25"))
    return scene


def test_each_step_has_its_applications_and_its_money(scene):
    found = stairs_of(scene.place.people.head, scene.place.round)
    assert [(stair.applications, stair.money) for stair in found.values()] == [
        (4, 400), (2, 300), (2, 300), (2, 300), (2, 265), (0, 0),
    ]  # fmt: skip
    assert (found[Step.SUBMITTED].waiting, found[Step.SUBMITTED].ended) == (1, 1)


def test_times_are_working_days_from_the_step_before(scene):
    found = stairs_of(scene.place.people.head, scene.place.round)
    assert (found[Step.SUBMITTED].median, found[Step.SUBMITTED].slowest_tenth) == (Decimal("2.5"), 10)
    assert (found[Step.ACCEPTED].median, found[Step.ACCEPTED].slowest_tenth) == (2, 2)
    assert found[Step.CONSOLIDATED].slowest_tenth == 11
    assert (found[Step.DETERMINED].median, found[Step.LISTED].median) == (2, 1)
    assert found[Step.FUNDED].median is None


def test_the_budget_reply_funds_what_is_listed(scene):
    finance = scene.place.people.finance
    budget = control(scene.budget, Decimal(300), by=finance)
    reply(budget, by=finance, number="财预〔2027〕9号")
    found = stairs_of(scene.place.people.head, scene.place.round)
    assert (found[Step.FUNDED].applications, found[Step.FUNDED].money) == (2, 265)


@pytest.mark.parametrize(("who", "drafts"), [("head", None), ("finance", None), ("auditor", 5), ("police", 2)])
def test_drafts_are_counted_only_for_those_who_see_them(scene, who, drafts):
    found = stairs_of(getattr(scene.place.people, who), scene.place.round)
    assert (found[Step.DRAFTED].applications if Step.DRAFTED in found else None) == drafts


def test_one_open_line_keeps_an_application_from_being_consolidated():
    place = city()
    made = scenes.application(place, "health", 10, 20)
    scenes.decide(place, scenes.keep(scenes.module(made)))
    assert stairs_of(place.people.head, place.round)[Step.CONSOLIDATED].applications == 0
    scenes.decide(place, scenes.keep(scenes.module(made, 2)))
    assert stairs_of(place.people.head, place.round)[Step.CONSOLIDATED].applications == 1
