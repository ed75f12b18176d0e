"""Terms, running costs and the file with the estimate of an application."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from config.demo.content import TEN_THOUSAND, Module, lot
from projects.models import Application, Line

RUNNING = Decimal("0.08")  # what a system costs to run in a year, of what it cost to build


def term(year: int, months: int, name: str) -> tuple[date, date]:
    """First and last day of the work."""
    first = date(year, 2 + lot(4, name, "term"), 1)
    over = first.month - 1 + months
    return first, date(year + over // 12, over % 12 + 1, 1) - timedelta(days=1)


def operating_cost(modules: Iterable[Module]) -> Decimal:
    """A year's running cost, in whole 万元."""
    cost = sum((module.declared for module in modules), Decimal()) * RUNNING
    return (cost / TEN_THOUSAND).to_integral_value() * TEN_THOUSAND


def estimate(application: Application, lines: Iterable[Line]) -> ContentFile[bytes]:
    """The workbook that offices attach: their lines, as declared."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["序号", "名称", "规格", "单位", "数量", "单价（元）", "金额（元）"])
    for line in lines:
        row = [line.sequence, line.name, line.specification, line.unit, line.quantity, line.unit_price, line.declared]
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return ContentFile(out.getvalue(), name=f"{application.number} 投资概算明细.xlsx")
