"""The capability catalog in figures, and its three indexes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from catalog.models import Capability, FunctionCategory, SystemFunction
from catalog.models.capability import CapabilityQuerySet
from catalog.states import RUNNING, UNBUILT, CapabilityKind, CapabilityStatus


@dataclass(frozen=True)
class IndexEntry:
    """One line of an index: what to filter by, its words, how many capabilities, what is below."""

    key: str
    label: str
    count: int
    children: tuple[IndexEntry, ...] = ()

    def holds(self, key: str) -> bool:
        """Whether this line or one below is the chosen one."""
        return key == self.key or any(child.key == key for child in self.children)


@dataclass(frozen=True)
class CatalogFigures:
    total: int
    running: int
    trial: int
    coming: int
    guarded: int  # entries that say what may no longer be built separately


def figures(rows: CapabilityQuerySet) -> CatalogFigures:
    """How many capabilities there are and how far they are."""
    found = list(rows.order_by().values_list("status", "not_separately"))
    states = [CapabilityStatus(status) for status, _text in found]
    return CatalogFigures(
        total=len(found),
        running=sum(state in RUNNING for state in states),
        trial=states.count(CapabilityStatus.TRIAL),
        coming=sum(state in UNBUILT for state in states),
        guarded=sum(bool(text) for _status, text in found),
    )


def by_resource(rows: CapabilityQuerySet) -> list[IndexEntry]:
    """The infrastructure and data that capabilities stand on."""
    counted = rows.exclude(resource="").order_by("resource").values_list("resource").annotate(n=Count("pk"))
    return [IndexEntry(resource, resource, count) for resource, count in counted]


def by_kind(rows: CapabilityQuerySet) -> list[IndexEntry]:
    counted = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    return [IndexEntry(kind.value, str(kind.label), counted[kind]) for kind in CapabilityKind if kind in counted]


def by_category(rows: CapabilityQuerySet) -> list[IndexEntry]:
    """The tree of function categories, as far as it has capabilities; one counts once in a group."""
    members: dict[int | None, set[int]] = defaultdict(set)
    for pk, category in rows.order_by().values_list("pk", "categories"):
        members[category].add(pk)
    below: dict[int | None, list[FunctionCategory]] = defaultdict(list)
    for row in FunctionCategory.objects.order_by("code"):
        below[row.parent_id].append(row)
    return [entry for row in below[None] if (entry := _entry(row, below, members)[0]).count]


def _entry(
    row: FunctionCategory, below: dict[int | None, list[FunctionCategory]], members: dict[int | None, set[int]]
) -> tuple[IndexEntry, set[int]]:
    parts = [_entry(child, below, members) for child in below[row.pk]]
    held = members[row.pk].union(*(pks for _child, pks in parts))
    children = tuple(child for child, _pks in parts if child.count)
    return IndexEntry(row.code, row.name, len(held), children), held


def category_choices() -> list[tuple[str, list[tuple[int, str]]]]:
    """Categories for a select: groups with their leaves; a group without leaves stands for itself."""
    rows = list(FunctionCategory.objects.order_by("code"))
    groups = [row for row in rows if row.parent_id is None]
    return [
        (group.name, [(row.pk, row.name) for row in rows if row.parent_id == group.pk] or [(group.pk, group.name)])
        for group in groups
    ]


@dataclass(frozen=True)
class CategoryRow:
    """A category of the tree: how deep it stands, and how much is filed under it itself."""

    pk: int
    code: str
    name: str
    depth: int
    capabilities: int
    functions: int


def category_tree() -> list[CategoryRow]:
    """All categories, each below the one that it belongs to."""
    links = Capability.categories.through.objects
    capabilities = dict(links.values_list("functioncategory").annotate(n=Count("pk")))
    functions = dict(SystemFunction.objects.order_by().values_list("category").annotate(n=Count("pk")))
    return [
        CategoryRow(row.pk, row.code, row.name, row.tree_depth, capabilities.get(row.pk, 0), functions.get(row.pk, 0))
        for row in FunctionCategory.objects.with_tree_fields()
    ]
