"""The data catalogue in figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from catalog.models.data import DataResourceQuerySet
from catalog.states import SharingClass

SHARED = ~Q(sharing=SharingClass.NONE)


@dataclass(frozen=True)
class DataFigures:
    """How many resources there are, how many are shared, and how many of those the city data pool holds."""

    total: int
    providers: int
    shared: int
    unconditional: int
    pooled: int

    @property
    def waiting(self) -> int:
        return self.shared - self.pooled

    @property
    def kept_back(self) -> int:
        return self.total - self.shared


def figures(rows: DataResourceQuerySet) -> DataFigures:
    """One line of figures, in one query."""
    found = rows.order_by().aggregate(
        total=Count("pk"),
        providers=Count("provider", distinct=True),
        shared=Count("pk", filter=SHARED),
        unconditional=Count("pk", filter=Q(sharing=SharingClass.UNCONDITIONAL)),
        pooled=Count("pk", filter=Q(pooled_since__isnull=False)),
    )
    return DataFigures(**found)
