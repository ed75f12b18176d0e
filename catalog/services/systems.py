"""Keeping the inventory of information systems true."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import System, SystemVersion
from catalog.services import entries
from catalog.states import ENDED, RUNS, SYSTEM_MOVES, PlannedFate, SystemStatus
from common import audit
from common.errors import demand
from governance.models import Department, User


@transaction.atomic
def register(owner: Department, values: entries.Values, *, by: User) -> System:
    """Enter a system into its owner's inventory."""
    values = settled(values, System(owner=owner))
    system = System(owner=owner)
    entries.create(system, values)
    audit.record("system.register", system, by=by, owner=owner.code)
    return system


@transaction.atomic
def update(system: System, values: entries.Values, *, by: User, reason: str, version: int | None = None) -> System:
    """Change an entry for a reason; what stood there before is kept as a version."""
    demand(reason.strip(), _("Say why the entry changes: the reason stands in its history."))
    system = open_entry(system, version)
    values = settled(values, system)
    before = entries.change(system, values)
    if before:
        _refuse_circles(system)
        _refuse_functions_of_pointer(system)
        entries.save(system, values, before)
        keep_version(system, before, by=by, reason=reason)
        audit.record("system.update", system, by=by, fields=sorted(before), reason=reason)
    return system


@transaction.atomic
def attest(system: System, *, by: User, note: str = "", version: int | None = None) -> System:
    """Confirm for this year that the entry is true. Refused twice a year, and without functions."""
    system = open_entry(system, version)
    today = timezone.localdate()
    demand(
        not system.is_attested_in(today.year),
        _("This entry was attested on %(day)s already. The next attestation is due next year.")
        % {"day": system.attested_on},
    )
    demand(
        system.is_classified or system.functions.exists(),
        _("Enter the system's functions before attesting: duplicates are compared with them."),
    )
    before = entries.change(system, {"attested_on": today, "attested_by": by})
    system.bump(*before)
    reason = note.strip() or _("Yearly attestation %(year)s") % {"year": today.year}
    keep_version(system, before, by=by, reason=reason)
    audit.record("system.attest", system, by=by, year=today.year)
    return system


@transaction.atomic
def move(system: System, to: SystemStatus, *, by: User, reason: str, version: int | None = None) -> System:
    """Take the system to its next state. Refused to stop while running systems stand on it."""
    demand(reason.strip(), _("Say why the entry changes: the reason stands in its history."))
    system = System.objects.locked(system.pk)
    system.demand_version(version)
    SYSTEM_MOVES.check(system.status, to)
    if to in ENDED:
        _refuse_dependants(system)
    before = {"status": system.status}
    system.status = to
    system.bump("status")
    keep_version(system, before, by=by, reason=reason)
    audit.record("system.move", system, by=by, before=before["status"], to=to.value, reason=reason)
    return system


def open_entry(system: System, version: int | None) -> System:
    """The locked row, if it may still change."""
    system = System.objects.locked(system.pk)
    system.demand_version(version)
    demand(
        system.status != SystemStatus.ARCHIVED,
        _("This system is archived: its entry no longer changes."),
    )
    return system


def keep_version(system: System, before: dict[str, Any], *, by: User, reason: str) -> SystemVersion:
    """Note what the entry said before the version that it has now."""
    return SystemVersion.objects.create(
        system=system, number=system.version, by=by, reason=reason.strip()[:300], before=before
    )


def settled(values: entries.Values, system: System) -> dict[str, Any]:
    """The values, without the platform or the capability of another fate than the one that is planned."""
    found = dict(values)
    fate = found.get("planned_fate", system.planned_fate)
    if fate != PlannedFate.ABSORB:
        found["absorbed_into"] = None
    if fate != PlannedFate.REPLACE:
        found["replaced_by"] = None
    return found


def _refuse_circles(system: System) -> None:
    for name in ("parent", "absorbed_into"):
        passed, above = {system.pk}, getattr(system, f"{name}_id")
        while above is not None:
            demand(
                above not in passed,
                _("%(field)s: this would lead in a circle back to the system.")
                % {"field": System._meta.get_field(name).verbose_name},  # type: ignore[union-attr]
            )
            passed.add(above)
            above = System.objects.values_list(f"{name}_id", flat=True).get(pk=above)


def _refuse_functions_of_pointer(system: System) -> None:
    demand(
        not system.is_classified or not system.functions.exists(),
        _("A classified system is a pointer only: remove its functions first."),
    )


def _refuse_dependants(system: System) -> None:
    parts = system.parts.filter(status__in=RUNS)
    users = system.used_by_systems.filter(status__in=RUNS)
    demand(
        not parts.exists() and not users.exists(),
        _("Running systems are parts of this one or depend on it. Settle them first:"),
        items=[*parts, *users],
    )
