"""A list as one person arranged it: which columns are shown, and how high its rows are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from governance.models import SavedView, User

Words = str | Promise


@dataclass(frozen=True)
class Column:
    """A column that may be left out."""

    key: str
    label: Words
    is_shown: bool


@dataclass(frozen=True)
class Layout:
    """The columns of a list in their order, and its rows."""

    page: str
    columns: list[Column]
    is_dense: bool

    @property
    def shown(self) -> frozenset[str]:
        return frozenset(column.key for column in self.columns if column.is_shown)


def layout_of(user: User, page: str, columns: Mapping[str, Words], hidden: Collection[str] = ()) -> Layout:
    """What the person chose for the list `page`; until then everything but `hidden`. No query."""
    chosen = user.lists.get(page) or {}
    wanted = chosen.get("columns")
    rows = [
        Column(key, label, key in wanted if wanted is not None else key not in hidden) for key, label in columns.items()
    ]
    return Layout(page, rows, bool(chosen.get("dense")))


def saved_views(user: User, page: str) -> list[SavedView]:
    """The person's own tabs of a list."""
    return list(SavedView.objects.filter(user=user, page=page))
