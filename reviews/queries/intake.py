"""What the intake officers and the department read about an application's way through the check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects.models import Application
from projects.states import ApplicationStatus
from reviews.models import CorrectionRequest, DeterminedApplication, Intake
from reviews.queries.clock import Clock, clocks

A = ApplicationStatus


@dataclass(frozen=True)
class QueueRow:
    """An application in the queue, its clock, who reviews it, and until when a correction is due."""

    application: Application
    clock: Clock
    reviewer: str
    due_on: date | None


@dataclass(frozen=True)
class Stage:
    """A step of the way: done, now, hold, or nothing for what is to come."""

    label: str | Promise
    state: str = ""
    at: date | None = None


def queue_rows(order: Iterable[int]) -> list[QueueRow]:
    """Rows in the order of the keys given; the number of queries does not grow with them."""
    waiting = CorrectionRequest.objects.filter(intake__application=OuterRef("pk"), answered_at__isnull=True)
    loaded = (
        Application.objects.with_amounts()
        .select_related("department", "round__jurisdiction", "intake__assigned_to")
        .annotate(correction_due=Subquery(waiting.order_by("-pk").values("due_on")[:1]))
        .in_bulk(list(order))
    )
    rows = [loaded[pk] for pk in order]
    found = clocks(rows)
    return [QueueRow(row, found[row.pk], _reviewer(row), _due_on(row)) for row in rows]


def _reviewer(application: Application) -> str:
    intake = getattr(application, "intake", None)
    return str(intake.assigned_to or "") if intake else ""


def _due_on(application: Application) -> date | None:
    return application.correction_due if application.status == A.CORRECTION else None  # type: ignore[attr-defined]


def corrections_of(application: Application) -> list[CorrectionRequest]:
    """What was asked for and answered, the newest first."""
    rows = CorrectionRequest.objects.filter(intake__application=application)
    return list(rows.select_related("asked_by", "answered_by").prefetch_related("items").order_by("-pk"))


def stages(application: Application) -> list[Stage]:
    """The way from submission to determination, with its days."""
    intake = Intake.objects.filter(application=application).first()
    requests = CorrectionRequest.objects.filter(intake__application=application).order_by("pk")
    waits = application.status == A.CORRECTION
    accepted = intake.accepted_at if intake else None
    determined = DeterminedApplication.objects.filter(application=application).select_related("determination").first()
    way = [
        Stage(_("Submitted"), "done", _day(application.submitted_at)),
        Stage(
            _("Completeness check"),
            "now" if application.status == A.SUBMITTED else "done",
            _day(application.submitted_at),
        ),
    ]
    way += [Stage(_("Correction"), "hold", _day(request.asked_at)) for request in requests]
    if application.ended_at:
        return [*way, Stage(application.get_status_display(), "now", _day(application.ended_at))]
    if waits:
        way[1] = Stage(_("Completeness check"), "done", way[1].at)
    state = "done" if determined else "now" if application.status == A.CONSOLIDATION else ""
    way.append(Stage(_("Consolidation"), state, _day(accepted)))
    way.append(
        Stage(
            _("Determination"), "done" if determined else "", _day(determined.determination.at) if determined else None
        )
    )
    return way


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None
