"""The tables of a document as a spreadsheet: amounts in yuan as numbers, nothing that people typed runs."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from common.components.amounts import YUAN, unit_word
from common.documents.paper import CENTRE, MONEY, Cell, Column, Paper, Part, Table, printable
from common.exports import safe_cell

THIN = Border(*(Side(style="thin", color="8794AB") for _side in range(4)))
HEAD = PatternFill("solid", fgColor="E7EDF6")
PLACES = "#,##0.00"
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
HEAD_ROW = 4


def render_workbook(paper: Paper) -> bytes:
    """One sheet a table: title, number and unit above, the head repeated on every printed page."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for part in paper.parts:
        if part.table:
            _write(book.create_sheet(_name(book, part.heading or paper.title)), paper, part)
    for part in paper.parts:
        if part.facts:
            table = Table(
                [Column(_("Item"), width=30), Column(_("Content"), width=60)], [list(fact) for fact in part.facts]
            )
            _write(book.create_sheet(_name(book, part.heading)), paper, replace(part, table=table))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _name(book: Workbook, heading: str) -> str:
    """A sheet's name: at most 31 letters, without the forbidden ones, each once."""
    stem = FORBIDDEN.sub(" ", printable(heading)).strip()[:27] or "1"
    return stem if stem not in book.sheetnames else f"{stem} {len(book.sheetnames) + 1}"


def _write(sheet: Worksheet, paper: Paper, part: Part) -> None:
    table = part.table
    assert table is not None
    _above(sheet, paper, part, len(table.columns))
    for column, head in enumerate(table.columns, 1):
        cell = sheet.cell(HEAD_ROW, column, safe_cell(head.title))
        cell.font, cell.fill, cell.border = Font(bold=True), HEAD, THIN
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = max(head.width, 6)
    for row in table.rows:
        _row(sheet, table.columns, row)
    if table.total:
        _row(sheet, table.columns, table.total, bold=True)
    sheet.freeze_panes = f"A{HEAD_ROW + 1}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.page_setup.orientation = "landscape" if paper.landscape else "portrait"
    sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 9, 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P / &N"


def _above(sheet: Worksheet, paper: Paper, part: Part, columns: int) -> None:
    lines = [
        (paper.title, 16, True, "center"),
        (" · ".join(filter(None, [paper.running, part.heading, paper.number, paper.mark])), 11, False, "center"),
        (_("Unit: %(unit)s") % {"unit": unit_word(YUAN, paper.currency)}, 10, False, "right"),
    ]
    for at, (text, size, bold, side) in enumerate(lines, 1):
        cell = sheet.cell(at, 1, safe_cell(printable(text)))
        cell.font, cell.alignment = Font(size=size, bold=bold), Alignment(horizontal=side)
        sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=columns)


def _row(sheet: Worksheet, columns: Sequence[Any], row: Sequence[Cell], *, bold: bool = False) -> None:
    at = sheet.max_row + 1
    for column, (head, value) in enumerate(zip(columns, row, strict=True), 1):
        cell = sheet.cell(at, column, _value(value, head.kind))
        cell.border, cell.font = THIN, Font(bold=bold)
        side = {MONEY: "right", CENTRE: "center"}.get(head.kind, "left")
        cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=head.kind != MONEY)
        if isinstance(value, Decimal):
            cell.number_format = PLACES


def _value(value: Cell, kind: str) -> Any:
    if value is None:
        return _("unknown") if kind == MONEY else ""
    return safe_cell(printable(value)) if isinstance(value, str) else value
