"""Bringing files of capabilities and of systems by capability into the catalog: all of a file, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from catalog.models import Capability, System, SystemFunction
from catalog.states import CapabilityKind, CapabilityStatus, SystemTag
from common import audit
from common.errors import DomainError, demand
from common.tabular import Mapped, summary
from governance.models import Department, Jurisdiction, User

TAKEN = ("name", "services_offered", "interface_document", "resource", "kind", "status", "access_mode")


@transaction.atomic
def import_capabilities(
    mapped: Mapped, jurisdiction: Jurisdiction, *, by: User, prefix: str, providers: Mapping[str, str]
) -> int:
    """One capability a row; its provider is a department of the jurisdiction, made when it is new.

    ``providers`` names the departments by code. The code of a capability is the prefix and its row.
    """
    _demand_clean(mapped)
    unknown = sorted({row["provider"] for row in mapped.rows} - providers.keys())
    demand(not unknown, _("The file names providers that the dataset does not describe:"), items=unknown)
    departments = _departments({row["provider"]: providers[row["provider"]] for row in mapped.rows}, jurisdiction)
    _demand_new(prefix, jurisdiction)
    made = Capability.objects.bulk_create(
        Capability(
            code=f"{prefix}-{row['_row'] - 1:04d}",
            jurisdiction=jurisdiction,
            level=jurisdiction.level,
            provider=departments[row["provider"]],
            built_centrally=row.get("built_centrally") or row["name"],
            department_builds=row.get("department_builds") or "",
            **{name: row.get(name) or "" for name in TAKEN},
        )
        for row in mapped.rows
    )  # fmt: skip
    audit.record("capabilities.imported", jurisdiction, by=by, capabilities=len(made), gaps=len(mapped.gaps))
    return len(made)


@transaction.atomic
def import_capability_systems(
    mapped: Mapped, jurisdiction: Jurisdiction, *, by: User, prefix: str, provider: Department
) -> tuple[int, int]:
    """One capability for each distinct function, one system with that function for each row that says "yes".

    Returns how many capabilities and how many systems were made. Owners are departments of the
    jurisdiction, made when they are new.
    """
    _demand_clean(mapped)
    _demand_new(prefix, jurisdiction)
    functions = {name: number for number, name in enumerate(dict.fromkeys(row["function"] for row in mapped.rows), 1)}
    Capability.objects.bulk_create(
        Capability(
            code=f"{prefix}-{number:02d}", name=name, jurisdiction=jurisdiction, level=jurisdiction.level, provider=provider,
            kind=CapabilityKind.AI, status=CapabilityStatus.PLANNED, built_centrally=name, services_offered=name,
        )
        for name, number in functions.items()
    )  # fmt: skip
    owners = _departments({_code(row["department_name"]): row["department_name"] for row in mapped.rows}, jurisdiction)
    running = [row for row in mapped.rows if row["has"] == "yes"]
    systems = System.objects.bulk_create(
        System(
            code=f"{prefix}-{_code(row['department_name'])[:40]}-{functions[row['function']]:02d}",
            name=row["product"] or row["function"],
            owner=owners[_code(row["department_name"])],
            description=row["function"],
            tag=SystemTag.PLATFORM,
            user_group=row["licences"] or "",
        )
        for row in running
    )
    SystemFunction.objects.bulk_create(
        SystemFunction(system=system, name=row["function"]) for system, row in zip(systems, running, strict=True)
    )
    audit.record("systems.imported", jurisdiction, by=by, systems=len(systems), gaps=len(mapped.gaps))
    return len(functions), len(systems)


def _demand_clean(mapped: Mapped) -> None:
    if mapped.errors:
        raise DomainError(_("Nothing was imported:"), items=summary(mapped.errors))
    demand(mapped.rows, _("The file holds no row."))


def _demand_new(prefix: str, jurisdiction: Jurisdiction) -> None:
    there = Capability.objects.filter(code__startswith=f"{prefix}-", jurisdiction=jurisdiction).exists()
    demand(not there, _("This dataset was imported already."))


def _code(name: str) -> str:
    """A department's code from its name: words with dashes, at most 40 characters."""
    return slugify(name)[:40].strip("-")


def _departments(names: Mapping[str, str], jurisdiction: Jurisdiction) -> dict[str, Department]:
    found: dict[str, Any] = {d.code: d for d in Department.objects.filter(jurisdiction=jurisdiction, code__in=names)}
    for code, name in names.items():
        if code not in found:
            found[code] = Department.objects.create(jurisdiction=jurisdiction, code=code, name=name)
    return found
