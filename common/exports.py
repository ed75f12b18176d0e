"""Files for spreadsheets in which nothing that people typed runs as a formula."""

from __future__ import annotations

import codecs
import csv
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from openpyxl import Workbook

# What a spreadsheet takes for a formula, also behind blanks and in full width.
TRIGGERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")
CONTROLS = ("\t", "\r", "\n", "\0")
GUARD = "'"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def is_live(text: str) -> bool:
    """Whether a spreadsheet might run this cell instead of showing it."""
    return text.startswith(CONTROLS) or text.lstrip().startswith(TRIGGERS)


def safe_cell(value: Any) -> Any:
    """Text that would run, or that begins with the guard itself, gets an apostrophe before it.

    Numbers, dates and truth values pass: they are no text. `plain_cell` gives the original back.
    """
    if not isinstance(value, str):
        return value
    return f"{GUARD}{value}" if value.startswith(GUARD) or is_live(value) else value


def plain_cell(text: str) -> str:
    """What stood in a cell before `safe_cell`."""
    rest = text[1:]
    return rest if text.startswith(GUARD) and (rest.startswith(GUARD) or is_live(rest)) else text


class _Echo:
    """A file that gives back what is written to it: csv formats, the response sends."""

    def write(self, text: str) -> str:
        return text


def csv_lines(head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """CSV text line by line, formula-safe; None becomes an empty cell."""
    writer = csv.writer(_Echo())
    yield writer.writerow([safe_cell(str(cell)) for cell in head])
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def csv_response(name: str, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A download that streams; with the mark by which Excel knows UTF-8."""

    def content() -> Iterator[bytes]:
        yield codecs.BOM_UTF8
        for line in csv_lines(head, rows):
            yield line.encode()

    response = StreamingHttpResponse(content(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def xlsx_response(name: str, sheet: str, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> FileResponse:
    """A workbook of one sheet, written row by row to the disk; formula-safe; amounts stay numbers."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet[:31])
    page.freeze_panes = "A2"
    page.append([safe_cell(str(cell)) for cell in head])
    for row in rows:
        page.append([safe_cell(cell) for cell in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    book.save(file)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    response["X-Content-Type-Options"] = "nosniff"
    return response
