"""What happened to an entry, out of the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.queries.history import FUNCTIONS, in_order
from common.models import AuditEvent

WORDS = {
    "capability.publish": gettext_lazy("published"),
    "capability.update": gettext_lazy("entry changed"),
    "capability.building": gettext_lazy("construction begun"),
    "capability.trial": gettext_lazy("opened for trial"),
    "capability.available": gettext_lazy("made available"),
    "capability.restricted": gettext_lazy("restricted"),
    "capability.retired": gettext_lazy("retired"),
    "data.register": gettext_lazy("catalogued"),
    "data.update": gettext_lazy("entry changed"),
    "data.pool": gettext_lazy("taken into the city data pool"),
}
LAST = 30


@dataclass(frozen=True)
class Step:
    """One deed: what, when, by whom, and why or on which fields."""

    what: str
    at: datetime
    who: str
    why: str


def trail(record: models.Model) -> list[Step]:
    """The last deeds on an entry, newest first."""
    events = AuditEvent.objects.filter(target_type=record._meta.label_lower, target_id=record.pk, action__in=WORDS)
    return [Step(str(WORDS[e.action]), e.at, e.actor_name, _why(record, e.details)) for e in events[:LAST]]


def _why(record: models.Model, details: dict[str, Any]) -> str:
    before = details.get("before")
    if isinstance(before, dict):
        return _(", ").join(_label(record, name) for name in in_order(type(record), before))
    return str(details.get("reason", ""))


def _label(record: models.Model, name: str) -> str:
    if name == FUNCTIONS:
        return _("functions")
    field = record._meta.get_field(name)
    return str(field.related_model._meta.verbose_name_plural if field.one_to_many else field.verbose_name)  # type: ignore[union-attr]
