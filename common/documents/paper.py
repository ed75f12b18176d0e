"""What an official document says, whatever it is written as: parts with paragraphs, facts and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from common.components.amounts import WAN, YUAN, format_amount, unit_word
from common.money import ZERO

TEXT, CENTRE, CODE, MONEY = "text", "centre", "code", "money"
DASH = "—"
DIGITS = "零一二三四五六七八九"
UNPRINTABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Cell = str | Decimal | int | None


@dataclass(frozen=True)
class Column:
    """A column; `width` in letters. Amounts are yuan, None in them is an unknown one; codes are never broken."""

    title: str
    kind: str = TEXT
    width: int = 10


@dataclass(frozen=True)
class Table:
    """Rows under columns; the total stands in bold below them."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] | None = None
    caption: str = ""


@dataclass(frozen=True)
class Part:
    """A part of the document: heading, words, facts (label, value), a table; `page` begins a new page."""

    heading: str = ""
    paragraphs: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    table: Table | None = None
    level: int = 1
    page: bool = False


@dataclass(frozen=True)
class Paper:
    """One document. `fields` are single facts by name, for templates that put them where they like."""

    kind: str
    title: str
    parts: Sequence[Part]
    organ: str = ""
    number: str = ""
    addressee: str = ""
    opening: Sequence[str] = ()
    signer: str = ""
    signed_on: date | None = None
    running: str = ""
    mark: str = ""
    landscape: bool = False
    unit: str = WAN
    currency: str = "CNY"
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def unit_line(self) -> str:
        """单位：万元."""
        return _("Unit: %(unit)s") % {"unit": unit_word(self.unit, self.currency)}

    @property
    def day(self) -> str:
        return written_day(self.signed_on) if self.signed_on else ""

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The parts as pages and templates show them: headings numbered, cells in words."""
        return [self._section(part, heading) for part, heading in zip(self.parts, _numbered(self.parts), strict=True)]

    def _section(self, part: Part, heading: str) -> dict[str, Any]:
        return {
            "heading": heading,
            "level": part.level,
            "page": part.page,
            "paragraphs": [line for text in part.paragraphs for line in lines_of(text)],
            "facts": [{"label": label, "value": printable(value) or DASH} for label, value in part.facts],
            "pairs": _pairs(part.facts),
            "table": self._table(part.table) if part.table else None,
        }

    def _table(self, table: Table) -> dict[str, Any]:
        columns = [{"title": column.title, "kind": column.kind, "width": column.width} for column in table.columns]
        rows = [self._row(table, row, strong=False) for row in table.rows]
        has_money = any(column.kind == MONEY for column in table.columns)
        return {
            "columns": columns,
            "rows": rows + ([self._row(table, table.total, strong=True)] if table.total else []),
            "caption": table.caption,
            "unit": self.unit_line if has_money else "",
        }

    def _row(self, table: Table, row: Sequence[Cell], *, strong: bool) -> dict[str, Any]:
        cells = [
            {"text": self.cell_words(cell, column.kind), "kind": column.kind, "strong": strong}
            for cell, column in zip(row, table.columns, strict=True)
        ]
        return {"cells": cells, "strong": strong}

    def cell_words(self, cell: Cell, kind: str = TEXT) -> str:
        """An amount in the document's unit; an unknown one is a word."""
        if isinstance(cell, Decimal):
            return format_amount(cell, self.unit)
        if cell is None:
            return _("unknown") if kind == MONEY else ""
        return printable(str(cell))

    def amount(self, amount: Decimal) -> str:
        """An amount with its unit, for a sentence."""
        return f"{format_amount(amount, self.unit)} {unit_word(self.unit, self.currency)}"


def unit_for(currency: str, chosen: str = "") -> str:
    """元 or 万元: what was chosen, else tens of thousands in the city's own currency."""
    return chosen if chosen in {WAN, YUAN} else (WAN if currency == "CNY" else YUAN)


def dashed(amount: Decimal) -> Cell:
    """Nought as a dash."""
    return amount or DASH


def column_sums(rows: Iterable[Sequence[Decimal]]) -> list[Decimal]:
    """Σ of each column of amounts."""
    return [sum(column, ZERO) for column in zip(*rows, strict=True)]


def printable(text: str) -> str:
    """Without what no document may hold (control characters of pasted texts)."""
    return UNPRINTABLE.sub("", text)


def lines_of(text: str) -> list[str]:
    """The paragraphs of a text that people typed; empty lines go."""
    return [line.strip() for line in printable(text).splitlines() if line.strip()]


def written_day(day: date) -> str:
    """A day as it stands on paper: 2027年3月1日."""
    return date_format(day, pgettext("date on paper", "F j, Y"))


def joined(names: Iterable[str]) -> str:
    """Names in a row, as the language separates them."""
    return pgettext("between names", ", ").join(names)


def chinese(number: int) -> str:
    """一 to 九百九十九."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if not hundreds:
        lead = DIGITS[tens] if tens > 1 else ""
        return f"{lead}十{DIGITS[ones] if ones else ''}" if tens else DIGITS[ones]
    if not rest:
        return f"{DIGITS[hundreds]}百"
    return f"{DIGITS[hundreds]}百{DIGITS[tens]}{'十' if tens else ''}{DIGITS[ones] if ones else ''}"


def _numbered(parts: Sequence[Part]) -> list[str]:
    """一、 and （一） in Chinese, 1. and 1.1 elsewhere; a part without a heading takes no number."""
    is_chinese = (get_language() or "").startswith("zh")
    first = second = 0
    found = []
    for part in parts:
        if not part.heading:
            found.append("")
            continue
        first, second = (first + 1, 0) if part.level == 1 else (first, second + 1)
        if part.level == 1:
            found.append(f"{chinese(first)}、{part.heading}" if is_chinese else f"{first}. {part.heading}")
        else:
            found.append(f"（{chinese(second)}）{part.heading}" if is_chinese else f"{first}.{second} {part.heading}")
    return found


def _pairs(facts: Sequence[tuple[str, str]]) -> list[list[dict[str, str]]]:
    """Facts two in a row, as forms have them; the last row is filled up."""
    cells = [{"label": label, "value": printable(value) or DASH} for label, value in facts]
    if len(cells) % 2:
        cells.append({"label": "", "value": ""})
    return [cells[at : at + 2] for at in range(0, len(cells), 2)]
