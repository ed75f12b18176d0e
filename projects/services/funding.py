"""The money of a line by source and year: it always adds up to what is declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from common.errors import DomainError, demand
from common.money import ZERO, apportion, half_up
from governance.models import FundingSource
from governance.states import SourceKind
from projects.models import Application, Line, LineSource

Shares = dict[tuple[str, int], Decimal]  # (source code, year) -> yuan
YEARS_AHEAD = 20


def declare(line: Line, amount: Decimal | None) -> None:
    """Give a line its amount. Its sources follow in proportion; a first amount comes wholly from the
    jurisdiction's first active source, in the round's year. Unknown: no source rows.
    """
    shares = {} if amount is None else spread(amount, shares_of(line) or _default(line.application))
    store(line, amount, shares)


def set_shares(line: Line, shares: Mapping[tuple[int, int], Decimal], *, is_new: bool = False) -> None:
    """Give a line exactly these shares, by (id of the source, year), of its declared amount.

    A line that `is_new` was written with its amount just now, and has no sources yet.
    """
    demand(line.declared is not None, _("Declare the amount first: an unknown amount has no sources."))
    round = line.application.round
    known = {source.pk: source for source in _sources(line.application)}
    closed = [pk for pk, source in known.items() if not source.is_active]
    asked = closed and not is_new and any(pk in closed for pk, _year in shares)
    used = set(line.sources.values_list("source_id", flat=True)) if asked else set()
    found: Shares = {}
    for (pk, year), amount in shares.items():
        source = known.get(pk)
        demand(source and (source.is_active or pk in used), _("This funding source is not available here."))
        demand(amount >= 0, _("An amount is not negative."))
        demand(
            round.year <= year <= round.year + YEARS_AHEAD,
            _("Money is declared for %(first)s and later years.") % {"first": round.year},
        )
        found[source.code, year] = amount  # type: ignore[union-attr]
    total = sum(found.values(), ZERO)
    demand(
        total == line.declared,
        _("The sources add up to %(total)s, the declared amount is %(declared)s: make them equal.")
        % {"total": total, "declared": line.declared},
    )
    if is_new:
        _share_out(line, found)
    else:
        store(line, line.declared, found)


def recompute_rates(application: Application) -> list[Line]:
    """Bring rate-based items up to date with their bases; returns those whose amount changed.

    Rate × Σ base, half up; the sources in proportion to the base's. An unknown base makes it unknown.
    """
    if not application.lines.filter(rate__isnull=False).exists():
        return []
    lines = {line.pk: line for line in application.lines.with_money()}
    money = {pk: _prefetched(line) for pk, line in lines.items()}
    changed = []
    for pk in _bases_first(lines.values()):
        line = lines[pk]
        if line.rate is None:
            continue
        base = [money[part] for part in line.base_ids]
        amount, shares = _rated(line.rate, base)
        if amount != line.declared or shares != (money[pk] or {}):
            store(line, amount, shares)
            changed.append(line)
        money[pk] = None if amount is None else shares
    return changed


def shares_of(line: Line) -> Shares:
    """A line's money by source code and year, as stored."""
    rows = LineSource.objects.filter(line=line).values_list("source__code", "year", "amount")
    return {(code, year): amount for code, year, amount in rows}


def spread(amount: Decimal, weights: Shares) -> Shares:
    """Share an amount in proportion, first over the sources, then over the years of each; no empty share."""
    by_source: dict[str, Decimal] = {}
    for (code, _year), weight in weights.items():
        by_source[code] = by_source.get(code, ZERO) + weight
    shares: Shares = {}
    for code, part in apportion(amount, by_source).items():
        years = {year: weight for (name, year), weight in weights.items() if name == code}
        shares |= {(code, year): share for year, share in apportion(part, years).items() if share}
    return shares


def store(line: Line, amount: Decimal | None, shares: Shares) -> None:
    """Write a line's amount and its source rows, which add up to it."""
    line.declared = amount
    line.save(update_fields=["declared"])
    LineSource.objects.filter(line=line).delete()
    _share_out(line, shares)


def _share_out(line: Line, shares: Shares) -> None:
    known = {source.code: source for source in _sources(line.application)}
    LineSource.objects.bulk_create(
        LineSource(line=line, source=known[code], year=year, amount=share)
        for (code, year), share in sorted(shares.items())
        if share
    )


def _sources(application: Application) -> list[FundingSource]:
    """What may pay here; read once for an application that was read for a change, however many lines it has."""
    place = application.round.jurisdiction
    prefetch_related_objects([place], "funding_sources")
    return list(place.funding_sources.all())


def _rated(rate: Decimal, base: list[Shares | None]) -> tuple[Decimal | None, Shares]:
    if not base or None in base:
        return None, {}
    weights: Shares = {}
    for shares in base:
        for key, share in (shares or {}).items():
            weights[key] = weights.get(key, ZERO) + share
    amount = half_up(rate * sum(weights.values(), ZERO))
    return amount, spread(amount, weights)


def _prefetched(line: Line) -> Shares | None:
    if line.declared is None:
        return None
    return {(row.source.code, row.year): row.amount for row in line.sources.all()}


def _default(application: Application) -> Shares:
    """All from the first active source, in the round's year: city finance before others, earmarked money last."""
    round = application.round
    active = FundingSource.objects.filter(jurisdiction=round.jurisdiction_id, is_active=True)
    first = min(
        active, key=lambda source: (source.is_earmarked, source.kind != SourceKind.CITY, source.code), default=None
    )
    if first is None:
        raise DomainError(_("No funding source is open here: ask the authority to add one."))
    return {(first.code, round.year): Decimal(1)}


def _bases_first(lines: Iterable[Line]) -> list[int]:
    try:
        return list(TopologicalSorter({line.pk: line.base_ids for line in lines}).static_order())
    except CycleError as error:
        raise DomainError(_("A rate rests on itself in the end: choose another base.")) from error
