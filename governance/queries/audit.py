"""Reading the audit trail: which lines a person may see, and what they say in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.models import AuditEvent
from governance.models import Jurisdiction, User
from governance.queries.audit_words import ACTIONS, AMOUNTS, CHOICES, DETAILS
from governance.states import Role

PAGE = 50
SEES = frozenset({Role.AUDITOR, Role.AUDIT_ADMIN, Role.HEAD})


@dataclass(frozen=True)
class Entry:
    """One line of the audit trail in words."""

    at: datetime
    person: str
    account: str
    department: str
    action: str
    record_type: str
    record: str
    details: list[tuple[str, str]]
    pk: int


def events_for(user: User) -> QuerySet[AuditEvent]:
    """The lines of the jurisdiction in which the person acts and of those below it.

    Lines that a clock wrote carry no jurisdiction: those of the topmost see them.
    """
    acting = user.acting
    if acting is None or acting.role not in SEES:
        return AuditEvent.objects.none()
    place = acting.department.jurisdiction
    codes = Jurisdiction.objects.descendants(place, include_self=True).values("code")
    mine = Q(jurisdiction_code__in=codes)
    return AuditEvent.objects.filter(mine if place.parent_id else mine | Q(jurisdiction_code=""))


@dataclass(frozen=True)
class Slice:
    """Some lines, and the cursors of those before (newer) and after (older) them."""

    rows: list[AuditEvent]
    newer: str
    older: str


def slice_of(events: QuerySet[AuditEvent], cursor: str, size: int = PAGE) -> Slice:
    """The newest lines, or those at a cursor: “-17” is older than line 17, “17” newer."""
    number = int(cursor) if cursor.removeprefix("-").isascii() and cursor.removeprefix("-").isdigit() else 0
    if number > 0:
        rows = list(events.filter(pk__gt=number).order_by("pk")[: size + 1])
        more_newer, more_older = len(rows) > size, True
        rows = rows[:size][::-1]
    else:
        rows = list((events.filter(pk__lt=-number) if number else events).order_by("-pk")[: size + 1])
        more_newer, more_older = bool(number), len(rows) > size
        rows = rows[:size]
    return Slice(
        rows=rows,
        newer=str(rows[0].pk) if rows and more_newer else "",
        older=f"-{rows[-1].pk}" if rows and more_older else "",
    )


def events_of(record: Model, limit: int = 20) -> list[Entry]:
    """The last lines about one record, for its page; whoever sees the record sees them."""
    rows = AuditEvent.objects.filter(target_type=record._meta.label_lower, target_id=record.pk)
    return list(in_words(rows.order_by("-pk")[:limit]))


def in_words(events: Iterable[AuditEvent]) -> Iterator[Entry]:
    """Lines for people."""
    for event in events:
        model = _model(event.target_type)
        yield Entry(
            at=event.at,
            person=event.actor_name or _("the clock"),
            account=event.actor_code,
            department=event.department_name,
            action=action_word(event.action),
            record_type=str(capfirst(model._meta.verbose_name)) if model else event.target_type,
            record=event.target_name,
            details=list(_details(event.details, model)),
            pk=event.pk,
        )


def action_word(action: str) -> str:
    """“round.opened” in words; an action without words is shown as it is."""
    return str(ACTIONS.get(action, action))


def action_choices() -> list[tuple[str, str]]:
    """Every action that has words, by its words."""
    return sorted(((code, str(word)) for code, word in ACTIONS.items()), key=lambda pair: pair[1])


def type_choices() -> list[tuple[str, str]]:
    """Every kind of record that the product has a name for, by this name."""
    rooms = ("governance", "catalog", "projects", "reviews", "budgets")
    models = [model for room in rooms for model in apps.get_app_config(room).get_models()]
    named = [model for model in models if isinstance(model._meta.verbose_name, Promise)]
    names = [(model._meta.label_lower, str(capfirst(model._meta.verbose_name))) for model in named]
    return sorted(names, key=lambda pair: pair[1])


def _model(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _details(details: dict[str, Any], model: type[Model] | None) -> Iterator[tuple[str, str]]:
    """Pairs of label and value; fields that were changed as “before → after”."""
    before, after = details.get("before"), details.get("after")
    if isinstance(before, dict):
        later = after if isinstance(after, dict) else {}
        for name, old in sorted(before.items()):
            new = later.get(name)
            value = f"{_value(old, name, model)} → {_value(new, name, model)}" if later else _value(old, name, model)
            yield _label(name, model), value
        details = {key: value for key, value in details.items() if key not in {"before", "after"}}
    for name, value in sorted(details.items()):  # databases do not keep the order
        if value not in (None, "", [], {}):
            yield _label(name, model), _value(value, name, model)


def _field(name: str, model: type[Model] | None) -> Field[Any, Any] | None:
    try:
        found = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def _label(name: str, model: type[Model] | None) -> str:
    whole, _colon, part = name.partition(":")  # held:open
    if part:
        return f"{_label(whole, model)} · {_label(part, model)}"
    if name in DETAILS:
        return str(DETAILS[name])
    field = _field(name, model)
    return str(field.verbose_name) if field else name


def _value(value: Any, name: str, model: type[Model] | None) -> str:
    if value is None or value == "":
        return _("empty")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return ", ".join(f"{_label(key, model)} {_value(inner, key, model)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_value(inner, name, model) for inner in value)
    if name.partition(":")[0] in AMOUNTS:
        return _amount(str(value))
    field = _field("status" if name in {"before", "after", "to"} else name, model)
    words = CHOICES.get(name) or dict(field.flatchoices if field else ())
    return str(words.get(value, value))


def _amount(text: str) -> str:
    try:
        return f"{Decimal(text):,.2f}"
    except InvalidOperation:
        return text
