"""Publishing, changing and retiring entries of the shared-capability catalog."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Capability, System
from catalog.services import entries
from catalog.states import CAPABILITY_MOVES, ENDED, CapabilityStatus
from common import audit
from common.errors import demand
from governance.models import Jurisdiction, User

ENDING = (CapabilityStatus.RESTRICTED, CapabilityStatus.RETIRED)


@transaction.atomic
def publish(jurisdiction: Jurisdiction, values: entries.Values, *, by: User | None) -> Capability:
    """Put a new entry into the catalog: planned, or whatever it already is short of its end."""
    capability = Capability(jurisdiction=jurisdiction)
    demand(
        values.get("status", capability.status) not in ENDING,
        _("A new entry is planned, being built, on trial or available."),
    )
    entries.create(capability, values)
    audit.record("capability.publish", capability, by=by, status=capability.status)
    return capability


@transaction.atomic
def update(capability: Capability, values: entries.Values, *, by: User, version: int | None = None) -> Capability:
    """Change what the entry says; its status moves by its own verbs."""
    capability = Capability.objects.locked(capability.pk)
    capability.demand_version(version)
    demand(
        capability.status != CapabilityStatus.RETIRED,
        _("This capability is retired and no longer changes: publish a new one instead."),
    )
    before = entries.change(capability, values)
    if before:
        entries.save(capability, values, before)
        audit.record("capability.update", capability, by=by, before=before)
    return capability


@transaction.atomic
def start_building(capability: Capability, *, by: User, version: int | None = None) -> Capability:
    """The central build is under way."""
    return _move(capability, CapabilityStatus.BUILDING, by=by, version=version)


@transaction.atomic
def open_trial(capability: Capability, *, by: User, version: int | None = None) -> Capability:
    """Departments may try it."""
    return _move(capability, CapabilityStatus.TRIAL, by=by, version=version)


@transaction.atomic
def make_available(capability: Capability, *, by: User, version: int | None = None) -> Capability:
    """It serves every department, from today unless a day was set."""
    return _move(capability, CapabilityStatus.AVAILABLE, by=by, version=version)


@transaction.atomic
def restrict(capability: Capability, *, by: User, reason: str, version: int | None = None) -> Capability:
    """It goes on serving those who use it and takes nobody new; the reason is shown in the history."""
    demand(reason.strip(), _("Say why the capability is restricted."))
    return _move(capability, CapabilityStatus.RESTRICTED, by=by, version=version, reason=reason)


@transaction.atomic
def retire(capability: Capability, *, by: User, reason: str, version: int | None = None) -> Capability:
    """It ends today. Refused while systems in use are to be replaced by it; `reviews` looks at who uses it."""
    demand(reason.strip(), _("Say why the capability is retired."))
    waiting = System.objects.filter(replaced_by=capability).exclude(status__in=ENDED)
    demand(
        not waiting.exists(),
        _("Systems are to be replaced by this capability. Change their planned fate first:"),
        items=list(waiting),
    )
    return _move(capability, CapabilityStatus.RETIRED, by=by, version=version, reason=reason)


def _move(
    capability: Capability, to: CapabilityStatus, *, by: User, version: int | None, reason: str = ""
) -> Capability:
    capability = Capability.objects.locked(capability.pk)
    capability.demand_version(version)
    CAPABILITY_MOVES.check(capability.status, to)
    before, capability.status = capability.status, to
    _set_validity(capability)
    capability.bump("status", "valid_from", "valid_to")
    audit.record(f"capability.{to.value}", capability, by=by, before=before, reason=reason)
    return capability


def _set_validity(capability: Capability) -> None:
    """Opening sets the first day unless one is set; retiring ends the validity now."""
    today = timezone.localdate()
    if capability.status in {CapabilityStatus.TRIAL, CapabilityStatus.AVAILABLE}:
        ends = capability.valid_to
        if capability.valid_from is None and (ends is None or ends >= today):
            capability.valid_from = today
    elif capability.status == CapabilityStatus.RETIRED:
        capability.valid_to = max(today, capability.valid_from or today)
