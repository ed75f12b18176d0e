"""The money chain of one project: who declared what, what came of it, where it stands on list and budget."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from budgets.models import BudgetEntry
from common.money import ZERO, total
from projects.models import Component, Project
from reviews.models import ComponentFunding, Disposition
from reviews.queries.decisions import Target
from reviews.queries.lists import stands_alone


@dataclass
class ChainLine:
    """One declared line that pays for a component: as its own part, or transferred into it."""

    reference: str
    name: str
    application: str
    department: str
    declared: Decimal
    paid: Decimal
    is_transfer: bool
    act: str


@dataclass
class ChainComponent:
    """A component, its money on the lists, and the lines that bring it."""

    code: str
    name: str
    funding: Decimal
    lines: list[ChainLine] = field(default_factory=list)

    @property
    def paid(self) -> Decimal:
        return sum((line.paid for line in self.lines), ZERO)


@dataclass
class ChainYear:
    """What one year's budget carries of the project."""

    year: int
    stage: str
    listed: Decimal
    carried: Decimal

    @property
    def amount(self) -> Decimal:
        return self.listed + self.carried


@dataclass
class Chain:
    """Declared → own or transferred → component → project → budget lines by year."""

    project: Project
    components: list[ChainComponent]
    years: list[ChainYear]

    @property
    def declared(self) -> Decimal:
        return sum((line.declared for c in self.components for line in c.lines), ZERO)

    @property
    def funding(self) -> Decimal:
        return sum((c.funding for c in self.components), ZERO)

    @property
    def budgeted(self) -> Decimal:
        return sum((y.listed for y in self.years), ZERO)


def chain_of(project: Project) -> Chain:
    """Trace every yuan of a project back to its lines and forward to the budget: four queries."""
    funding = dict(
        ComponentFunding.objects.filter(component__project=project)
        .order_by()
        .values_list("component")
        .annotate(sum=total("amount"))
    )
    components = {
        c.pk: ChainComponent(c.code, c.name, funding.get(c.pk, ZERO))
        for c in Component.objects.filter(project=project).order_by("code")
    }
    by_line = dict(Component.objects.filter(project=project, line__isnull=False).values_list("line", "pk"))
    for d in _paying(by_line, components):
        if d.line_id in by_line and stands_alone(d):
            components[by_line[d.line_id]].lines.append(_line(d, d.own, is_transfer=False))
        at = _component_of(d.target, by_line) if d.target else None
        if d.moved and at in components:
            components[at].lines.append(_line(d, d.moved, is_transfer=True))
    return Chain(project, list(components.values()), _years(project))


def _paying(by_line: dict[int, int], components: dict[int, ChainComponent]) -> list[Disposition]:
    live = Disposition.objects.live().loaded().select_related("line__application__department")
    own = live.filter(line__in=by_line)
    moved = live.filter(target_line__in=by_line) | live.filter(target_component__in=components)
    return list({d.pk: d for d in [*own, *moved]}.values())


def _component_of(target: Target, by_line: dict[int, int]) -> int | None:
    return target.pk if isinstance(target, Component) else by_line.get(target.pk)


def _line(d: Disposition, paid: Decimal, *, is_transfer: bool) -> ChainLine:
    application = d.line.application
    return ChainLine(
        d.line.reference, d.line.name, application.number, application.department.name, d.line.declared or ZERO, paid,
        is_transfer, d.act.number,
    )  # fmt: skip


def _years(project: Project) -> list[ChainYear]:
    found: dict[int, ChainYear] = {}
    sums: dict[tuple[int, str], Decimal] = defaultdict(lambda: ZERO)
    entries = BudgetEntry.objects.filter(project=project).select_related("budget")
    for entry in entries:
        budget = entry.budget
        found.setdefault(budget.year, ChainYear(budget.year, str(budget.get_stage_display()), ZERO, ZERO))
        sums[budget.year, entry.kind] += entry.amount
    for (year, kind), amount in sums.items():
        if kind == "list":
            found[year].listed = amount
        else:
            found[year].carried = amount
    return [found[year] for year in sorted(found)]
