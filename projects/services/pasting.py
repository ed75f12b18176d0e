"""A block copied from a spreadsheet becomes lines: all of it, or nothing and every cell that is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import demand
from common.exports import plain_cell
from common.money import parse_wan, parse_yuan
from governance.models import User
from projects.models import Application, Line
from projects.services.editing import Invalid
from projects.services.lines import add_lines, fill_lines
from projects.states import LineKind, ModuleChange

MOST = 500
MOST_CELLS = 30
# What people write over these columns, without blanks and in lower case.
HEADINGS = {
    "name": "name module item 名称 功能模块 模块 模块名称 功能模块名称 项目 名稱 功能模塊 模塊名稱",
    "description": "description function 功能说明 说明 功能描述 建设内容 描述 功能說明 說明 建設內容",
    "declared": "amount declared declaredamount 金额 申报金额 合计 小计 金額 申報金額 合計",
    "subsystem": "subsystem 子系统 子系統",
    "change": "change 方式 建设方式 建設方式",
    "function_points": "functionpoints 功能点 功能点数 功能點 功能點數",
    "person_months": "personmonths person-months 人月 工作量",
    "unit_price": "unitprice price 单价 單價",
    "quantity": "quantity 数量 數量",
    "unit": "unit 单位 單位",
    "specification": "specification 规格 规格型号 規格 規格型號",
    "kind": "kind account 科目 类别 费用类别 類別 費用類別",
}
COLUMNS = {name: column for column, names in HEADINGS.items() for name in names.split()}
UNITS = {"万元": "wan", "萬元": "wan", "10,000yuan": "wan", "元": "yuan", "yuan": "yuan"}
MODULE_ORDER = ("name", "description", "declared")
ITEM_ORDER = ("kind", "name", "specification", "unit", "quantity", "unit_price", "declared")
MODULE_GRID = ("name", "description", "change", "function_points", "person_months", "unit_price", "declared")
ITEM_GRID = ITEM_ORDER
MONEY = frozenset({"declared", "unit_price"})
NUMBERS = frozenset({"function_points", "person_months", "quantity"})
IGNORED = frozenset({"#", "序号", "序號", "编号", "no", "no."})


@dataclass(frozen=True)
class Block:
    """Rows of cells, what each column holds and in which unit, and the first row's number as the person sees it."""

    columns: list[str]
    units: list[str]
    rows: list[list[str]]
    first: int


@transaction.atomic
def paste_rows(
    application: Application,
    text: str,
    *,
    by: User,
    modules: bool = True,
    unit: str = "yuan",
    version: int | None = None,
) -> list[Line]:
    """Add the rows of a tab-separated block as modules, or as other cost items.

    A first row with known headings says what the columns are; without one they are name, description, amount
    (cost items: account, name, specification, unit, quantity, unit price, amount). Amounts are in ``unit``
    (yuan, or wan: tens of thousands) unless the heading names another. Refused as a whole, with row, column and
    reason, when one cell is wrong.
    """
    block = read_block(text, modules=modules, unit=unit)
    found = _rows_of(block, named=len(block.rows))
    rows = [{"kind": LineKind.MODULE} | fields for fields in found] if modules else found
    return add_lines(application, rows, by=by, version=version)


def paste_from(
    start: Line, column: str, text: str, *, by: User, unit: str = "yuan", version: int | None = None
) -> list[Line]:
    """Write a tab-separated block into the grid from one cell on, as a spreadsheet does; rows below the last are added.

    Columns are those of the grid from ``column`` on, unless the block's first row names them. Refused as a whole.
    """
    modules = start.is_module
    grid = MODULE_GRID if modules else ITEM_GRID
    demand(column in grid, _("Nothing can be pasted into this column."))
    block = read_block(text, modules=modules, unit=unit, order=grid[grid.index(column) :])
    peers = start.application.lines.filter(sequence__gte=start.sequence)
    same = peers.modules() if modules else peers.exclude(kind=LineKind.MODULE)
    found = _rows_of(block, named=max(0, len(block.rows) - same.count()))
    return fill_lines(start, found, by=by, version=version)


