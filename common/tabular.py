"""Tables that people bring (CSV, XLSX): read within limits, mapped by a data file, judged cell by cell.

A *map* (TOML) says which column becomes which field and how it is read. An *error* (unreadable,
duplicate key, wrong type) refuses the whole file with row, column and reason; a *gap* (an empty
cell where the map allows one) comes in as None and is reported.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from common.errors import DomainError, demand
from common.money import parse_yuan

MAX_BYTES = 20 * 1024 * 1024
MAX_INFLATED = 50 * 1024 * 1024
MAX_RATIO = 100
MAX_ENTRIES = 1000
MAX_ROWS = 20_000
MAX_COLUMNS = 100
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Remark:
    """What is to be said of one cell: `row` as the spreadsheet numbers it, `column` as its head names it."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = _("row %(row)s, column “%(column)s”") % {"row": self.row, "column": self.column}
        return f"{place}: {self.reason}"


@dataclass
class Mapped:
    """The rows as the map reads them, with every error and gap."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)
    gaps: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class Field:
    """How one field is read: from a column, or the same `value` for every row."""

    name: str
    column: str = ""
    type: str = "text"
    value: Any = None
    required: bool = False
    gap: bool = False
    longest: int = 0
    shorten: int = 0
    strip: str = ""
    unit: Decimal = Decimal(1)
    formats: tuple[str, ...] = ("%Y-%m-%d",)
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Map:
    """A map file: its fields, the key that no two rows share, and whatever else the dataset says."""

    fields: tuple[Field, ...]
    key: tuple[str, ...]
    encoding: str
    facts: Mapping[str, Any]


def read_map(text: str) -> Map:
    """Understand a map file, or say what is wrong with it."""
    try:
        facts = tomllib.loads(text)
        table = facts.get("table", {})
        fields = tuple(_field(name, spec) for name, spec in facts["fields"].items())
    except tomllib.TOMLDecodeError as error:
        raise DomainError(_("The map is no TOML file: %(error)s") % {"error": error}) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise DomainError(_("The map lacks or misspells something: %(error)s") % {"error": error}) from error
    unknown = {f.type for f in fields} - READERS.keys()
    demand(not unknown, _("The map names types that do not exist:"), items=sorted(unknown))
    names = {f.name for f in fields}
    key = tuple(table.get("key", ()))
    demand(set(key) <= names, _("The key of the map names fields that it does not have."))
    return Map(fields, key, table.get("encoding", "utf-8-sig"), facts)


def _field(name: str, spec: Mapping[str, Any]) -> Field:
    spec = {**spec, "formats": tuple(spec.get("formats", ("%Y-%m-%d",)))}
    if "unit" in spec:
        spec["unit"] = Decimal(str(spec["unit"]))
    return Field(name=name, **spec)


def read_table(content: bytes, name: str, *, encoding: str = "utf-8-sig") -> list[list[Any]]:
    """The cells of a CSV or XLSX file, head first; refuses what is too large to be meant."""
    demand(content, _("The file is empty."))
    demand(len(content) <= MAX_BYTES, _("The file is larger than %(mb)s MB.") % {"mb": MAX_BYTES // 1024**2})
    cells = _workbook(content) if name.lower().endswith(".xlsx") else _csv(content, encoding)
    rows = []
    for number, row in enumerate(cells, 1):
        demand(number <= MAX_ROWS, _("The file has more than %(rows)s rows.") % {"rows": MAX_ROWS})
        demand(len(row) <= MAX_COLUMNS, _("The file has more than %(columns)s columns.") % {"columns": MAX_COLUMNS})
        rows.append(row)
    return rows


def _csv(content: bytes, encoding: str) -> Iterator[list[Any]]:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise DomainError(
            _("The file is not in the encoding %(encoding)s: save it as UTF-8.") % {"encoding": encoding}
        ) from error
    demand("\x00" not in text, _("The file holds a character that no text has: is it a CSV file?"))
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise DomainError(_("The file is no CSV table: %(error)s") % {"error": error}) from error


def _workbook(content: bytes) -> Iterator[list[Any]]:
    _demand_small_archive(content)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError) as error:
        raise DomainError(_("The file is no workbook that can be read.")) from error
    demand(sheet.total_height <= MAX_ROWS, _("The file has more than %(rows)s rows.") % {"rows": MAX_ROWS})
    demand(
        sheet.total_width <= MAX_COLUMNS, _("The file has more than %(columns)s columns.") % {"columns": MAX_COLUMNS}
    )
    yield from sheet.iter_rows()


def _demand_small_archive(content: bytes) -> None:
    """An archive that inflates to far more than it weighs is no workbook of a clerk."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile as error:
        raise DomainError(_("The file is no workbook that can be read.")) from error
    inflated = sum(entry.file_size for entry in entries)
    fits = len(entries) <= MAX_ENTRIES and inflated <= MAX_INFLATED and inflated <= MAX_RATIO * len(content)
    demand(fits, _("The workbook inflates to more than can be meant."))


