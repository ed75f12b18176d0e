"""The money chain of one project: who declared what, what came of it, where it stands on list and budget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from budgets.models import BudgetEntry
from budgets.queries.figures import THIS, Piece, room
from budgets.states import EntryKind
from common.money import ZERO, total
from projects.models import Component, Project
from reviews.models import ComponentFunding, Disposition, VersionProject
from reviews.queries.decisions import Target
from reviews.queries.lists import stands_alone


@dataclass
class ChainLine:
    """One declared line that pays for a component: as its own part, or transferred into it."""

    pk: int
    reference: str
    name: str
    application: str
    department: str
    declared: Decimal
    paid: Decimal
    saved: Decimal
    is_transfer: bool
    kind: str
    act: str
    act_pk: int

    @property
    def elsewhere(self) -> Decimal:
        """What the line pays for other components, or keeps in its own project."""
        return self.declared - self.paid - self.saved


@dataclass
class ChainComponent:
    """A component, its money on the lists, and the lines that bring it."""

    pk: int
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
    reply: str
    listed: Decimal = ZERO
    carried: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        return self.listed + self.carried


@dataclass(frozen=True)
class ChainVersion:
    """A locked version on which the project stands, with its money by year."""

    round: int
    title: str
    number: int
    document: str
    at: datetime
    status: str
    years: list[tuple[int, Decimal]]

    @property
    def amount(self) -> Decimal:
        return sum((amount for _year, amount in self.years), ZERO)


@dataclass
class Chain:
    """Declared → own or transferred → component → list versions → budget lines by year."""

    project: Project
    components: list[ChainComponent]
    versions: list[ChainVersion]
    years: list[ChainYear]

    @property
    def lines(self) -> list[ChainLine]:
        return [line for component in self.components for line in component.lines]

    @property
    def departments(self) -> int:
        return len({line.department for line in self.lines})

    @property
    def acts(self) -> list[tuple[int, str]]:
        return sorted({(line.act_pk, line.act) for line in self.lines})

    @property
    def declared(self) -> Decimal:
        return sum({line.pk: line.declared for line in self.lines}.values(), ZERO)

    @property
    def own(self) -> Decimal:
        return sum((line.paid for line in self.lines if not line.is_transfer), ZERO)

    @property
    def transferred(self) -> Decimal:
        return sum((line.paid for line in self.lines if line.is_transfer), ZERO)

    @property
    def saved(self) -> Decimal:
        return sum({line.pk: line.saved for line in self.lines}.values(), ZERO)

    @property
    def elsewhere(self) -> Decimal:
        return self.declared - self.own - self.transferred - self.saved

    @property
    def funding(self) -> Decimal:
        return sum((c.funding for c in self.components), ZERO)

    @property
    def newest(self) -> list[ChainVersion]:
        """The newest version of each list that carries the project."""
        found: dict[int, ChainVersion] = {}
        for version in self.versions:
            found.setdefault(version.round, version)
        return list(found.values())

    @property
    def listed(self) -> Decimal:
        return sum((version.amount for version in self.newest), ZERO)

    @property
    def budgeted(self) -> Decimal:
        return sum((y.listed for y in self.years), ZERO)

    @property
    def agrees(self) -> bool:
        """Whether the same money stands everywhere: what lines pay, components, lists and budgets."""
        paid = self.own + self.transferred
        return paid == self.funding and (not self.versions or self.funding == self.listed == self.budgeted)

    @property
    def bars(self) -> list[tuple[ChainYear, list[Piece]]]:
        """The years, each with its share of the whole."""
        return [(year, room(self.funding, [(THIS, year.amount)]).pieces) for year in self.years]


def chain_of(project: Project) -> Chain:
    """Trace every yuan of a project back to its lines and forward to the budget: six queries."""
    funding = dict(
        ComponentFunding.objects.filter(component__project=project)
        .order_by()
        .values_list("component")
        .annotate(sum=total("amount"))
    )
    rows = list(Component.objects.filter(project=project).order_by("code"))
    components = {c.pk: ChainComponent(c.pk, c.code, c.name, funding.get(c.pk, ZERO)) for c in rows}
    by_line = {c.line_id: c.pk for c in rows if c.line_id}
    for d in _paying(by_line, components):
        if d.line_id in by_line and stands_alone(d):
            components[by_line[d.line_id]].lines.append(_line(d, d.own, is_transfer=False))
        at = _component_of(d.target, by_line) if d.target else None
        if d.moved and at in components:
            components[at].lines.append(_line(d, d.moved, is_transfer=True))
    return Chain(project, list(components.values()), _versions(project), _years(project))


def _paying(by_line: dict[int, int], components: Iterable[int]) -> list[Disposition]:
    """Live decisions on the lines of the components, and on those that pay into them; own parts first."""
    here = Q(line__in=by_line) | Q(target_line__in=by_line) | Q(target_component__in=list(components))
    rows = Disposition.objects.live().filter(here).select_related(
        "act", "line__application__department", "target_line", "target_component"
    )  # fmt: skip
    return sorted(rows, key=lambda d: (d.line_id not in by_line, d.line.application.number, d.line.sequence))


def _component_of(target: Target, by_line: dict[int, int]) -> int | None:
    return target.pk if isinstance(target, Component) else by_line.get(target.pk)


def _line(d: Disposition, paid: Decimal, *, is_transfer: bool) -> ChainLine:
    application = d.line.application
    return ChainLine(
        d.line_id, d.line.reference, d.line.name, application.number, application.department.name,
        d.line.declared or ZERO, paid, d.saved, is_transfer, d.kind, d.act.number, d.act_id,
    )  # fmt: skip


def _versions(project: Project) -> list[ChainVersion]:
    """The locked versions that carry the project, the newest first; two queries."""
    rows = VersionProject.objects.filter(project=project).select_related("version__annual_list__round")
    return [
        ChainVersion(
            row.version.annual_list.round_id, str(row.version.annual_list.round), row.version.number,
            row.version.document_number, row.version.at, row.status, [(y.year, y.amount) for y in row.years.all()],
        )
        for row in rows.prefetch_related("years").order_by("-version__annual_list", "-version__number")
    ]  # fmt: skip


def _years(project: Project) -> list[ChainYear]:
    found: dict[int, ChainYear] = {}
    for entry in BudgetEntry.objects.filter(project=project).select_related("budget").order_by("budget__year", "pk"):
        budget = entry.budget
        year = found.setdefault(budget.year, ChainYear(budget.year, budget.stage, budget.reply_number))
        if entry.kind == EntryKind.LIST:
            year.listed += entry.amount
        else:
            year.carried += entry.amount
    return list(found.values())
