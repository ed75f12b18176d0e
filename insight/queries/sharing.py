"""Shared capabilities: how many modules each serves instead of a build of their own, and the money that avoids."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from catalog.models import Capability
from common.money import ZERO
from insight.queries.books import Books, sums
from reviews.states import Cause


@dataclass(frozen=True)
class Shared:
    """A capability of the catalog with the modules that were stripped out for it."""

    capability: int
    label: str
    modules: int
    departments: int
    avoided: Decimal

    @property
    def filter(self) -> dict[str, str]:
        return {"cause": Cause.SHARED.value, "capability": str(self.capability)}


@dataclass(frozen=True)
class Sharing:
    """All of them, those that avoid most first."""

    rows: list[Shared]

    @property
    def avoided(self) -> Decimal:
        return sum((row.avoided for row in self.rows), ZERO)

    @property
    def modules(self) -> int:
        return sum(row.modules for row in self.rows)


def sharing(books: Books) -> Sharing:
    """By capability; one query for the names."""
    stripped = [piece for piece in books.pieces if piece.capability]
    avoided = sums([piece for piece in stripped if piece.cause == Cause.SHARED], lambda piece: piece.capability)
    lines: dict[int, set[int]] = {}
    departments: dict[int, set[int]] = {}
    for piece in stripped:
        at = piece.capability or 0
        lines.setdefault(at, set()).add(piece.line)
        departments.setdefault(at, set()).add(piece.department)
    names = dict(Capability.objects.filter(pk__in=lines).values_list("pk", "name"))
    rows = [Shared(pk, names[pk], len(lines[pk]), len(departments[pk]), avoided.get(pk, ZERO)) for pk in lines]
    return Sharing(sorted(rows, key=lambda row: (-row.avoided, -row.modules, row.label)))
