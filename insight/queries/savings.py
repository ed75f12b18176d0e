"""Savings by cause, per year and per department: refused apart from avoided and from cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from common.money import ZERO
from insight.queries.books import Books
from reviews.queries.standing import Parts, grouped
from reviews.states import AVOIDED_CAUSES, SAVED_CAUSES, Cause

TREATMENT_OF = {
    Cause.CUT: "cut",
    Cause.DUPLICATE: "merge",
    Cause.SHARED: "strip",
    Cause.REUSE: "reuse",
    Cause.REJECTED: "reject",
}


@dataclass(frozen=True)
class Saving:
    """What was saved of the money that a year or a department declared; ``before`` is the year before."""

    key: str
    label: str
    declared: Decimal
    by_cause: dict[Cause, Decimal]
    before: Decimal | None = None

    @property
    def total(self) -> Decimal:
        return sum(self.by_cause.values(), ZERO)

    @property
    def avoided(self) -> Decimal:
        return sum((self.by_cause[cause] for cause in AVOIDED_CAUSES), ZERO)

    @property
    def amounts(self) -> list[tuple[Cause, Decimal]]:
        return list(self.by_cause.items())

    @property
    def change(self) -> Decimal | None:
        return None if self.before is None else self.total - self.before


def by_year(books: Books, years: Mapping[int, Iterable[int]]) -> list[Saving]:
    """One row a year, the oldest first; ``years`` names the rounds of each."""
    by_round = grouped(books.standings, "round")
    found = []
    for year in sorted(years):
        parts = Parts()
        for round in years[year]:
            parts += by_round.get(round, Parts())
        if parts.lines:
            found.append(_saving(str(year), str(year), parts))
    return found


def by_department(books: Books, before: Books | None, names: Mapping[int, str]) -> list[Saving]:
    """One row a department that declared something, the largest saving first."""
    now = grouped(books.standings, "department")
    then = grouped(before.standings, "department") if before else {}
    rows = [
        _saving(str(pk), names[pk], parts, then[pk].saved_total if pk in then else None) for pk, parts in now.items()
    ]
    return sorted(rows, key=lambda row: (-row.total, -row.declared, row.label))


def total_of(rows: Iterable[Saving]) -> Saving:
    """Σ of the rows."""
    parts = Parts()
    for row in rows:
        parts.declared += row.declared
        for cause, amount in row.by_cause.items():
            parts.saved[cause] += amount
    return _saving("", "", parts)


def _saving(key: str, label: str, parts: Parts, before: Decimal | None = None) -> Saving:
    causes = {cause: parts.saved.get(cause, ZERO) for cause in SAVED_CAUSES}
    return Saving(key, label, parts.declared, causes, before)
