"""Amounts that are still unknown after submission, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from common.tasks import Task
from governance.models import User
from governance.states import Role
from projects.models import Application, Line
from projects.states import UNDER_WAY, ApplicationStatus


def gaps() -> QuerySet[Line]:
    """Lines of submitted applications whose amount their department still owes."""
    lines = Line.objects.filter(declared__isnull=True, rate__isnull=True, application__status__in=UNDER_WAY)
    return lines.exclude(application__status=ApplicationStatus.CORRECTION)


def gap_tasks(user: User) -> Iterator[Task]:
    """One task an application for the clerk of its department."""
    if not user.has_role(Role.CLERK):
        return
    mine = Application.objects.filter(department=user.acting.department_id, lines__in=gaps())  # type: ignore[union-attr]
    for application in mine.annotate(open=Count("lines")).order_by("number"):
        n = application.open  # type: ignore[attr-defined]  # annotated above
        yield Task(
            verb=ngettext("Supply %(n)s unknown amount", "Supply %(n)s unknown amounts", n) % {"n": n},
            title=str(application),
            url=reverse("reviews:gaps", args=[application.number]),
            since=timezone.localdate(application.status_since),
        )
