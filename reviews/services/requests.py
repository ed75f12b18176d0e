"""Capability requests (能力使用申请): opened by a strip or by a department, granted within the capacity, refused, ended."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Capability, System
from catalog.rules import manages_capability
from catalog.states import RUNS, CapabilityStatus
from common import audit
from common.errors import demand
from governance.models import User
from governance.states import Role
from projects.models import Application
from projects.states import UNDER_WAY, LineKind
from reviews.models import CapabilityRequest, Disposition
from reviews.models.requests import CapabilityRequestQuerySet
from reviews.queries.capacity import capacity_of
from reviews.rules import asks_for_capability, ends_request
from reviews.states import REQUEST_MOVES, DispositionKind, RequestStatus

LONGEST = 500


@transaction.atomic
def ask(
    capability: Capability,
    *,
    by: User,
    purpose: str,
    system: System | None = None,
    application: Application | None = None,
    quota: int | None = None,
) -> CapabilityRequest:
    """A department asks for a capability, for a system or an application of its own."""
    capability = _held(capability.pk)
    demand(by.has_role(Role.CLERK), _("A clerk asks for a capability, for the own department."))
    demand(
        asks_for_capability(by, capability),
        _("This capability serves another jurisdiction: look for one in your own or the one above."),
    )
    demand(
        (system is None) != (application is None),
        _("Name the system or the application that it is for, one of both."),
    )
    demand(purpose.strip(), _("Say what the capability is needed for."))
    demand(quota is None or quota > 0, _("A quota is more than nothing."))
    demand(capability.takes_requests, _("This capability takes nobody new: look for another one in the catalog."))
    _demand_own(by, system, application)
    same = CapabilityRequest.objects.open().filter(capability=capability, system=system, application=application)
    demand(not same.exists(), _("This was asked for already: it stands among your requests."))
    request = CapabilityRequest.objects.create(
        capability=capability,
        department_id=by.acting.department_id,  # type: ignore[union-attr]  # a clerk acts somewhere
        system=system,
        application=application,
        quota=quota,
        purpose=purpose.strip()[:LONGEST],
        asked_by=by,
    )
    audit.record("capabilityrequest.asked", request, by=by, quota=quota)
    return request


def _demand_own(by: User, system: System | None, application: Application | None) -> None:
    own = by.acting.department_id if by.acting else None
    if system is not None:
        demand(
            system.owner_id == own and system.status in RUNS,
            _("Ask for a system of your own department that runs."),
        )
    if application is not None:
        demand(
            application.department_id == own and application.status in UNDER_WAY,
            _("Ask for an application of your own department that is under review."),
        )


@transaction.atomic
def grant(
    request: CapabilityRequest, *, by: User, quota: int | None = None, version: int | None = None
) -> CapabilityRequest:
    """The use is granted: as much as is said here, else as was asked for; never more than is free."""
    capability = _held(request.capability_id)
    request = _locked(request, version)
    demand(manages_capability(by, capability), _("Only the catalog manager of its authority decides on a capability."))
    REQUEST_MOVES.check(request.status, RequestStatus.GRANTED)
    request.quota = request.quota if quota is None else quota
    demand(request.quota, _("Say how much is granted."))
    demand(
        capability.status != CapabilityStatus.RETIRED,
        _("This capability is retired: refuse the request and name another one."),
    )
    _demand_free(capability, request.quota or 0)
    return _decide(request, RequestStatus.GRANTED, by=by)


def _demand_free(capability: Capability, wanted: int) -> None:
    now = capacity_of(capability)
    demand(
        now.free is None or wanted <= now.free,
        _("%(free)s are free, and %(wanted)s are to be granted: grant less, or raise the capacity first.")
        % {"free": now.amount(now.free), "wanted": now.amount(wanted)},
    )


@transaction.atomic
def refuse(request: CapabilityRequest, *, by: User, reason: str, version: int | None = None) -> CapabilityRequest:
    """The use is refused; the department reads why."""
    request = _locked(request, version)
    demand(
        manages_capability(by, request.capability),
        _("Only the catalog manager of its authority decides on a capability."),
    )
    demand(reason.strip(), _("Say why the request is refused."))
    return _decide(request, RequestStatus.REFUSED, by=by, reason=reason)


@transaction.atomic
def end(request: CapabilityRequest, *, by: User, reason: str, version: int | None = None) -> CapabilityRequest:
    """It is not needed any more: what was granted is free again."""
    request = _locked(request, version)
    demand(
        ends_request(by, request),
        _("Its catalog manager ends a request; a department only one that it made itself."),
    )
    demand(reason.strip(), _("Say why the request ends."))
    return _decide(request, RequestStatus.ENDED, by=by, reason=reason)


@transaction.atomic
def follow(lines: Iterable[int], *, by: User, reason: str) -> None:
    """Bring the requests of these modules to what stands for them now.

    Whatever changes decisions calls this in the same transaction: a live strip has one open request (only a module
    is served by a capability; a cost item that moves with it asks for nothing), every other open one ends.
    """
    lines = sorted(set(lines))
    strips = Disposition.objects.live().of_lines(lines).filter(kind=DispositionKind.STRIP, line__kind=LineKind.MODULE)
    wanted = {d.line_id: d for d in strips.select_related("act", "capability", "line__application__department")}
    for request in _held_open(CapabilityRequest.objects.filter(line__in=lines)):
        d = wanted.get(request.line_id or 0)
        if d and d.capability_id == request.capability_id:
            del wanted[d.line_id]
        else:
            _decide(request, RequestStatus.ENDED, by=by, reason=reason)
    for d in wanted.values():
        _open(d, by=by)


def _open(d: Disposition, *, by: User) -> None:
    assert d.capability is not None, "a strip names its capability"
    application = d.line.application
    request = CapabilityRequest.objects.create(
        capability=d.capability,
        department=application.department,
        line=d.line,
        act=d.act,
        application=application,
        purpose=d.line.name[:LONGEST],
        asked_by=by,
    )
    audit.record("capabilityrequest.asked", request, by=by, act=d.act.number)


@transaction.atomic
def leave(application: Application, *, by: User, reason: str) -> None:
    """The application has ended, and so have its requests."""
    for request in _held_open(CapabilityRequest.objects.filter(application=application)):
        _decide(request, RequestStatus.ENDED, by=by, reason=reason)


def _held(capability: int) -> Capability:
    """The capability, held: of two who take the last of it, one waits. Rows that name it may still be added."""
    return Capability.objects.select_for_update(of=("self",), no_key=True).get(pk=capability)


def _held_open(rows: CapabilityRequestQuerySet) -> list[CapabilityRequest]:
    held = rows.open().select_for_update(of=("self",), no_key=True)
    return list(held.select_related("capability", "system", "application").order_by("pk"))


def _locked(request: CapabilityRequest, version: int | None) -> CapabilityRequest:
    rows = CapabilityRequest.objects.select_for_update(of=("self",), no_key=True)
    request = rows.select_related("capability__jurisdiction", "department", "system", "application").get(pk=request.pk)
    request.demand_version(version)
    return request


def _decide(request: CapabilityRequest, to: RequestStatus, *, by: User, reason: str = "") -> CapabilityRequest:
    REQUEST_MOVES.check(request.status, to)
    now, request.status = timezone.now(), to
    if to == RequestStatus.ENDED:
        request.ended_at, request.ended_by = now, by
    if request.decided_at is None:
        request.decided_at, request.decided_by = now, by
    request.reason = reason.strip()[:LONGEST]
    request.bump("status", "decided_at", "decided_by", "ended_at", "ended_by", "reason", "quota")
    audit.record(f"capabilityrequest.{to}", request, by=by, reason=request.reason, quota=request.quota)
    return request
