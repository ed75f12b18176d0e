"""What changed in a system's entry from version to version, in words and marked letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from catalog.models import System
from common.money import MoneyField

FUNCTIONS = "functions"  # kept like a field: the names of the system's functions
HIDDEN = ("id", "version", "created_at", "updated_at")  # of the row, not of the entry
SHOWN = (
    *(field.name for field in System._meta.concrete_fields if field.name not in HIDDEN),
    *(field.name for field in System._meta.many_to_many),
    FUNCTIONS,
)
SHORTEST = 2  # letters: a shorter common part inside a change is chance
ALIKE = 0.5  # from this share of equal letters on, two texts are shown as one with marks


@dataclass(frozen=True)
class Piece:
    """Part of a changed value. Kinds: same, del, ins."""

    kind: str
    text: str


@dataclass(frozen=True)
class FieldChange:
    label: str
    pieces: tuple[Piece, ...]
    is_list: bool = False
    is_change: bool = True


@dataclass(frozen=True)
class Version:
    """One version of an entry: who made it of the one before, when, why, and what differs."""

    number: int
    at: datetime
    by: str
    reason: str
    changes: tuple[FieldChange, ...]
    fields: tuple[FieldChange, ...] = ()  # all of the entry as it stood then, the changed ones marked

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def unchanged(self) -> int:
        return len(self.fields) - len(self.changes)


def kept(record: models.Model, name: str) -> Any:
    """The value of a field as JSON keeps it: choices and numbers raw, other records by name."""
    if name == FUNCTIONS:
        return list(record.functions.values_list("name", flat=True))  # type: ignore[attr-defined]
    field = record._meta.get_field(name)
    value = getattr(record, name)
    if field.many_to_many:
        return sorted(map(str, value.all()))
    if value is None or isinstance(value, bool | int):
        return value
    return str(value) if field.is_relation else str(field.value_to_string(record))  # type: ignore[union-attr]


def in_order(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """Names of fields in the model's order, parts of other tables last (JSON keeps no order)."""
    order = [field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)]
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))


def history(system: System) -> list[Version]:
    """All versions that something changed in, newest first."""
    now = {name: kept(system, name) for name in SHOWN}
    found: list[Version] = []
    for row in system.versions.select_related("by"):
        changes = {name: _change(name, row.before[name], now[name]) for name in in_order(System, row.before)}
        fields = tuple(changes.get(name) or _same(name, now[name]) for name in in_order(System, now))
        found.append(Version(row.number, row.at, str(row.by), row.reason, tuple(changes.values()), fields))
        now |= row.before
    return found


def _same(name: str, value: Any) -> FieldChange:
    if isinstance(value, list):
        return FieldChange(_label(name), tuple(Piece("same", item) for item in value), is_list=True, is_change=False)
    text = _shown(name, value)
    return FieldChange(_label(name), (Piece("same", text),) if text else (), is_change=False)


def _change(name: str, before: Any, after: Any) -> FieldChange:
    if isinstance(before, list):
        return FieldChange(_label(name), tuple(_items(before, after or [])), is_list=True)
    return FieldChange(_label(name), tuple(_letters(_shown(name, before), _shown(name, after))))


def _label(name: str) -> str:
    return str(_("functions") if name == FUNCTIONS else System._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _shown(name: str, value: Any) -> str:
    """A kept value in words."""
    field = System._meta.get_field(name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == "":
        return ""
    if isinstance(field, MoneyField):
        return f"{Decimal(value):,.2f}"
    return str(dict(getattr(field, "flatchoices", ())).get(value, value))


def _items(before: list[str], after: list[str]) -> Iterator[Piece]:
    for item in before:
        yield Piece("same" if item in after else "del", item)
    for item in after:
        if item not in before:
            yield Piece("ins", item)


def _letters(before: str, after: str) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if not before or not after or matcher.ratio() < ALIKE or len(before) < 12:
        yield from (Piece(kind, text) for kind, text in (("del", before), ("ins", after)) if text)
        return
    gone = come = ""
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal" or (b - a < SHORTEST and a > 0 and b < len(before)):
            gone, come = gone + before[a:b], come + after[c:d]
            continue
        yield from (Piece(kind, text) for kind, text in (("del", gone), ("ins", come)) if text)
        yield Piece("same", before[a:b])
        gone = come = ""
    yield from (Piece(kind, text) for kind, text in (("del", gone), ("ins", come)) if text)
