"""Adding and changing the records that work stands on, with an audit line each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model

from common import audit
from common.errors import DomainError
from governance.models import User

Record = TypeVar("Record", bound=Model)


def check(record: Model, names: Collection[str] | None = None) -> None:
    """Refuse, in the words of the fields and constraints, what the model does not allow.

    With names, only these fields are looked at one by one; what must hold between fields always is.
    """
    fields = {field.name for field in record._meta.fields}
    try:
        record.clean_fields(exclude=fields - set(names) if names is not None else None)
        record.clean()
        record.validate_unique()
        record.validate_constraints()
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error


def add(record: Record, *, by: User | None) -> Record:
    """Save a new record. Inside the caller's transaction."""
    check(record)
    record.save()
    audit.record(f"{record._meta.model_name}.added", record, by=by, **_plain(record, _own_fields(record)))
    return record


def change(record: Record, changes: Mapping[str, Any], *, by: User) -> Record:
    """Change the named fields of a locked record; nothing is written when nothing changes."""
    names = [name for name, value in changes.items() if getattr(record, name) != value]
    if not names:
        return record
    before = _plain(record, names)
    for name in names:
        setattr(record, name, changes[name])
    check(record, names)
    record.save(update_fields=names)
    audit.record(f"{record._meta.model_name}.changed", record, by=by, before=before, after=_plain(record, names))
    return record


def _own_fields(record: Model) -> list[str]:
    return [field.name for field in record._meta.concrete_fields if field.editable and not field.auto_created]


def _plain(record: Model, names: list[str]) -> dict[str, Any]:
    """Values that stay readable in the audit trail: names instead of keys."""
    values = {name: getattr(record, name) for name in names}
    return {name: str(value) if isinstance(value, Model) else value for name, value in values.items()}
