"""The list of applications: its views with their counts, its rows and its sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.money import MoneyField, total, yuan
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


def summed(rows: QuerySet[Application], views: list[View], current: View) -> tuple[dict[str, int], Totals]:
    """How many applications each view holds, and the sums over every page of the current one; in one query."""
    wanted = {f"in_{view.key}": Count("pk", filter=view.filter, distinct=True) for view in views}
    is_module, is_unknown = Q(lines__kind="module"), Q(lines__isnull=False, lines__declared__isnull=True)
    found = rows.order_by().aggregate(
        **wanted,
        sum_declared=total("lines__declared", filter=current.filter),
        sum_modules=Count("lines", filter=current.filter & is_module),
        sum_unknown=Count("lines", filter=current.filter & is_unknown),
    )
    numbers = {view.key: found[f"in_{view.key}"] for view in views}
    sums = (found[f"sum_{name}"] for name in ("declared", "modules", "unknown"))
    return numbers, Totals(numbers[current.key], *sums)


def with_figures(rows: QuerySet[Application]) -> QuerySet[Application]:
    """As `with_amounts`, for a page of a sorted list: the sums are asked for its rows alone."""
    lines = Line.objects.filter(application=OuterRef("pk")).order_by().values("application")
    return rows.annotate(
        declared=Coalesce(Subquery(lines.values(sum=total("declared"))), yuan(0), output_field=MoneyField()),
        modules=_number(lines.filter(kind="module")),
        unknown=_number(lines.filter(declared__isnull=True)),
    )


def _number(rows: QuerySet[Line, Any]) -> Coalesce:
    return Coalesce(Subquery(rows.values(number=Count("pk"))), 0)
