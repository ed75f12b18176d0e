"""Official documents of the annual list as spreadsheets; nothing that people typed runs as a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from common.exports import safe_cell
from common.money import ZERO
from reviews.models import AnnualList
from reviews.queries.overview import ProjectRow, project_rows
from reviews.states import ListStatus

THIN = Border(*(Side(style="thin", color="8794AB") for _side in range(4)))
HEAD = PatternFill("solid", fgColor="E7EDF6")
MONEY = "#,##0.00"
WIDTHS = (6, 18, 40, 22, 30, 14, 16, 16, 16)


def annual_list_workbook(annual_list: AnnualList) -> bytes:
    """The official annual list (年度建设清单): title, projects with components' money by year, totals, reserve.

    Amounts are yuan as numbers with two decimals; texts are formula-safe.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _("Annual list")[:31]
    rows = project_rows(annual_list)
    years = sorted({year for row in rows for year in row.later})
    version = annual_list.versions.order_by("-number").first()
    _title(sheet, annual_list, version, columns=8 + len(years))
    _head(sheet, annual_list.round.year, years)
    listed = [row for row in rows if row.status == ListStatus.LISTED]
    reserve = [row for row in rows if row.status == ListStatus.RESERVE]
    _body(sheet, listed, years, status=_("listed"))
    _total(sheet, listed, years)
    _body(sheet, reserve, years, status=_("reserve"))
    for column, width in enumerate([*WIDTHS[:8], *([WIDTHS[8]] * len(years))], 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "D5"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "4:4"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _title(sheet: Worksheet, annual_list: AnnualList, version: Any, *, columns: int) -> None:
    round = annual_list.round
    status = (
        _("version %(number)s, locked on %(day)s") % {"number": version.number, "day": f"{version.at:%Y-%m-%d}"}
        if version
        else _("draft, not locked")
    )
    number = version.document_number if version else ""
    lines = [
        (_("%(year)s annual construction list and funding estimate") % {"year": round.year}, 16, True),
        (f"{round.jurisdiction} · {round} · {status}" + (f" · {number}" if number else ""), 11, False),
        (_("Unit: %(currency)s, yuan") % {"currency": round.jurisdiction.currency}, 10, False),
    ]
    for at, (text, size, bold) in enumerate(lines, 1):
        cell = sheet.cell(at, 1, safe_cell(text))
        cell.font = Font(size=size, bold=bold)
        cell.alignment = Alignment(horizontal="center" if at < 3 else "right")
        sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=columns)


def _head(sheet: Worksheet, year: int, years: list[int]) -> None:
    names = [_("No."), _("code"), _("project"), _("lead unit"), _("participating units"), _("status")]
    names += [_("approved amount"), _("this year (%(year)s)") % {"year": year}, *map(str, years)]
    for column, name in enumerate(names, 1):
        cell = sheet.cell(4, column, name)
        cell.font, cell.fill, cell.border = Font(bold=True), HEAD, THIN
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _body(sheet: Worksheet, rows: Iterable[ProjectRow], years: list[int], *, status: str) -> None:
    for number, row in enumerate(rows, 1):
        texts = [number, row.code, row.name, row.lead, "、".join(row.others), status]
        amounts = [row.funding, row.this_year, *(row.later.get(year, ZERO) for year in years)]
        _write(sheet, [*map(safe_cell, texts), *amounts])


def _total(sheet: Worksheet, rows: list[ProjectRow], years: list[int]) -> None:
    amounts = [sum((row.funding for row in rows), ZERO), sum((row.this_year for row in rows), ZERO)]
    amounts += [sum((row.later.get(year, ZERO) for row in rows), ZERO) for year in years]
    _write(sheet, ["", "", _("total of the listed projects"), "", "", "", *amounts], bold=True)


def _write(sheet: Worksheet, values: list[Any], *, bold: bool = False) -> None:
    at = sheet.max_row + 1
    for column, value in enumerate(values, 1):
        cell = sheet.cell(at, column, value)
        cell.border, cell.font = THIN, Font(bold=bold)
        cell.alignment = Alignment(vertical="center", wrap_text=column in {3, 4, 5})
        if column > 6:
            cell.number_format = MONEY
