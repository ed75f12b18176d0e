"""Retiring a shared capability (停用): nobody waits for it or uses it any more."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Capability
from catalog.rules import manages_capability
from catalog.services import capabilities
from common.errors import demand
from governance.models import User
from reviews.models import CapabilityRequest

NAMED = 10  # requests that a refusal names


@transaction.atomic
def retire(capability: Capability, *, by: User, reason: str, version: int | None = None) -> Capability:
    """It ends today. Refused while requests for it are open; the refusal says how many wait, how many use it, and who.

    They are not ended with it: a service does not go away under those who use it, and who waits is told by a person
    what to use instead. A restricted capability takes nobody new meanwhile.
    """
    capability = Capability.objects.locked(capability.pk)
    demand(manages_capability(by, capability), _("Only the catalog manager of its authority decides on a capability."))
    opened = list(CapabilityRequest.objects.filter(capability=capability).open().loaded().order_by("pk"))
    waiting = sum(request.is_asked for request in opened)
    demand(
        not opened,
        _(
            "Requests for this capability are open (waiting: %(waiting)s, in use: %(used)s). "
            "Answer or end them first, or restrict the capability, so that nobody new comes:"
        )
        % {"waiting": waiting, "used": len(opened) - waiting},
        items=[f"{request.department} · {request.purpose_record}" for request in opened[:NAMED]],
    )
    return capabilities.retire(capability, by=by, reason=reason, version=version)
