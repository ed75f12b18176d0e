"""The official annual list (年度建设清单): listed projects with their money by year, then the reserve."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from common.documents.paper import CENTRE, CODE, MONEY, Cell, Column, Paper, Part, Table, column_sums, joined, unit_for
from common.money import ZERO
from governance.states import DocumentKind
from reviews.models import AnnualList
from reviews.queries.overview import ProjectRow, project_rows
from reviews.states import ListStatus


def list_paper(annual_list: AnnualList, unit: str = "") -> Paper:
    """The list as it stands (round and jurisdiction loaded): the locked version's number and day, or a draft."""
    round, place = annual_list.round, annual_list.round.jurisdiction
    version = annual_list.versions.order_by("-number").first()
    rows = project_rows(annual_list)
    listed = [row for row in rows if row.status == ListStatus.LISTED]
    reserve = [row for row in rows if row.status == ListStatus.RESERVE]
    years = sorted({year for row in rows for year in row.later})
    status = _("draft, not locked")
    if version:
        day = f"{timezone.localtime(version.at):%Y-%m-%d}"
        status = _("version %(number)s, locked on %(day)s") % {"number": version.number, "day": day}
    organ = place.authority.name if place.authority else ""
    paper = Paper(
        kind=DocumentKind.LIST,
        title=_("%(year)s annual construction list and funding estimate") % {"year": round.year},
        number=version.document_number if version else "",
        parts=[
            Part(_("Listed projects"), table=_table(listed, round.year, years)),
            *([Part(_("Reserve"), table=_table(reserve, round.year, years))] if reserve else []),
        ],
        signer=organ,
        signed_on=timezone.localdate(version.at) if version else timezone.localdate(),
        running=f"{place.name} · {round} · {status}",
        mark=_("a decision changed after the determination") if annual_list.is_stale else "",
        landscape=True,
        unit=unit_for(place.currency, unit),
        currency=place.currency,
        fields={"year": str(round.year), "round": str(round), "status": status, "projects": str(len(listed))},
    )
    return Paper(**{**vars(paper), "opening": [_summary(paper, listed, reserve, round.year)]})


def _summary(paper: Paper, listed: Sequence[ProjectRow], reserve: Sequence[ProjectRow], year: int) -> str:
    words = _(
        "%(listed)s projects are listed with %(funding)s approved, of which %(this_year)s are paid in %(year)s; "
        "%(reserve)s projects wait in reserve."
    )
    return words % {
        "listed": len(listed),
        "funding": paper.amount(sum((row.funding for row in listed), ZERO)),
        "this_year": paper.amount(sum((row.this_year for row in listed), ZERO)),
        "year": year,
        "reserve": len(reserve),
    }


def _table(rows: Sequence[ProjectRow], year: int, years: Sequence[int]) -> Table:
    columns = [
        Column(_("No."), CENTRE, 6),
        Column(_("code"), CODE, 18),
        Column(_("project"), width=40),
        Column(_("lead unit"), width=22),
        Column(_("participating units"), width=30),
        Column(_("approved content"), width=40),
        Column(_("approved amount"), MONEY, 16),
        Column(_("this year (%(year)s)") % {"year": year}, MONEY, 16),
        *(Column(str(later), MONEY, 16) for later in years),
    ]
    amounts: list[list[Decimal]] = [
        [row.funding, row.this_year, *(row.later.get(later, ZERO) for later in years)] for row in rows
    ]
    body: list[list[Cell]] = [
        [number, row.code, row.name, row.lead, joined(row.others), joined(c.name for c in row.components), *money]
        for number, (row, money) in enumerate(zip(rows, amounts, strict=True), 1)
    ]
    sums = column_sums(amounts) if amounts else [ZERO, ZERO, *(ZERO for _later in years)]
    return Table(columns, body, ["", "", _("Total"), "", "", "", *sums])
