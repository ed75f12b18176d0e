"""Writing the audit trail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.translation import override

from common.models import AuditEvent
from common.request import current_request_id


def record(action: str, target: Model, *, by: Any, **details: Any) -> AuditEvent:
    """Write one line about ``target`` inside the caller's transaction.

    ``by`` is the acting user, or None when a clock acts. The actor and the acting department
    are stored as code and name, so that the line stays readable when they change.
    """
    membership = getattr(by, "acting", None)
    return AuditEvent.objects.create(
        actor_code=getattr(by, "username", "") or "system",
        actor_name=str(by) if by else "",
        department_code=membership.department.code if membership else "",
        department_name=membership.department.name if membership else "",
        jurisdiction_code=membership.department.jurisdiction.code if membership else "",
        action=action,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        target_name=_name_of(target),
        details=details,
        request_id=current_request_id(),
    )


def _name_of(target: Model) -> str:
    """Its name in the language of the installation, whatever the actor reads."""
    with override(settings.LANGUAGE_CODE):
        return str(target)[:200]