def apply_map(rows: list[list[Any]], map: Map) -> Mapped:
    """Read every row by the map; errors and gaps are collected, nothing is raised for a cell."""
    result = Mapped()
    if not rows:
        result.errors.append(Remark(1, "", _("The table has no head.")))
        return result
    head = [_plain(cell) for cell in rows[0]]
    missing = [f.column for f in map.fields if f.column and f.column not in head]
    if missing:
        result.errors += [Remark(1, column, _("This column is missing.")) for column in missing]
        return result
    seen: dict[tuple[Any, ...], int] = {}
    for number, cells in enumerate(rows[1:], 2):
        named = dict(zip(head, cells, strict=False))
        if not any(_plain(cell) for cell in cells):
            continue
        row = {f.name: _cell(f, named, number, result) for f in map.fields}
        _demand_key(map, row, number, seen, result)
        result.rows.append({**row, "_row": number})
    return result


def _cell(spec: Field, named: Mapping[str, Any], number: int, result: Mapped) -> Any:
    raw = named.get(spec.column) if spec.column else spec.value
    text = _plain(raw)
    if text == "":
        if spec.required:
            result.errors.append(Remark(number, spec.column, _("This cell is empty.")))
        elif spec.gap:
            result.gaps.append(Remark(number, spec.column, _("unknown: the cell is empty")))
        return None
    try:
        return READERS[spec.type](spec, raw, text)
    except ValueError as error:
        result.errors.append(Remark(number, spec.column, str(error)))
        return None


def _demand_key(map: Map, row: dict[str, Any], number: int, seen: dict[tuple[Any, ...], int], result: Mapped) -> None:
    if not map.key:
        return
    key = tuple(row[name] for name in map.key)
    if key in seen:
        columns = ", ".join(f.column for f in map.fields if f.name in map.key)
        result.errors.append(Remark(number, columns, _("The same as in row %(row)s.") % {"row": seen[key]}))
    seen.setdefault(key, number)


def _plain(value: Any) -> str:
    """Text without the blanks that files bring: non-breaking ones, byte-order marks, literal \\n."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFC", str(value)).replace("\\n", "\n").replace("\\r", "")
    return text.replace("\xa0", " ").replace("\ufeff", "").replace("\r\n", "\n").replace("\x00", "").strip()


def _text(spec: Field, raw: Any, text: str) -> str:
    if spec.choices:
        if text not in spec.choices:
            raise ValueError(
                _("“%(value)s” is none of: %(choices)s") % {"value": text, "choices": ", ".join(spec.choices)}
            )
        return spec.choices[text]
    if spec.shorten and len(text) > spec.shorten:
        return text[: spec.shorten - 1].rstrip() + "…"
    if spec.longest and len(text) > spec.longest:
        raise ValueError(_("longer than %(longest)s characters") % {"longest": spec.longest})
    return text


def _code(spec: Field, raw: Any, text: str) -> str:
    if not CODE.fullmatch(text):
        raise ValueError(
            _("“%(value)s” is no code: letters, digits, dots, dashes and underscores only") % {"value": text}
        )
    return _text(spec, raw, text)


def _money(spec: Field, raw: Any, text: str) -> Decimal:
    """An amount in the map's unit (10000 for 万元) as yuan; more than two decimals of yuan are refused."""
    plain = text.translate({ord(char): None for char in spec.strip})
    try:
        amount = (
            Decimal(plain)
            if spec.unit != 1 and re.fullmatch(r"\d{1,12}(\.\d{1,6})?", plain, re.ASCII)
            else parse_yuan(plain)
        )
    except ValidationError as error:
        raise ValueError(_("“%(value)s” is no amount") % {"value": text[:40]}) from error
    amount *= spec.unit
    if amount != amount.quantize(Decimal("0.01")):
        raise ValueError(_("“%(value)s” has more decimals than fen") % {"value": text[:40]})
    if amount < 0:
        raise ValueError(_("“%(value)s” is negative") % {"value": text[:40]})
    return amount.quantize(Decimal("0.01"))


def _date(spec: Field, raw: Any, text: str) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    for form in spec.formats:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(_("“%(value)s” is no date such as %(example)s") % {"value": text[:40], "example": spec.formats[0]})


def _integer(spec: Field, raw: Any, text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise ValueError(_("“%(value)s” is no whole number") % {"value": text[:40]})
    return int(text)


READERS = {"text": _text, "code": _code, "money": _money, "date": _date, "integer": _integer}


def summary(remarks: Iterable[Remark], limit: int = 20) -> list[str]:
    """The first remarks as sentences, and how many more there are."""
    remarks = list(remarks)
    shown = [str(remark) for remark in remarks[:limit]]
    if len(remarks) > limit:
        shown.append(_("and %(count)s more") % {"count": len(remarks) - limit})
    return shown
