"""Jurisdictions, their departments, and where their money comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from governance.models import Department, FundingSource, Jurisdiction, User
from governance.services import records
from governance.states import DepartmentKind


@transaction.atomic
def found_jurisdiction(jurisdiction: Jurisdiction, authority: Department, *, by: User | None) -> Jurisdiction:
    """Begin a city, district or province together with its big-data authority."""
    records.add(jurisdiction, by=by)
    authority.jurisdiction, authority.kind = jurisdiction, DepartmentKind.AUTHORITY
    records.add(authority, by=by)
    jurisdiction.authority = authority
    jurisdiction.save(update_fields=["authority"])
    audit.record("jurisdiction.founded", jurisdiction, by=by, authority=str(authority))
    return jurisdiction


@transaction.atomic
def change_jurisdiction(jurisdiction: Jurisdiction, changes: Mapping[str, Any], *, by: User) -> Jurisdiction:
    """Change its name or level. Its currency and its authority stay: money and decisions hang on them."""
    fixed = {"currency", "authority", "code"} & set(changes)
    demand(not fixed, _("Code, currency and authority of a jurisdiction stay as they are."))
    jurisdiction = Jurisdiction.objects.select_for_update().get(pk=jurisdiction.pk)
    return records.change(jurisdiction, changes, by=by)


@transaction.atomic
def add_department(department: Department, *, by: User | None) -> Department:
    """Add a department. Refused: a second authority, and a parent in another jurisdiction."""
    demand(
        department.kind != DepartmentKind.AUTHORITY,
        _("A jurisdiction has one big-data authority, and it has one already."),
    )
    _check_parent(department, department.parent)
    return records.add(department, by=by)


@transaction.atomic
def change_department(department: Department, changes: Mapping[str, Any], *, by: User) -> Department:
    """Change a department; one that is not active any more takes its people's roles with it.

    Refused: switching the authority off or making something else of it, and a circle of parents.
    """
    department = Department.objects.select_for_update().get(pk=department.pk)
    is_authority = department.kind == DepartmentKind.AUTHORITY
    stays = changes.get("kind", department.kind) == department.kind and changes.get("is_active", True)
    demand(stays or not is_authority, _("The big-data authority stays what it is, and active."))
    demand(
        is_authority or changes.get("kind") != DepartmentKind.AUTHORITY,
        _("A jurisdiction has one big-data authority, and it has one already."),
    )
    _check_parent(department, changes.get("parent", department.parent))
    return records.change(department, changes, by=by)


def _check_parent(department: Department, parent: Department | None) -> None:
    demand(
        parent is None or parent.jurisdiction_id == department.jurisdiction_id,
        _("The superior department belongs to another jurisdiction."),
    )


@transaction.atomic
def add_source(source: FundingSource, *, by: User | None) -> FundingSource:
    """Add a funding source; earmarked superior money names its purpose."""
    return records.add(source, by=by)


@transaction.atomic
def change_source(source: FundingSource, changes: Mapping[str, Any], *, by: User) -> FundingSource:
    """Change a funding source; its code stays, for lines and imports name it."""
    demand("code" not in changes, _("The code of a funding source stays: lines and imports name it."))
    source = FundingSource.objects.select_for_update().get(pk=source.pk)
    return records.change(source, changes, by=by)