def _rows_of(block: Block, *, named: int) -> list[dict[str, Any]]:
    """The fields of every row; the last `named` rows become new lines and need a name."""
    found: list[dict[str, Any]] = []
    wrong: list[str] = []
    for number, cells in enumerate(block.rows, block.first):
        fields, problems = _read_row(block, cells)
        if len(found) >= len(block.rows) - named and not fields.get("name"):
            problems.append(_("the name is missing"))
        found.append(fields)
        wrong += [_("row %(row)s, %(problem)s") % {"row": number, "problem": problem} for problem in problems]
    if wrong:
        raise Invalid(_("Nothing was pasted:"), items=wrong)
    return found


def read_block(text: str, *, modules: bool, unit: str, order: Sequence[str] = ()) -> Block:
    """Cells of a block as spreadsheets copy it: tabs between cells, quotes around line breaks."""
    demand("\0" not in text, _("The text holds characters that no spreadsheet copies."))
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), dialect="excel-tab")]
    rows = [row for row in rows if any(row)]
    demand(rows, _("Nothing was pasted: copy the rows in the spreadsheet first."))
    demand(len(rows) <= MOST, _("At most %(most)s rows at a time.") % {"most": MOST})
    demand(max(map(len, rows)) <= MOST_CELLS, _("At most %(most)s columns at a time.") % {"most": MOST_CELLS})
    heading = [_heading(cell) for cell in rows[0]]
    if "name" in heading:
        demand(rows[1:], _("Only headings were pasted: copy the rows below them too."))
        return Block(heading, [_unit(cell) or unit for cell in rows[0]], rows[1:], 2)
    columns = list(order or (MODULE_ORDER if modules else ITEM_ORDER))
    return Block(columns, [unit] * len(columns), rows, 1)


def _heading(cell: str) -> str:
    """The field that a heading names; units in brackets are left out. Empty: a column to pass over."""
    plain = cell.replace("（", "(").partition("(")[0].replace(" ", "").replace("_", "").lower()
    return "" if plain in IGNORED else COLUMNS.get(plain, "")


def _unit(cell: str) -> str:
    """The unit that a heading names in brackets: 金额（万元）."""
    named = cell.replace("（", "(").replace("）", ")").partition("(")[2].partition(")")[0]
    return UNITS.get(named.replace(" ", "").lower(), "")


def _read_row(block: Block, cells: list[str]) -> tuple[dict[str, Any], list[str]]:
    fields: dict[str, Any] = {}
    problems = []
    if len(cells) > len(block.columns):
        problems.append(_("more cells than columns"))
    for column, unit, cell in zip(block.columns, block.units, cells, strict=False):
        if not column or not cell:
            continue
        try:
            fields[column] = _read_cell(column, plain_cell(cell), unit)
        except ValidationError as error:
            label = Line._meta.get_field(column).verbose_name  # type: ignore[union-attr]
            problems.append(_("%(field)s: %(problem)s") % {"field": label, "problem": " ".join(error.messages)})
    return fields, problems


def _read_cell(column: str, cell: str, unit: str) -> Any:
    if column in MONEY:
        return parse_wan(cell) if unit == "wan" else parse_yuan(cell)
    if column in NUMBERS:
        return _number(cell)
    if column == "kind":
        return _choice(cell, {str(kind.label): kind.value for kind in LineKind if kind != LineKind.MODULE})
    if column == "change":
        return _choice(cell, {str(change.label): change.value for change in ModuleChange})
    field = Line._meta.get_field(column)
    return field.clean(cell, None)  # type: ignore[union-attr]


def _choice(cell: str, choices: Mapping[str, str]) -> str:
    wanted = cell.strip().lower()
    for label, value in choices.items():
        if wanted in {label.lower(), value}:
            return value
    raise ValidationError(
        _("“%(value)s” is none of: %(choices)s"), params={"value": cell[:40], "choices": ", ".join(choices)}
    )


def _number(cell: str) -> Decimal:
    plain = cell.replace(",", "")
    try:
        value = Decimal(plain) if plain.isascii() and "_" not in plain else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or value < 0 or value != round(value, 2):
        raise ValidationError(_("“%(value)s” is not a number with at most two decimals."), params={"value": cell[:40]})
    return value
