"""The budget table (资金预算表) of a year."""

from __future__ import annotations

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from budgets.models import Budget
from budgets.queries.figures import BudgetLine, budget_lines, requested
from common.documents.paper import CENTRE, CODE, MONEY, Cell, Column, Paper, Part, Table, unit_for
from common.money import ZERO


def budget_paper(budget: Budget, unit: str = "") -> Paper:
    """The authority's budget of a year (authority, jurisdiction loaded): a line a project, two queries."""
    place = budget.jurisdiction
    lines, asked = budget_lines(budget), requested(budget)
    paper = Paper(
        kind="budget",
        title=_("Consolidated IT budget %(year)s") % {"year": budget.year},
        number=budget.reply_number,
        parts=[],
        signer=budget.authority.name,
        signed_on=timezone.localdate(budget.replied_at) if budget.replied_at else timezone.localdate(),
        running=f"{place.name} · {budget.get_stage_display()}",
        landscape=True,
        unit=unit_for(place.currency, unit),
        currency=place.currency,
    )
    facts = [
        (capfirst(_("stage")), str(budget.get_stage_display())),
        (_("Ceiling or control figure"), _("not set") if budget.ceiling is None else paper.amount(budget.ceiling)),
        (_("Asked for by locked lists"), paper.amount(asked)),
        (_("Left"), "" if budget.ceiling is None else paper.amount(budget.ceiling - asked)),
    ]
    parts = [Part(_("Overview"), facts=facts), Part(_("Budget lines"), table=_table(lines))]
    return Paper(**{**vars(paper), "parts": parts})


def _table(lines: list[BudgetLine]) -> Table:
    columns = [
        Column(_("No."), CENTRE, 6),
        Column(_("code"), CODE, 18),
        Column(_("project"), width=44),
        Column(_("lead unit"), width=24),
        Column(_("By annual lists"), MONEY, 18),
        Column(_("Carried over"), MONEY, 18),
        Column(pgettext("money", "Budget"), MONEY, 18),
    ]
    rows: list[list[Cell]] = [
        [number, line.code, line.name, line.lead, line.listed, line.carried, line.amount]
        for number, line in enumerate(lines, 1)
    ]
    sums = [sum((getattr(line, name) for line in lines), ZERO) for name in ("listed", "carried", "amount")]
    return Table(columns, rows, ["", "", _("Total"), "", *sums])
