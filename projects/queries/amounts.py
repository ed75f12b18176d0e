"""The money of applications: totals by part, source and year, always of all lines unless they say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext as _

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
    shares: dict[tuple[str, int], Decimal]  # (source, year) -> yuan
    module_lines: int = 0
    other_lines: int = 0
    unknown: int = 0

    @property
    def lines(self) -> int:
        return self.module_lines + self.other_lines

    @property
    def accounts(self) -> list[tuple[str, Decimal]]:
        """The accounts in words, custom software (Σ modules) among them."""
        words = {LineKind.MODULE.value: _("custom software")}
        return [(str(words.get(kind, LineKind(kind).label)), amount) for kind, amount in self.by_kind.items()]

    @property
    def years(self) -> list[int]:
        return sorted({year for _source, year in self.shares})

    @property
    def matrix(self) -> list[tuple[str, list[Decimal], Decimal]]:
        """Per source its money in each of `years`, and in all."""
        rows = {source: [self.shares.get((source, year), ZERO) for year in self.years] for source, _year in self.shares}
        return [(source, amounts, sum(amounts, ZERO)) for source, amounts in rows.items()]

    @property
    def year_sums(self) -> list[Decimal]:
        return [sum(column, ZERO) for column in zip(*(amounts for _s, amounts, _t in self.matrix), strict=True)]

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
    found = {(source, year): amount for source, year, amount in shares}
    by_kind = {kind: kinds[kind]["amount"] for kind in LineKind.values if kind in kinds}
    return Estimate(
        declared=sum(by_kind.values(), ZERO),
        modules=by_kind.get(LineKind.MODULE, ZERO),
        this_year=sum((amount for (_s, year), amount in found.items() if year == application.round.year), ZERO),
        by_kind=by_kind,
        shares=found,
        module_lines=kinds[LineKind.MODULE]["lines"] if LineKind.MODULE in kinds else 0,
        other_lines=sum(row["lines"] for kind, row in kinds.items() if kind != LineKind.MODULE),
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


@dataclass(frozen=True)
class Funding:
    """The sources that a line may name (active, or named by the application already), and all earmarked money."""

    sources: list[FundingSource]
    earmarks: list[FundingSource]


def funding_of(application: Application) -> Funding:
    """What lines of the application are paid from, in one query."""
    used = LineSource.objects.filter(line__application=application).values("source")
    here = FundingSource.objects.filter(jurisdiction=application.round.jurisdiction_id).order_by("code")
    rows = list(here.annotate(is_offered=Q(is_active=True) | Q(pk__in=used)))
    return Funding([row for row in rows if row.is_offered], [row for row in rows if row.is_earmarked])  # type: ignore[attr-defined]
