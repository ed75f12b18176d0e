"""The decision notice (统筹处置意见书) of one application."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.documents.paper import (
    CENTRE,
    DASH,
    MONEY,
    Cell,
    Column,
    Paper,
    Part,
    Table,
    dashed,
    joined,
    unit_for,
    written_day,
)
from governance.queries.documents import document_number
from governance.states import DocumentKind
from reviews.queries.overview import Notice


def notice_paper(notice: Notice, unit: str = "") -> Paper:
    """The notice as a document; a draft until the application is determined or ended."""
    application = notice.application
    place = application.round.jurisdiction
    organ = place.authority.name if place.authority else ""
    names = {"department": application.department.name, "name": application.name, "number": application.number}
    number = document_number(DocumentKind.NOTICE, application)
    opening = _(
        "Your application “%(name)s” (%(number)s) was received. After the compliance check, the check for "
        "duplicates and consolidation, the opinion is as follows."
    )
    paper = Paper(
        kind=DocumentKind.NOTICE,
        title=_("Opinion on the consolidation of “%(name)s” of %(department)s") % names,
        organ=organ,
        number=number or application.number,
        addressee=_("To %(department)s:") % names,
        opening=[opening % names],
        parts=[],
        signer=organ,
        signed_on=_day(notice),
        running=f"{place.name} · {application.round}",
        mark="" if notice.is_final else _("Draft"),
        unit=unit_for(place.currency, unit),
        currency=place.currency,
        fields=names | {"notice_number": number, "outcome": str(notice.outcome.label), "project": notice.project},
    )
    return _with_parts(paper, notice)


def _with_parts(paper: Paper, notice: Notice) -> Paper:
    """The five parts; the amounts are those of the standing of the lines, which `reconcile` proves."""
    parts = [
        Part(_("Conclusion"), [_conclusion(paper, notice)]),
        Part(_("Line by line"), table=_lines(notice)),
        Part(_("Conditions and deadlines"), _conditions(notice)),
        Part(_("Capabilities and units"), _partners(notice)),
        Part(
            _("Objection"),
            [
                _(
                    "Whoever objects to a decision says so on the platform within the time for opinions, line by "
                    "line and with reasons; a third person then decides."
                )
            ],
        ),
    ]
    amounts = {
        name: paper.amount(amount)
        for name, amount in (
            ("declared", notice.parts.declared),
            ("own", notice.parts.own),
            ("transferred", notice.parts.transferred),
            ("saved", notice.parts.saved_total),
            ("held", notice.parts.held_total),
        )
    }
    return Paper(**{**vars(paper), "parts": parts, "fields": {**paper.fields, **amounts}})


def _day(notice: Notice) -> date:
    """When the meeting determined it, when it ended, or today."""
    application = notice.application
    determined = getattr(application, "determined", None)
    if determined:
        return timezone.localdate(determined.determination.at)
    return timezone.localdate(application.ended_at) if application.ended_at else timezone.localdate()


def _conclusion(paper: Paper, notice: Notice) -> str:
    parts, words = notice.parts, {"outcome": notice.outcome.label, "project": notice.project}
    verdict = _("%(outcome)s, project %(project)s.") if notice.project else _("%(outcome)s.")
    sums = _("Declared %(declared)s: own part %(own)s, transferred %(transferred)s, saved %(saved)s, held %(held)s.")
    amounts = {
        "declared": parts.declared,
        "own": parts.own,
        "transferred": parts.transferred,
        "saved": parts.saved_total,
        "held": parts.held_total,
    }
    return f"{capfirst(verdict % words)} {sums % {name: paper.amount(amount) for name, amount in amounts.items()}}"


def _lines(notice: Notice) -> Table:
    columns = [
        Column(_("No."), CENTRE, 6),
        Column(_("Line"), width=28),
        Column(_("Declared"), MONEY, 14),
        Column(_("Disposition"), CENTRE, 10),
        Column(pgettext("money", "Own part"), MONEY, 14),
        Column(pgettext("money", "Transferred"), MONEY, 14),
        Column(pgettext("money", "Saved"), MONEY, 14),
        Column(_("Where it goes"), width=28),
    ]
    rows = [
        [
            line.number, line.name, line.declared, _("open") if line.is_open else line.label,
            dashed(line.own), dashed(line.moved), dashed(line.saved), line.target or DASH,
        ]
        for line in notice.lines
    ]  # fmt: skip
    parts = notice.parts
    total: list[Cell] = ["", _("Total"), parts.declared, "", parts.own, parts.transferred, parts.saved_total, ""]
    return Table(columns, rows, total)


def _conditions(notice: Notice) -> list[str]:
    found = []
    for number, (text, due) in enumerate(notice.conditions, 1):
        words = _("(%(number)s) %(text)s") % {"number": number, "text": text}
        if isinstance(due, date):
            words += _("(by %(day)s)") % {"day": written_day(due)}
        found.append(words)
    return found or [_("None.")]


def _partners(notice: Notice) -> list[str]:
    names = {"names": joined(notice.capabilities)}
    shared = _("Shared capabilities to use: %(names)s.") if notice.capabilities else ""
    words = [shared % names if shared else _("No shared capability is prescribed.")]
    if notice.partners:
        words.append(_("What was merged is built by: %(names)s.") % {"names": joined(notice.partners)})
    return words
