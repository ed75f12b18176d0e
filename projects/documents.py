"""The application book (申报书): everything that an application says, as one document."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.documents.paper import CENTRE, DASH, MONEY, Column, Paper, Part, Table, unit_for
from common.money import ZERO
from projects.models import Application, Line, LineData
from projects.queries.amounts import Estimate, estimate
from projects.states import ApplicationStatus, SectionKey

QUESTIONS = (SectionKey.Q_PLAN, SectionKey.Q_OVERLAP, SectionKey.Q_MODULE, SectionKey.Q_JOINT, SectionKey.Q_DATA)
MONTH = "%Y-%m"


def application_book(application: Application, unit: str = "") -> Paper:
    """The book of one application (round, jurisdiction, department loaded); ten queries however long it is."""
    sums = estimate(application)
    lines = list(application.lines.select_related("capability").order_by("sequence"))
    texts = dict(application.sections.values_list("key", "text"))
    place = application.round.jurisdiction
    signed = application.signed_off_at
    parts = [
        Part(_("Basics"), facts=_facts(application)),
        *_money(sums),
        Part(_("Functional modules"), table=_modules(lines, sums)),
        *_items(lines, sums),
        *_papers(application),
        *_chapters(texts),
        Part(_("Five questions"), table=_questions(texts)),
    ]
    return Paper(
        kind="book",
        title=_("Application for a government IT project"),
        number=application.number,
        parts=parts,
        signer=_("%(department)s (seal)") % {"department": application.department.name},
        signed_on=signed.date() if signed else None,
        running=f"{place.name} · {application.round}",
        mark=str(application.get_status_display()) if application.status == ApplicationStatus.DRAFT else "",
        unit=unit_for(place.currency, unit),
        currency=place.currency,
        fields={
            "name": application.name,
            "number": application.number,
            "department": application.department.name,
            "round": str(application.round),
            "leader": application.leader,
            "contact": application.contact,
            "goals": texts.get(SectionKey.GOALS, ""),
        },
    )


def _questions(texts: dict[str, str]) -> Table:
    rows = [[str(key.label), texts.get(key, "") or DASH] for key in QUESTIONS]
    return Table([Column(_("Question"), width=30), Column(_("Answer"), width=60)], rows)


def _facts(application: Application) -> list[tuple[str, str]]:
    period = ""
    if application.starts_on and application.ends_on:
        period = f"{application.starts_on:{MONTH}} — {application.ends_on:{MONTH}}"
    a = application
    urgency = a.urgency_reason if a.is_urgent else _("ordinary")
    return [
        (_("Name"), a.name),
        (_("Department"), a.department.name),
        (capfirst(_("type")), str(a.get_kind_display())),
        (capfirst(_("class")), str(a.get_category_display())),
        (_("Domain"), str(a.get_domain_display())),
        (_("Build mode"), str(a.get_build_mode_display())),
        (_("Office"), a.office),
        (_("Leader in charge"), a.leader),
        (_("Contact"), a.contact),
        (_("Period"), period),
        (capfirst(_("network")), str(a.get_network_display())),
        (_("Secrecy"), _("classified") if a.is_classified else _("not classified")),
        (_("Five-year plan"), _("listed in it") if a.in_five_year_plan else _("not listed in it")),
        (_("Urgency"), urgency),
        (_("Previous phase and its evaluation"), a.previous_phase),
        (_("Status"), str(a.get_status_display())),
    ]


def _money(sums: Estimate) -> list[Part]:
    accounts = Table(
        [Column(pgettext("estimate", "Account"), width=40), Column(_("Declared"), MONEY, 20)],
        sums.accounts,
        [_("Total"), sums.declared],
    )
    matrix = sums.matrix
    by_source = Table(
        [
            Column(_("Source"), width=30),
            *(Column(str(year), MONEY, 16) for year in sums.years),
            Column(_("Total"), MONEY, 16),
        ],
        [[source, *amounts, total] for source, amounts, total in matrix],
        [_("Total"), *sums.year_sums, sum((total for _s, _a, total in matrix), ZERO)] if matrix else None,
    )
    unknown = _("%(n)s lines have no amount yet; they are in no total.") % {"n": sums.unknown} if sums.unknown else ""
    return [
        Part(_("Estimate"), [unknown] if unknown else [], table=accounts),
        *([Part(_("By source and year"), table=by_source, level=2)] if matrix else []),
    ]


def _modules(lines: list[Line], sums: Estimate) -> Table:
    columns = [
        Column(_("No."), CENTRE, 6),
        Column(_("Subsystem"), width=18),
        Column(_("Module"), width=24),
        Column(capfirst(_("description")), width=60),
        Column(pgettext("module", "Change"), CENTRE, 8),
        Column(_("Capability used"), width=18),
        Column(_("Declared"), MONEY, 16),
    ]
    rows = [
        [
            str(line.sequence), line.subsystem, line.name, line.description, str(line.get_change_display()),
            _answer(line), line.declared,
        ]
        for line in lines
        if line.is_module
    ]  # fmt: skip
    return Table(columns, rows, ["", "", _("Total"), "", "", "", sums.modules])


def _answer(line: Line) -> str:
    """The capability that the module uses, or why it does not."""
    if line.capability is None:
        return ""
    said = f"{line.capability.name} · {line.get_catalog_answer_display()}" if line.catalog_answer else ""
    return f"{said or line.capability.name} {line.decline_reason}".strip()


def _items(lines: list[Line], sums: Estimate) -> list[Part]:
    columns = [
        Column(_("No."), CENTRE, 6),
        Column(pgettext("estimate", "Account"), width=16),
        Column(_("Name"), width=26),
        Column(capfirst(_("specification")), width=30),
        Column(pgettext("of goods", "Quantity"), CENTRE, 10),
        Column(capfirst(_("unit price")), MONEY, 14),
        Column(_("Declared"), MONEY, 16),
    ]
    rows = [
        [
            str(line.sequence), str(line.get_kind_display()), line.name, line.specification,
            f"{line.quantity.normalize():f} {line.unit}".strip() if line.quantity is not None else "",
            DASH if line.unit_price is None else line.unit_price, line.declared,
        ]
        for line in lines
        if not line.is_module
    ]  # fmt: skip
    if not rows:
        return []
    return [
        Part(
            pgettext("document", "Other cost items"),
            table=Table(columns, rows, ["", "", _("Total"), "", "", "", sums.others]),
        )
    ]


def _papers(application: Application) -> list[Part]:
    """Systems named, data used, documents it rests on, files attached: each when there is any."""
    systems = [
        [link.system.code, link.system.name, link.system.owner.name, str(link.get_part_display())]
        for link in application.system_links.select_related("system__owner")
    ]
    data = [
        [link.resource.code, link.resource.name, link.line.name, str(link.get_access_display())]
        for link in LineData.objects.filter(line__application=application)
        .select_related("line", "resource")
        .order_by("line__sequence", "resource__code")
    ]
    bases = [
        [basis.document, basis.number, str(basis.get_level_display()), basis.clause]
        for basis in application.bases.all()
    ]
    files = [[file.title, file.filename] for file in application.attachments.all()]
    tables = [
        (_("Systems named"), [_("Code"), _("System"), _("Owner"), _("Relation")], systems),
        (_("Data resources"), [_("Code"), _("Data resource"), _("Module"), _("Use")], data),
        (_("Basis"), [_("Document"), _("Document number"), _("Issued by"), _("Clause")], bases),
        (_("Attachments"), [_("Title"), _("File")], files),
    ]
    return [
        Part(heading, table=Table([Column(name, width=24) for name in names], rows))
        for heading, names, rows in tables
        if rows
    ]


def _chapters(texts: dict[str, str]) -> list[Part]:
    """The chapters that are written, under one heading."""
    written = [key for key in SectionKey if key not in QUESTIONS and texts.get(key, "").strip()]
    chapters = [Part(capfirst(str(key.label)), [texts[key]], level=2) for key in written]
    return [Part(_("Description of the project")), *chapters] if chapters else []


def book_name(application: Application) -> str:
    """The name of the file, without its ending."""
    return f"{application.number}-{_('application book')}"
