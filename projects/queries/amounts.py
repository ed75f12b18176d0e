"""The money of applications: totals by part, source and year, always of all lines unless they say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q

from common.money import ZERO, total
from governance.models import FundingSource
from projects.models import Application, Line, LineSource
from projects.states import LineKind


@dataclass(frozen=True)
class Estimate:
    """投资概算 of one application. `by_kind` holds every account that has lines, custom software among them."""

    declared: Decimal
    modules: Decimal
    this_year: Decimal
    by_kind: dict[str, Decimal]
    by_source: dict[str, Decimal]
    by_year: dict[int, Decimal]
    lines: int = 0
    unknown: int = 0

    @property
    def others(self) -> Decimal:
        return self.declared - self.modules


def estimate(application: Application) -> Estimate:
    """Σ of the known amounts; `unknown` counts the lines that have none."""
    rows = (
        application.lines.order_by()
        .values("kind")
        .annotate(amount=total("declared"), lines=Count("pk"), unknown=Count("pk", filter=Q(declared__isnull=True)))
    )
    kinds = {row["kind"]: row for row in rows}
    shares = (
        LineSource.objects.filter(line__application=application)
        .order_by("year", "source__code")
        .values_list("source__name", "year")
        .annotate(amount=total("amount"))
    )
    by_source: dict[str, Decimal] = {}
    by_year: dict[int, Decimal] = {}
    for source, year, amount in shares:
        by_source[source] = by_source.get(source, ZERO) + amount
        by_year[year] = by_year.get(year, ZERO) + amount
    by_kind = {kind: kinds[kind]["amount"] for kind in LineKind.values if kind in kinds}
    return Estimate(
        declared=sum(by_kind.values(), ZERO),
        modules=by_kind.get(LineKind.MODULE, ZERO),
        this_year=by_year.get(application.round.year, ZERO),
        by_kind=by_kind,
        by_source=by_source,
        by_year=by_year,
        lines=sum(row["lines"] for row in kinds.values()),
        unknown=sum(row["unknown"] for row in kinds.values()),
    )


@dataclass(frozen=True)
class Subtotal:
    """The modules of one subsystem, in the order of their numbers."""

    name: str
    lines: list[Line] = field(default_factory=list)

    @property
    def declared(self) -> Decimal:
        return sum((line.declared for line in self.lines if line.declared is not None), ZERO)


def by_subsystem(lines: Iterable[Line]) -> list[Subtotal]:
    """Modules under their subsystems; a subsystem stands where its first module does."""
    groups: dict[str, Subtotal] = {}
    for line in lines:
        groups.setdefault(line.subsystem, Subtotal(line.subsystem)).lines.append(line)
    return list(groups.values())


def sources_of(application: Application) -> list[FundingSource]:
    """The sources that a line may name: the active ones, and those that it names already."""
    used = LineSource.objects.filter(line__application=application).values("source")
    found = FundingSource.objects.filter(jurisdiction=application.round.jurisdiction_id)
    return sorted(
        found.filter(Q(is_active=True) | Q(pk__in=used)), key=lambda source: (source.is_earmarked, source.code)
    )
