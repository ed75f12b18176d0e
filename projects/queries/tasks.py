"""What waits for the department: drafts to go on with, and signatures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.tasks import Task
from governance.models import User
from governance.queries.working_days import calendar
from governance.states import Role
from projects.models import Application
from projects.queries.completeness import blocking_among
from projects.queries.progress import last_reasons
from projects.states import ApplicationStatus

A = ApplicationStatus
MOST = 20


def tasks_for(user: User) -> list[Task]:
    """For the clerk drafts, for the leader what waits for a signature."""
    rows = (
        Application.objects.visible_to(user)
        .select_related("round__jurisdiction", "department")
        .order_by("status_since")
    )
    if user.has_role(Role.LEADER):
        return list(_signatures(rows.filter(status=A.SIGN_OFF)[:MOST]))
    if user.has_role(Role.CLERK):
        return list(_drafts(rows.filter(status=A.DRAFT)[:MOST]))
    return []


def _signatures(rows: Iterable[Application]) -> Iterator[Task]:
    for row in rows:
        yield Task(
            verb=_("Look and sign off"),
            title=str(row),
            url=reverse("projects:sign-off", args=[row.number]),
            since=timezone.localdate(row.status_since),
            button=_("Look"),
            urgent=row.is_urgent,
            **_until(row),
        )


def _drafts(rows: Iterable[Application]) -> Iterator[Task]:
    rows = list(rows)
    lacking, reasons = blocking_among(rows), last_reasons(rows)
    for row in rows:
        missing = len(lacking[row.pk])
        reason = reasons.get(row.pk)
        still = ngettext("%(n)s thing is still missing", "%(n)s things are still missing", missing) % {"n": missing}
        yield Task(
            verb=_("Go on with the draft") if missing else _("Hand the draft to the leader"),
            title=str(row),
            url=reverse("projects:detail", args=[row.number]),
            since=timezone.localdate(row.status_since),
            note=reason.details["reason"] if reason else still if missing else _("Nothing is missing."),
            from_whom=reason.actor_name if reason else "",
            button=_("Go on"),
            urgent=bool(reason),
            **_until(row),
        )


def _until(row: Application) -> dict[str, Any]:
    """The last day of the round, and the working days left until then."""
    if row.round.closes_on is None:
        return {}
    days, today = calendar(), timezone.localdate()
    return {
        "due_on": row.round.closes_on,
        "days_left": days.between(today, row.round.closes_on),
        "is_provisional": days.is_provisional(row.round.closes_on.year),
    }
