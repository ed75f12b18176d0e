"""A city with a full round of made-up applications, and its screening."""

from __future__ import annotations

import time

from django.utils import timezone

from governance.models import Round, User
from matching.synthetic import modules
from projects.models import Application, Line
from projects.states import ApplicationStatus, LineKind
from reviews.models import Finding, Intake, Screening
from reviews.services.screening import jobs
from reviews.states import JobState, ScreeningStep
from tests.factories import city


def build(applications: int, per_application: int) -> tuple[Round, User]:
    """The round with its accepted applications, and a reviewer of the authority."""
    town, now = city(), timezone.now()
    made = Application.objects.bulk_create(
        Application(
            number=f"SB2027-{number:05d}",
            round=town.round,
            department=town.health,
            name=f"申报项目{number}",
            drafter=town.people.health,
            status=ApplicationStatus.CONSOLIDATION,
            submitted_at=now,
        )
        for number in range(1, applications + 1)
    )
    Intake.objects.bulk_create(Intake(application=one, accepted_at=now, accepted_by=town.people.intake) for one in made)
    texts = enumerate(modules(applications * per_application, per_project=per_application))
    Line.objects.bulk_create(
        (
            Line(
                application=made[number // per_application],
                sequence=number % per_application + 1,
                kind=LineKind.MODULE,
                name=text.name,
                description=text.description,
                declared=100,
            )
            for number, text in texts
        ),
        batch_size=1000,
    )
    return town.round, town.people.li


def screened(round: Round, *, by: User, pause: float) -> dict[str, float]:
    """Ask for the screening and wait for its end: seconds by step."""
    began = time.monotonic()
    screening = jobs.start(round, by=by)
    took: dict[str, float] = dict.fromkeys(map(str, ScreeningStep), 0.0)
    while True:
        screening = Screening.objects.get(pk=screening.pk)
        now = time.monotonic()
        if screening.state not in jobs.OPEN:
            assert screening.state == JobState.DONE, list(screening.chunks.exclude(error="").values("step", "error"))
            return took
        took[screening.chunks.latest("pk").step] += now - began
        began = now
        time.sleep(pause)


def unanswered(round: Round) -> int:
    """Modules that the machine only doubts, though nothing failed, and applications that were not screened."""
    unread = Finding.objects.filter(line__application__round=round, evidence__has_key="reasons")
    return unread.count() + Intake.objects.filter(application__round=round, screened_at=None).count()
