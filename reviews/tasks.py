"""Work of the review that runs outside the request: each takes ids, and may run twice without harm."""

from __future__ import annotations

from contextlib import suppress

from celery import shared_task
from django.utils import timezone

from common.errors import DomainError
from governance.models import Jurisdiction, User
from projects.models import Application
from reviews.models import Act
from reviews.services import acts, weights
from reviews.services.screening import acceptance, jobs, stock
from reviews.states import ActStatus, OpinionState


@shared_task
def run_chunk(chunk_id: int) -> None:
    jobs.run_chunk(chunk_id)


@shared_task
def resume_screenings() -> int:
    return jobs.resume()


@shared_task
def screen_application(application_id: int) -> int:
    return acceptance.screen_application(Application.objects.select_related("round").get(pk=application_id))


@shared_task
def close_due_opinions() -> int:
    """Silence past the term is agreement."""
    due = Act.objects.filter(status=ActStatus.CONFIRMED, opinions_due_on__lt=timezone.localdate())
    closed = 0
    for act in due.filter(opinions__state=OpinionState.AWAITING).distinct():
        with suppress(DomainError):  # objected to or undone since it was read: the others go on
            closed += acts.close_opinions(act)
    return closed


@shared_task
def read_for_search(jurisdiction_id: int) -> None:
    """Read what has no vector and make the stock's files, a while at a time."""
    if stock.read(jurisdiction_id):
        stock.read_on(jurisdiction_id)


@shared_task
def learn_weights(jurisdiction_id: int, by_id: int) -> None:
    """Learn from the verdicts of a jurisdiction; nobody asked when the clock did."""
    asked_by = User.objects.filter(pk=by_id).first()
    weights.learn(Jurisdiction.objects.get(pk=jurisdiction_id), by=asked_by)


@shared_task
def learn_nightly() -> int:
    return weights.learn_nightly()
