"""Figures of a budget: what the lists ask for, what is carried over, what may be procured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from budgets.models import Budget, BudgetEntry
from budgets.states import BudgetStage, EntryKind
from common.money import ZERO, total
from governance.models import Round
from projects.models import Project
from reviews.models import ComponentFunding

OTHER, THIS, OVER = "other", "this", "over"  # pieces of a bar
WIDTH = 1000  # of a bar's drawing
MOVES = 30


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
    funding: Decimal

    @property
    def amount(self) -> Decimal:
        return self.listed + self.carried

    @property
    def bar(self) -> list[Piece]:
        """How much of the project's whole money this year pays."""
        return room(self.funding, [(THIS, self.amount)]).pieces


def budget_lines(budget: Budget) -> list[BudgetLine]:
    """One line a project that has or had money in this year; two queries."""
    rows = list(
        budget.entries.values("project_id", "project__code", "project__name", "project__lead__name")
        .annotate(
            listed=total("amount", filter=Q(kind=EntryKind.LIST)),
            carried=total("amount", filter=Q(kind=EntryKind.CARRY_OVER)),
        )
        .order_by("project__code")
    )
    funding = funding_of(row["project_id"] for row in rows)
    return [
        BudgetLine(
            row["project_id"],
            row["project__code"],
            row["project__name"],
            row["project__lead__name"],
            row["listed"],
            row["carried"],
            funding.get(row["project_id"], ZERO),
        )
        for row in rows
    ]


def funding_of(projects: Iterable[int]) -> dict[int, Decimal]:
    """What all lists bring to these projects, over all years."""
    rows = ComponentFunding.objects.filter(component__project__in=list(projects)).order_by()
    return dict(rows.values_list("component__project").annotate(sum=total("amount")))


@dataclass(frozen=True)
class Move:
    """One movement of a budget: by a version of a list, or a carry-over."""

    at: datetime
    code: str
    name: str
    round: Round
    number: int | None
    amount: Decimal
    by: str


def moves(budget: Budget) -> list[Move]:
    """What moved the budget last, the newest first."""
    rows = budget.entries.select_related("project", "round", "list_version", "by").order_by("-pk")[:MOVES]
    return [
        Move(
            row.at, row.project.code, row.project.name, row.round,
            row.list_version.number if row.list_version else None, row.amount, str(row.by or ""),
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A stretch of a bar: its meaning, where it begins, how long it is, in thousandths."""

    name: str
    x: int
    width: int


@dataclass(frozen=True)
class Room:
    """A limit and what takes of it, as a bar; what goes over the limit is a piece of its own."""

    pieces: list[Piece]
    limit: int  # where the limit stands in the bar


def room(limit: Decimal | None, parts: Iterable[tuple[str, Decimal]]) -> Room:
    """The parts one after the other under the limit, or over it."""
    parts = [(name, max(amount, ZERO)) for name, amount in parts]
    used = sum((amount for _name, amount in parts), ZERO)
    whole = max(used, limit or ZERO)
    if not whole:
        return Room([], WIDTH)
    end = int((limit if limit is not None else whole) * WIDTH / whole)
    pieces, at = [], ZERO
    for name, amount in parts:
        start, at = int(at * WIDTH / whole), at + amount
        pieces.append(Piece(name, start, int(at * WIDTH / whole) - start))
    over = int(used * WIDTH / whole)
    return Room([*pieces, *([Piece(OVER, end, over - end)] if over > end else [])], end)


def may_procure(project: Project) -> bool:
    """Only a project with money in a replied budget, hence on a locked list."""
    entries = BudgetEntry.objects.filter(project=project, budget__stage=BudgetStage.REPLY)
    return entries.aggregate(sum=total("amount"))["sum"] > ZERO
