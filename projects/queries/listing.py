"""The list of applications: its views with their counts, its rows and its sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.money import total
from governance.models import User
from governance.states import Role
from projects.models import Application, Line
from projects.queries.progress import TURN_OF, turn_filter
from projects.states import BEFORE_SUBMISSION, ENDED, UNDER_WAY, ApplicationStatus

A = ApplicationStatus
DEPARTMENT = frozenset({Role.CLERK, Role.LEADER})


@dataclass(frozen=True)
class View:
    """A saved question to the list, as a tab."""

    key: str
    label: str | Promise
    filter: Q


@dataclass(frozen=True)
class Totals:
    """Sums of all lines of the applications in the list."""

    applications: int
    declared: Decimal
    modules: int
    unknown: int


def views_of(user: User) -> list[View]:
    """The tabs of the role that the person acts in."""
    acting = user.acting
    role = acting.role if acting else ""
    everything = View("all", _("All"), Q())
    mine = [View("turn", _("My turn"), turn_filter(role))] if role in TURN_OF.values() else []
    stages = [
        View("check", _("Completeness check"), Q(status=A.SUBMITTED)),
        View("correction", _("In correction"), Q(status=A.CORRECTION)),
        View("consolidation", _("Consolidation"), Q(status=A.CONSOLIDATION, determined__isnull=True)),
    ]
    if role in DEPARTMENT:
        stages = [
            View("drafts", _("Being prepared"), Q(status__in=BEFORE_SUBMISSION)),
            View("review", _("Under review"), Q(status__in=UNDER_WAY, determined__isnull=True)),
        ]
    stages.append(View("determined", _("Determined"), Q(determined__isnull=False)))
    return [everything, *mine, *stages, View("ended", _("Ended"), Q(status__in=ENDED))]


def counts(rows: QuerySet[Application], views: Iterable[View]) -> dict[str, int]:
    """How many applications each view holds, in one query."""
    wanted = {view.key: Count("pk", filter=view.filter) if view.filter else Count("pk") for view in views}
    return dict(rows.order_by().aggregate(**wanted))


def totals(rows: QuerySet[Application]) -> Totals:
    """Sums over every page of the list, not only the one that is shown."""
    lines = Line.objects.filter(application__in=rows.order_by().values("pk"))
    found = lines.aggregate(
        amount=total("declared"),
        modules=Count("pk", filter=Q(kind="module")),
        unknown=Count("pk", filter=Q(declared__isnull=True)),
    )
    return Totals(rows.count(), found["amount"], found["modules"], found["unknown"])
