"""Figures of a budget: what the lists ask for, what is carried over, what may be procured."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from budgets.models import Budget, BudgetEntry
from budgets.states import BudgetStage, EntryKind
from common.money import ZERO, total
from governance.models import Round
from projects.models import Project


def requested(budget: Budget, *, without: Round | None = None) -> Decimal:
    """一上: what all locked lists plan for the year, of whatever batch and year they are."""
    entries = budget.entries.filter(kind=EntryKind.LIST)
    if without is not None:
        entries = entries.exclude(round=without)
    return entries.aggregate(sum=total("amount"))["sum"]


@dataclass(frozen=True)
class BudgetLine:
    """What one project has in a budget: by lists, and carried over from or to another year."""

    project: int
    code: str
    name: str
    lead: str
    listed: Decimal
    carried: Decimal

    @property
    def amount(self) -> Decimal:
        return self.listed + self.carried


def budget_lines(budget: Budget) -> list[BudgetLine]:
    """One line a project that has or had money in this year."""
    rows = (
        budget.entries.values("project_id", "project__code", "project__name", "project__lead__name")
        .annotate(
            listed=total("amount", filter=Q(kind=EntryKind.LIST)),
            carried=total("amount", filter=Q(kind=EntryKind.CARRY_OVER)),
        )
        .order_by("project__code")
    )
    return [
        BudgetLine(
            row["project_id"],
            row["project__code"],
            row["project__name"],
            row["project__lead__name"],
            row["listed"],
            row["carried"],
        )
        for row in rows
    ]


def may_procure(project: Project) -> bool:
    """Only a project with money in a replied budget, hence on a locked list."""
    entries = BudgetEntry.objects.filter(project=project, budget__stage=BudgetStage.REPLY)
    return entries.aggregate(sum=total("amount"))["sum"] > ZERO
