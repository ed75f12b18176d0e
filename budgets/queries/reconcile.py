"""The proof: recompute everything from lines, live decisions and transfers, and name each row that differs.

Nothing here trusts a stored total: what a component, a list or the budget says is compared with
what the decisions say now. Unknown amounts are reported, they are not a difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, Q

from budgets.models import BudgetEntry
from budgets.states import EntryKind
from common.money import ZERO, total
from governance.models import Round
from projects.models import Line
from reviews.models import AnnualList, ComponentFunding, Disposition, DispositionMoney
from reviews.queries.lists import built_from, component_code, locked_entries
from reviews.queries.standing import Parts, stand, total_of
from reviews.states import GONE, DispositionState, MoneyPart


@dataclass
class RoundReport:
    """The identity of one round: declared = own + transferred + saved + held."""

    round: Round
    parts: Parts


@dataclass
class Report:
    """What was compared, per round, and every row that differs."""

    rounds: list[RoundReport] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.differences


def reconcile(round: Round | None = None) -> Report:
    """Recompute the whole register, or one round of it."""
    report = Report()
    rounds = Round.objects.order_by("jurisdiction", "year", "batch")
    for each in rounds.filter(pk=round.pk) if round else rounds:
        lines = Line.objects.of_round(each)
        standings = list(stand(lines))
        report.rounds.append(RoundReport(each, total_of(standings)))
        report.differences += [*_lines(each, standings), *_shares(each)]
    for annual_list in AnnualList.objects.filter(round__in=[r.round for r in report.rounds]).select_related("round"):
        report.differences += [*_components(annual_list), *_versions(annual_list)]
    report.differences += _owners()
    return report


def _lines(round: Round, standings: list[Any]) -> Iterator[str]:
    """Each line's sources add up to its amount, and its four parts too."""
    names = _names(round)
    sources = dict(Line.objects.of_round(round).order_by().values_list("pk").annotate(sum=total("sources__amount")))
    for standing in standings:
        name, declared = names[standing.line], standing.declared
        given = sources.get(standing.line, ZERO)
        if declared is not None and given != declared:
            yield f"line {name}: declared {declared}, its sources add up to {given}"
        if declared is None and given:
            yield f"line {name}: of unknown amount, but its sources add up to {given}"
        if not standing.parts.adds_up:
            yield f"line {name}: declared {declared}, stands {standing.parts.as_dict()}"


def _names(round: Round) -> dict[int, str]:
    rows = Line.objects.of_round(round).order_by().values_list("pk", "application__number", "sequence")
    return {pk: f"{number}/{sequence}" for pk, number, sequence in rows}


def _shares(round: Round) -> Iterator[str]:
    """Each live decision's shares add up to its parts, and take no more from a source than was declared."""
    live = Disposition.objects.filter(state=DispositionState.LIVE, line__application__round=round).order_by("pk")
    rows = live.annotate(
        own_shares=total("shares__amount", filter=Q(shares__part=MoneyPart.OWN)),
        moved_shares=total("shares__amount", filter=Q(shares__part=MoneyPart.MOVED)),
    ).values_list(
        "pk", "act__number", "line__application__number", "line__sequence", "own", "own_shares", "moved", "moved_shares"
    )
    for pk, act, number, sequence, own, own_shares, moved, moved_shares in rows:
        name = f"disposition {pk} of {number}/{sequence} in {act}"
        if own != own_shares:
            yield f"{name}: own part {own}, its shares add up to {own_shares}"
        if moved != moved_shares:
            yield f"{name}: transfer {moved}, its shares add up to {moved_shares}"
    yield from _overdrawn(round)


def _overdrawn(round: Round) -> Iterator[str]:
    shares = DispositionMoney.objects.filter(
        disposition__state=DispositionState.LIVE, disposition__line__application__round=round
    )
    taken = (
        shares.order_by()
        .values_list(
            "disposition__line_id", "source_id", "disposition__line__application__number", "disposition__line__sequence"
        )
        .annotate(sum=total("amount"))
    )
    declared = {
        (line, source): amount
        for line, source, amount in Line.objects.of_round(round)
        .order_by()
        .values_list("pk", "sources__source_id")
        .annotate(sum=total("sources__amount"))
    }
    for line, source, number, sequence, amount in taken:
        if amount > declared.get((line, source), ZERO):
            yield f"line {number}/{sequence}: takes {amount} from a source that gives {declared.get((line, source), ZERO)}"


def _components(annual_list: AnnualList) -> Iterator[str]:
    """The stored money of components is what the live decisions bring to them."""
    if annual_list.is_stale:
        return
    scope = list(annual_list.scope.values_list("application_id", flat=True))
    decided: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for code, built in built_from(scope).items():
        for paying, amount in built.money.items():
            decided[code, paying.code] += amount
    stored: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    rows = ComponentFunding.objects.filter(annual_list=annual_list).select_related(
        "component__project", "component__line__application", "source"
    )
    for row in rows:
        stored[component_code(row.component.line or row.component), row.source.code] += row.amount
    for code, source in sorted({*decided, *stored}):
        if decided[code, source] != stored[code, source]:
            yield (
                f"component {code} ({source}) of {annual_list}: "
                f"stored {stored[code, source]}, decided {decided[code, source]}"
            )
    yield from _funded(annual_list, scope)


def _funded(annual_list: AnnualList, scope: list[int]) -> Iterator[str]:
    """Σ project funding = Σ own + Σ transferred in."""
    gone = annual_list.projects.filter(status__in=list(GONE)).values("project")
    funding = ComponentFunding.objects.filter(annual_list=annual_list).exclude(component__project__in=gone)
    funded = funding.aggregate(sum=total("amount"))["sum"]
    parts = total_of(stand(Line.objects.filter(application__in=scope)))
    if funded != parts.own + parts.transferred:
        yield f"round {annual_list}: projects {funded}, own and transferred {parts.own + parts.transferred}"


def _versions(annual_list: AnnualList) -> Iterator[str]:
    """The budget's list entries add up to the newest locked version."""
    moved: Counter[tuple[str, int]] = Counter()
    entries = BudgetEntry.objects.filter(kind=EntryKind.LIST, round=annual_list.round)
    for code, year, amount in entries.values_list("project__code", "budget__year", "amount"):
        moved[code, year] += amount
    for code, years in (locked_entries(annual_list) or {}).items():
        for year, amount in years.items():
            moved[code, year] -= amount  # type: ignore[assignment]
    for (code, year), amount in sorted(moved.items()):
        if amount:
            yield f"budget row {annual_list} / {code} / {year}: differs from the locked list by {amount}"


def _owners() -> Iterator[str]:
    """Every budget entry belongs to the authority of the budget's jurisdiction."""
    strange = BudgetEntry.objects.exclude(department=F("budget__authority"))
    for entry in strange.select_related("department", "project"):
        yield f"budget entry {entry.pk} of {entry.project.code}: belongs to {entry.department}, not to the authority"
