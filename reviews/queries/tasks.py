"""What waits in the review: checks, accepted applications, and corrections for the department."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.tasks import Task
from governance.models import User
from governance.queries.working_days import calendar
from governance.states import Role
from projects.models import Application
from projects.states import ApplicationStatus
from reviews.models import CorrectionRequest
from reviews.queries.act_tasks import act_tasks
from reviews.queries.clock import clocks
from reviews.queries.gaps import gap_tasks
from reviews.queries.request_tasks import request_tasks

MOST = 50


def tasks_for(user: User) -> list[Task]:
    """What waits for the person: in the intake and the review of applications, in acts, endings and requests."""
    return [*act_tasks(user), *gap_tasks(user), *request_tasks(user), *_intake_tasks(user)]


def _intake_tasks(user: User) -> list[Task]:
    """Corrections to answer for the clerk; applications to check, or those assigned to the person."""
    acting = user.acting
    if user.has_role(Role.CLERK):
        return list(_corrections(user))
    if acting is None or not acting.is_at_authority_of(acting.department.jurisdiction_id):
        return []
    rows = Application.objects.visible_to(user).select_related("round__jurisdiction", "department")
    if acting.role == Role.INTAKE:
        return list(_checks(rows.filter(status=ApplicationStatus.SUBMITTED).order_by("status_since")[:MOST]))
    if acting.role in {Role.REVIEWER, Role.HEAD}:
        mine = rows.filter(status=ApplicationStatus.CONSOLIDATION, intake__assigned_to=user, determined__isnull=True)
        return list(_reviews(mine.order_by("status_since")[:MOST]))
    return []


def _corrections(user: User) -> Iterator[Task]:
    waiting = CorrectionRequest.objects.filter(
        intake__application__in=Application.objects.visible_to(user), answered_at__isnull=True
    )
    days, today = calendar(), timezone.localdate()
    rows = waiting.select_related("intake__application", "asked_by").annotate(points=Count("items"))
    for row in rows.order_by("due_on")[:MOST]:
        yield Task(
            verb=ngettext("Answer %(n)s point of the correction", "Answer %(n)s points of the correction", row.points)
            % {"n": row.points},
            title=str(row.intake.application),
            url=reverse("projects:review", args=[row.intake.application.number]),
            since=timezone.localdate(row.asked_at),
            from_whom=str(row.asked_by),
            note=row.message,
            due_on=row.due_on,
            days_left=days.between(today, row.due_on),
            is_provisional=days.is_provisional(row.due_on.year),
            button=_("Mend"),
        )


def _checks(rows: Iterable[Application]) -> Iterator[Task]:
    rows = list(rows)
    times = clocks(rows)
    for row in rows:
        yield Task(
            verb=_("Check completeness"),
            title=str(row),
            url=reverse("reviews:intake", args=[row.number]),
            since=timezone.localdate(row.status_since),
            from_whom=str(row.department),
            days_left=times[row.pk].left,
            due_on=times[row.pk].due_on,
            term=times[row.pk].limit,
            is_provisional=times[row.pk].is_provisional,
            urgent=row.is_urgent,
            button=_("Check"),
        )


def _reviews(rows: Iterable[Application]) -> Iterator[Task]:
    rows = list(rows)
    times = clocks(rows)
    for row in rows:
        yield Task(
            verb=_("Consolidate"),
            title=str(row),
            url=reverse("projects:review", args=[row.number]),
            since=timezone.localdate(row.status_since),
            from_whom=str(row.department),
            days_left=times[row.pk].left,
            due_on=times[row.pk].due_on,
            term=times[row.pk].limit,
            is_provisional=times[row.pk].is_provisional,
            urgent=row.is_urgent,
            button=_("See to it"),
        )
