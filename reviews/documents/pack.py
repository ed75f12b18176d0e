"""The meeting pack (会审会议材料): agenda, each act with its lines side by side, the applications of the round."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.documents.paper import CENTRE, CODE, DASH, MONEY, Cell, Column, Paper, Part, Table, dashed, joined, unit_for
from common.money import ZERO
from governance.states import DocumentKind
from reviews.queries.pack import Pack, PackAct


def pack_paper(pack: Pack, unit: str = "") -> Paper:
    """The material as a document: what is decided stands on the first page, the evidence behind it."""
    place = pack.round.jurisdiction
    parts = [Part(_("Agenda"), table=_agenda(pack)), Part(_("Applications of the round"), table=_applications(pack))]
    for act in pack.acts:
        parts += _act(act)
    today = timezone.localdate()
    return Paper(
        kind=DocumentKind.PACK,
        title=_("Material for the review meeting on %(round)s") % {"round": pack.round},
        parts=parts,
        signer=place.authority.name if place.authority else "",
        signed_on=today,
        running=f"{place.name} · {pack.round}",
        landscape=True,
        unit=unit_for(place.currency, unit),
        currency=place.currency,
        fields={
            "round": str(pack.round),
            "acts": str(len(pack.acts)),
            "applications": str(len(pack.applications)),
        },
    )


def _sums() -> list[Column]:
    return [
        Column(_("Declared"), MONEY, 16),
        Column(pgettext("money", "Own part"), MONEY, 16),
        Column(pgettext("money", "Transferred"), MONEY, 16),
        Column(pgettext("money", "Saved"), MONEY, 16),
    ]


def _agenda(pack: Pack) -> Table:
    columns = [Column(_("No."), CENTRE, 6), Column(_("Act"), width=40), Column(_("State"), CENTRE, 12)]
    columns += [Column(_("Lines"), CENTRE, 8), *_sums()]
    rows: list[list[Cell]] = [
        [
            number, f"{act.number} {act.title}", act.status, len(act.lines),
            act.parts.declared, dashed(act.parts.own), dashed(act.parts.transferred), dashed(act.parts.saved_total),
        ]
        for number, act in enumerate(pack.acts, 1)
    ]  # fmt: skip
    sums = [
        sum((getattr(act.parts, name) for act in pack.acts), ZERO)
        for name in ("declared", "own", "transferred", "saved_total")
    ]
    return Table(columns, rows, ["", _("Total"), "", sum(len(act.lines) for act in pack.acts), *sums])


def _applications(pack: Pack) -> Table:
    columns = [Column(_("No."), CENTRE, 6), Column(_("Application"), width=40), Column(_("Department"), width=22)]
    columns += [Column(_("Outcome"), CENTRE, 14), *_sums(), Column(pgettext("money", "Held"), MONEY, 16)]
    rows: list[list[Cell]] = [
        [
            number, f"{row.number} {row.name}", row.department, str(row.outcome.label),
            row.parts.declared, dashed(row.parts.own), dashed(row.parts.transferred),
            dashed(row.parts.saved_total), dashed(row.parts.held_total),
        ]
        for number, row in enumerate(pack.applications, 1)
    ]  # fmt: skip
    parts = pack.parts
    sums = [parts.declared, parts.own, parts.transferred, parts.saved_total, parts.held_total]
    return Table(columns, rows, ["", _("Total"), "", "", *sums])


def _act(act: PackAct) -> list[Part]:
    """One act: why, its lines beside one another, the money before and after, what the departments say."""
    parts = [
        Part(f"{act.number} {act.title}", [act.reason] if act.reason else [], page=True),
        Part(_("Lines side by side"), table=_side_by_side(act), level=2),
        Part(_("Proposal"), table=_proposal(act), level=2),
        Part(_("Money before and after, by department"), table=_before_after(act), level=2),
    ]
    if act.opinions:
        columns = [Column(_("Department"), width=24), Column(_("Opinion"), CENTRE, 14), Column(_("Text"), width=60)]
        parts.append(Part(_("Opinions"), table=Table(columns, [list(row) for row in act.opinions]), level=2))
    return parts


def _side_by_side(act: PackAct) -> Table:
    columns = [
        Column(_("Line"), CODE, 16),
        Column(_("Department"), width=20),
        Column(_("Module"), width=24),
        Column(_("What it does"), width=70),
        Column(_("Declared"), MONEY, 16),
    ]
    rows = [[line.reference, line.department, line.name, line.description or DASH, line.declared] for line in act.lines]
    return Table(columns, rows)


def _proposal(act: PackAct) -> Table:
    columns = [Column(_("Line"), CODE, 16), Column(_("Module"), width=24), Column(_("Disposition"), CENTRE, 10)]
    columns += [*_sums(), Column(_("Where it goes"), width=30), Column(_("Conditions"), width=30)]
    rows: list[list[Cell]] = [
        [
            line.reference, line.name, line.kind, line.declared, dashed(line.own), dashed(line.moved),
            dashed(line.saved), line.target or DASH, joined(line.conditions) or DASH,
        ]
        for line in act.lines
    ]  # fmt: skip
    parts = act.parts
    sums = [parts.declared, parts.own, parts.transferred, parts.saved_total]
    return Table(columns, rows, ["", _("Total"), "", *sums, "", ""])


def _before_after(act: PackAct) -> Table:
    columns = [
        Column(_("Department"), width=30),
        Column(pgettext("decision", "Before"), MONEY, 16),
        Column(pgettext("decision", "After"), MONEY, 16),
        Column(_("Difference"), MONEY, 16),
    ]
    rows: list[list[Cell]] = [
        [name or DASH, change.before, change.after, change.after - change.before]
        for name, change in sorted(act.departments.items())
    ]
    before = sum((change.before for change in act.departments.values()), ZERO)
    after = sum((change.after for change in act.departments.values()), ZERO)
    return Table(columns, rows, [_("Total"), before, after, after - before])
