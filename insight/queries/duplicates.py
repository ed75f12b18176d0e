"""Duplicate map: what departments declared that others declared too or that exists, by function category.

A module counts when a live act merged, stripped or reused it, or when it stands open in a cluster of the workbench.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from common.money import ZERO
from governance.models import User
from insight.queries.departments import REST, Biggest
from projects.models import Line
from projects.states import ApplicationStatus
from reviews.models import Cluster, Disposition
from reviews.states import DispositionKind

DECIDED = (DispositionKind.MERGE, DispositionKind.STRIP, DispositionKind.REUSE)
ROWS, COLUMNS = 10, 7
SHARES = (Decimal("0.1"), Decimal("0.25"), Decimal("0.5"), Decimal("0.75"))  # of the largest: where a shade begins
NONE = 0  # of no category


@dataclass(frozen=True)
class Duplicate:
    """A module that is there already or was declared by others too."""

    line: int
    department: int
    category: int
    category_name: str
    amount: Decimal
    is_decided: bool


@dataclass(frozen=True)
class Cell:
    """A department's duplicates in one category."""

    department: str
    category: str
    amount: Decimal
    modules: int
    shade: int  # 0 nothing, 1 little … 5 most


@dataclass(frozen=True)
class Row:
    """A department with a cell a category."""

    key: str
    label: str
    cells: list[Cell]

    @property
    def amount(self) -> Decimal:
        return sum((cell.amount for cell in self.cells), ZERO)


@dataclass(frozen=True)
class HeatMap:
    """Departments × categories, the biggest first; ``open`` is the part that no act has decided."""

    categories: list[tuple[str, str]]
    rows: list[Row]
    modules: int
    open: Decimal

    @property
    def amount(self) -> Decimal:
        return sum((row.amount for row in self.rows), ZERO)

    @property
    def column_sums(self) -> list[Decimal]:
        return [sum((row.cells[n].amount for row in self.rows), ZERO) for n in range(len(self.categories))]


def duplicates(user: User, rounds: Collection[int]) -> list[Duplicate]:
    """The modules in sight; clusters only for those who work with them. One query."""
    lines = (
        Line.objects.visible_to(user)
        .modules()
        .filter(application__round__in=rounds, application__submitted_at__isnull=False, declared__isnull=False)
    )
    live = Disposition.objects.live().filter(line=OuterRef("pk"))
    several = Cluster.objects.visible_to(user).annotate(size=Count("members")).filter(size__gt=1)
    waiting = ~Exists(live) & Q(
        cluster_membership__cluster__in=several.values("pk"), application__status=ApplicationStatus.CONSOLIDATION
    )
    found = lines.annotate(is_decided=Exists(live.filter(kind__in=DECIDED))).filter(Q(is_decided=True) | waiting)
    columns = ("pk", "application__department", "category", "category__name", "declared", "is_decided")
    return [
        Duplicate(pk, department, category or NONE, name or "", amount, is_decided)
        for pk, department, category, name, amount, is_decided in found.order_by("pk").values_list(*columns)
    ]


def folds(found: list[Duplicate]) -> tuple[Biggest, Biggest]:
    """Which departments and which categories are named."""
    departments: dict[int, Decimal] = {}
    categories: dict[int, Decimal] = {}
    for one in found:
        departments[one.department] = departments.get(one.department, ZERO) + one.amount
        categories[one.category] = categories.get(one.category, ZERO) + one.amount
    return Biggest(departments, ROWS), Biggest(categories, COLUMNS)


def heat_map(found: list[Duplicate], names: Mapping[int, str]) -> HeatMap:
    """The picture; ``names`` are those of the departments."""
    departments, categories = folds(found)
    words = {one.category: one.category_name or _("no category") for one in found}
    amounts: dict[tuple[str, str], Decimal] = {}
    modules: dict[tuple[str, str], int] = {}
    for one in found:
        at = departments.key(one.department), categories.key(one.category)
        amounts[at] = amounts.get(at, ZERO) + one.amount
        modules[at] = modules.get(at, 0) + 1
    most = max(amounts.values(), default=ZERO)
    return HeatMap(
        categories=[(key, _("others") if key == REST else words[int(key)]) for key in categories.keys],
        rows=[
            Row(
                key,
                departments.label(key, names),
                [
                    Cell(key, c, amount, modules.get((key, c), 0), _shade(amount, most))
                    for c in categories.keys
                    for amount in [amounts.get((key, c), ZERO)]
                ],
            )
            for key in departments.keys
        ],
        modules=len(found),
        open=sum((one.amount for one in found if not one.is_decided), ZERO),
    )


def _shade(amount: Decimal, most: Decimal) -> int:
    return 1 + sum(amount > most * share for share in SHARES) if amount else 0
