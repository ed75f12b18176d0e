"""The lines of an application: functional modules and other cost items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from catalog.states import UNBUILT, CapabilityStatus
from common.errors import DomainError, demand
from common.money import half_up
from governance.models import FundingSource, User
from projects.models import Application, Line, LineBase
from projects.services.editing import assigned, cleaned, noted, opened, plain
from projects.services.funding import declare, recompute_rates, set_shares
from projects.services.undoing import number, picture, remember
from projects.states import ApplicationStatus, EditKind, LineKind

PLAIN = frozenset({
    "kind", "name", "description", "subsystem", "function_level_1", "function_level_2", "function_level_3", "scene",
    "change", "category", "capability", "catalog_answer", "decline_reason", "interfaces", "function_points",
    "person_months", "specification", "unit", "quantity", "unit_price", "price_basis", "is_domestic", "serves",
    "rate", "builds",
})  # fmt: skip
LINKS = frozenset({"declared", "sources", "base", "earmarks"})
NAMED = 12  # lines that one entry of the trail names


@transaction.atomic
def add_line(application: Application, fields: Mapping[str, Any], *, by: User, version: int | None = None) -> Line:
    """Add a module or cost item at the end. See `update_line` for the fields."""
    application = opened(application, by=by, version=version)
    line = Line(application=application, sequence=_next_sequence(application))
    _write(line, dict(fields))
    rates = _recomputed(line)
    noted(application, "line.added", by=by, line=line.reference, name=line.name, declared=plain(line.declared), **rates)
    remember(application, EditKind.ADDED, line.name, {"made": [line.pk]}, by=by)
    return line


@transaction.atomic
def update_line(line: Line, fields: Mapping[str, Any], *, by: User, version: int | None = None) -> Line:
    """Change a line. ``version`` is the application's.

    Fields: those of the model in `PLAIN`; ``declared`` (Decimal or None: unknown); ``sources``
    ({(id of source, year): Decimal}, adding up to the declared amount); ``base`` (lines of the same application
    that it is a rate of) and ``earmarks``. Left out: unchanged. An amount that was quantity × unit price follows
    these until it is typed over; rate-based items follow their base, so that other lines may change too.
    """
    application = opened(line.application, by=by, version=version)
    line = _own(application, line)
    name, before = line.name, picture([line])
    moved = _write(line, dict(fields))
    if moved:
        rates = _recomputed(line)
        noted(application, "line.changed", by=by, line=line.reference, name=line.name, changes=moved, **rates)
        remember(application, EditKind.CHANGED, name, before, by=by)
    return line


@transaction.atomic
def remove_line(line: Line, *, by: User, version: int | None = None) -> Application:
    """Take a line away. What is a rate of it is computed from what is left of its base."""
    application = opened(line.application, by=by, version=version)
    line = _own(application, line)
    details = {"line": line.reference, "name": line.name, "declared": plain(line.declared)}
    before = picture([line], whole=True)
    try:
        line.delete()
    except ProtectedError as error:
        raise DomainError(
            _("%(line)s stands in a decision already: it cannot be taken away.") % {"line": details["line"]}
        ) from error
    recompute_rates(application)
    noted(application, "line.removed", by=by, **details)
    remember(application, EditKind.REMOVED, line.name, before, by=by)
    return application


@transaction.atomic
def reorder(application: Application, order: Sequence[int], *, by: User, version: int | None = None) -> Application:
    """Number the lines of a draft anew, in this order of ids. All of them, each once."""
    application = opened(application, by=by, version=version)
    demand(
        application.status == ApplicationStatus.DRAFT,
        _("The numbers of the lines are fixed: the application was submitted with them."),
    )
    lines = application.lines.in_bulk()
    demand(
        len(order) == len(lines) and set(order) == set(lines),
        _("The lines changed meanwhile: reload the page and order them again."),
    )
    before = {"order": sorted(lines, key=lambda pk: lines[pk].sequence)}
    number(application, order)
    noted(application, "lines.reordered", by=by, count=len(order))
    remember(application, EditKind.ORDERED, application.name, before, by=by)
    return application


@transaction.atomic
def set_sources(line: Line, shares: Mapping[tuple[int, int], Decimal], *, by: User, version: int | None = None) -> Line:
    """Say which source pays the line in which year; the shares add up to the declared amount."""
    return update_line(line, {"sources": shares}, by=by, version=version)


@transaction.atomic
def add_lines(
    application: Application, rows: Iterable[Mapping[str, Any]], *, by: User, version: int | None = None
) -> list[Line]:
    """Add many lines at once, all or none."""
    application = opened(application, by=by, version=version)
    first = _next_sequence(application)
    lines = []
    for place, fields in enumerate(rows):
        line = Line(application=application, sequence=first + place)
        _write(line, dict(fields))
        lines.append(line)
    recompute_rates(application)
    noted(application, "lines.added", by=by, count=len(lines), names=[line.name for line in lines[:NAMED]])
    remember(application, EditKind.ADDED, lines[0].name if lines else "", {"made": [line.pk for line in lines]}, by=by)
    return lines


@transaction.atomic
def fill_lines(start: Line, rows: Sequence[Mapping[str, Any]], *, by: User, version: int | None = None) -> list[Line]:
    """Write rows over the lines from this one on, modules or cost items as it is; what is left over is added.

    All or none. Fields that a row does not name stay as they are.
    """
    application = opened(start.application, by=by, version=version)
    start = _own(application, start)
    peers = application.lines.filter(sequence__gte=start.sequence)
    same = peers.modules() if start.is_module else peers.exclude(kind=LineKind.MODULE)
    lines = list(same.order_by("sequence")[: len(rows)])
    before, old = picture(lines), [line.pk for line in lines]
    first = _next_sequence(application)
    lines += [Line(application=application, sequence=first + n) for n in range(len(rows) - len(lines))]
    for line, fields in zip(lines, rows, strict=True):
        line.application = application
        kind: dict[str, Any] = {"kind": LineKind.MODULE} if line.pk is None and start.is_module else {}
        _write(line, kind | dict(fields))
    recompute_rates(application)
    names = [line.name for line in lines[:NAMED]]
    noted(application, "lines.filled", by=by, count=len(lines), names=names)
    made = [line.pk for line in lines[len(old) :]]
    remember(application, EditKind.CHANGED, names[0], before | {"made": made}, by=by)
    return lines


def _write(line: Line, fields: dict[str, Any]) -> dict[str, list[Any]]:
    """Set fields, links and money of a line; says what changed."""
    is_new = line.pk is None
    links = {name: fields.pop(name) for name in LINKS & set(fields)}
    before, followed = line.declared, line.declared == line.priced
    moved = assigned(line, fields, PLAIN)
    line.declared = amount = _amount(line, links, followed=followed)
    _demand_fits(line)
    cleaned(line, exclude={"application"})
    if is_new or moved:
        line.save()
    moved |= _write_links(line, links, is_new=is_new)
    if amount != before:
        moved["declared"] = [plain(before), plain(amount)]
    if "sources" in links:
        return moved | _write_sources(line, links["sources"], is_new=is_new)
    if amount != before:
        declare(line, amount)
    return moved


def _amount(line: Line, links: dict[str, Any], *, followed: bool) -> Decimal | None:
    """The amount that the line shall have; of a rate-based item it follows, and is not typed."""
    before = line.declared
    amount: Decimal | None = links.get("declared", before)
    if line.rate is not None:
        demand(
            "sources" not in links and amount == before,
            _("This item is a rate of others: its amount and sources follow them."),
        )
        return before
    if amount == before and followed and line.priced is not None:
        return line.priced
    demand(amount is None or amount == half_up(amount), _("An amount has at most two decimals."))
    return amount


def _recomputed(line: Line) -> dict[str, list[str]]:
    """Bring rates up to date after a change of this line; names them for the trail."""
    changed = recompute_rates(line.application)
    line.declared = next((other.declared for other in changed if other.pk == line.pk), line.declared)
    return {"rates": [f"{other.reference}: {other.declared}" for other in changed]} if changed else {}


def _write_links(line: Line, links: dict[str, Any], *, is_new: bool) -> dict[str, list[Any]]:
    base = links.get("base", None if line.rate is not None else [])
    moved: dict[str, list[Any]] = {}
    if base is not None:
        before, now = {} if is_new else _sequences(line.base.all()), _sequences(base)
        if before != now:
            _set_base(line, base)
            moved["base"] = [sorted(before.values()), sorted(now.values())]
    demand(line.rate is None or line.base_links.exists(), _("Say which lines the rate is of."))
    if "earmarks" in links:
        stored, wanted = set(line.earmarks.all()), set(links["earmarks"])
        if stored != wanted:
            _set_earmarks(line, wanted)
            moved["earmarks"] = [sorted(source.code for source in found) for found in (stored, wanted)]
    return moved


def _sequences(lines: Iterable[Line]) -> dict[int, int]:
    return {line.pk: line.sequence for line in lines}


def _write_sources(line: Line, shares: Mapping[tuple[int, int], Decimal], *, is_new: bool) -> dict[str, list[Any]]:
    if is_new:
        set_shares(line, shares, is_new=True)
        return {}
    rows = _rows(line)
    set_shares(line, shares)
    now = _rows(line)
    return {} if now == rows else {"sources": [rows, now]}


def _rows(line: Line) -> list[str]:
    """The sources in words, for the trail."""
    rows = line.sources.select_related("source").order_by("year", "source__code")
    return [f"{row.source.name} {row.year}: {row.amount}" for row in rows]


def _set_base(line: Line, base: Iterable[Line]) -> None:
    base = list(base)
    demand(not base or line.rate is not None, _("Say the rate as well: what it is a rate of is not enough."))
    demand(
        all(part.application_id == line.application_id and part.pk != line.pk for part in base),
        _("The base of a rate lies in other lines of the same application."),
    )
    LineBase.objects.filter(line=line).delete()
    LineBase.objects.bulk_create(LineBase(line=line, base=part) for part in base)


def _set_earmarks(line: Line, earmarks: Iterable[FundingSource]) -> None:
    earmarks = list(earmarks)
    place = line.application.round.jurisdiction_id
    demand(
        all(source.is_earmarked and source.jurisdiction_id == place for source in earmarks),
        _("Only earmarked money of this jurisdiction has a purpose to serve."),
    )
    line.earmarks.set(earmarks)


def _demand_fits(line: Line) -> None:
    """What the line names lies where it may."""
    if line.serves:
        demand(
            line.serves.application_id == line.application_id and line.serves.is_module,
            _("A cost item serves a module of the same application."),
        )
    if line.capability:
        demand(
            line.capability.status != CapabilityStatus.RETIRED,
            _("“%(name)s” is retired: choose another capability.") % {"name": line.capability},
        )
    if line.builds:
        demand(
            line.builds.provider_id == line.application.department_id and line.builds.status in UNBUILT,
            _("Only the provider of a planned capability builds it."),
        )
    if not line.is_module and line.pk:
        demand(
            not line.served_by.exists(),
            _("Other items serve this module: take that away before it becomes something else."),
        )


def _next_sequence(application: Application) -> int:
    return (application.lines.aggregate(last=Max("sequence"))["last"] or 0) + 1


def _own(application: Application, line: Line) -> Line:
    """The line as it is now, under the application's lock."""
    found = application.lines.filter(pk=line.pk).first()
    if found is None:
        raise DomainError(_("This line is gone: reload the page."))
    found.application = application
    return found
