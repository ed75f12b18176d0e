"""The table of each picture as a file: amounts in yuan, one fact a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.exports import csv_response, xlsx_response
from common.http import demand
from insight.queries.gathering import Gathered, gather
from insight.queries.periods import chosen, periods_of
from insight.queries.savings import Saving
from insight.views.drawings import cause_words
from reviews.states import SAVED_CAUSES

Table = tuple[str, list[str], Iterator[list[Any]]]


@require_safe
def export(request: HttpRequest, picture: str, form: str) -> HttpResponseBase:
    """One picture's table of the chosen period."""
    demand(request.user, "insight.see_insight")
    periods = periods_of(request.user)
    period = chosen(periods, request.GET.get("period", ""))
    if period is None:
        raise Http404
    sheet, head, rows = TABLES[picture](gather(request.user, periods, period))
    name = f"{picture}-{period.key}"
    if form == "csv":
        return csv_response(f"{name}.csv", head, rows)
    return xlsx_response(f"{name}.xlsx", sheet, head, rows)


def _flow(gathered: Gathered) -> Table:
    head = [_("from"), _("to"), _("amount (yuan)")]
    return _("Money flow"), head, ([k.source.label, k.target.label, k.amount] for k in gathered.flow.links)


def _savings(gathered: Gathered) -> Table:
    head = [_("department"), *_saving_heads(), _("the year before (yuan)")]
    return _("Savings"), head, ([row.label, *_saving_cells(row), row.before] for row in gathered.departments)


def _years(gathered: Gathered) -> Table:
    head = [_("year"), *_saving_heads()]
    return _("Savings by year"), head, ([row.label, *_saving_cells(row)] for row in gathered.years)


def _saving_heads() -> list[str]:
    causes = [_("%(cause)s (yuan)") % {"cause": cause_words(cause)} for cause in SAVED_CAUSES]
    return [_("declared (yuan)"), *causes, _("saved in all (yuan)")]


def _saving_cells(row: Saving) -> list[Any]:
    return [row.declared, *row.by_cause.values(), row.total]


def _duplicates(gathered: Gathered) -> Table:
    heat = gathered.heat
    rows = (
        [row.label, label, cell.modules, cell.amount]
        for row in heat.rows
        for cell, (_key, label) in zip(row.cells, heat.categories, strict=True)
        if cell.modules
    )
    return _("Duplicate map"), [_("department"), _("category"), _("modules"), _("declared (yuan)")], rows


def _sharing(gathered: Gathered) -> Table:
    head = [_("capability"), _("modules"), _("departments"), _("not built twice (yuan)")]
    rows = ([row.label, row.modules, row.departments, row.avoided] for row in gathered.sharing.rows)
    return _("Shared capabilities"), head, rows


def _way(gathered: Gathered) -> Table:
    head = [
        _("step"), _("applications"), _("money (yuan)"), _("median working days"), _("90% within working days"),
        _("stand here"), _("ended here"),
    ]  # fmt: skip
    rows = ([s.label, s.applications, s.money, s.median, s.slowest_tenth, s.waiting, s.ended] for s in gathered.stairs)
    return _("Way and times"), head, rows


TABLES: dict[str, Callable[[Gathered], Table]] = {
    "flow": _flow,
    "savings": _savings,
    "years": _years,
    "duplicates": _duplicates,
    "sharing": _sharing,
    "way": _way,
}
