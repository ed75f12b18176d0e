"""Jurisdictions and departments as trees, for pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from governance.models import Department, Jurisdiction
from governance.states import DepartmentKind, Level


@dataclass(frozen=True)
class Branch:
    """A jurisdiction in the tree, `depth` steps below the topmost."""

    pk: int
    name: str
    level: str
    currency: str
    authority: str
    depth: int
    is_own: bool


@dataclass(frozen=True)
class Unit:
    """A department in the tree, with the number of people who hold a role in it."""

    pk: int
    code: str
    name: str
    short_name: str
    kind: str
    depth: int
    people: int
    is_active: bool
    is_authority: bool


def jurisdiction_tree(own: int | None) -> list[Branch]:
    """All jurisdictions, parents before children."""
    rows = Jurisdiction.objects.with_tree_fields().select_related("authority")
    return [
        Branch(
            pk=row.pk,
            name=row.name,
            level=str(Level(row.level).label),
            currency=row.currency,
            authority=row.authority.name if row.authority else "",
            depth=row.tree_depth,
            is_own=row.pk == own,
        )
        for row in rows
    ]


def department_tree(jurisdiction: int) -> list[Unit]:
    """The departments of one jurisdiction, parents before children."""
    rows = Department.objects.with_tree_fields().filter(jurisdiction=jurisdiction)
    people = _people(jurisdiction)
    return [
        Unit(
            pk=row.pk,
            code=row.code,
            name=row.name,
            short_name=row.short_name,
            kind=str(DepartmentKind(row.kind).label),
            depth=row.tree_depth,
            people=people.get(row.pk, 0),
            is_active=row.is_active,
            is_authority=row.kind == DepartmentKind.AUTHORITY,
        )
        for row in rows
    ]


def _people(jurisdiction: int) -> dict[int, int]:
    """How many persons hold a role today, by department."""
    today = timezone.localdate()
    held = Q(memberships__valid_to__isnull=True) | Q(memberships__valid_to__gte=today)
    begun = Q(memberships__valid_from__isnull=True) | Q(memberships__valid_from__lte=today)
    count = Count("memberships__user", filter=held & begun & Q(memberships__user__is_active=True), distinct=True)
    rows = Department.objects.without_tree_fields().filter(jurisdiction=jurisdiction).annotate(people=count)
    return dict(rows.values_list("pk", "people"))
