"""What all entries share: setting what differs, remembering what stood there, refusing in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from catalog.queries.history import kept
from common.constraints import full_clean
from common.errors import DomainError, sentences
from common.models import Governed

Values = Mapping[str, Any]


def change(record: models.Model, values: Values) -> dict[str, Any]:
    """Set the plain fields that differ; returns what every differing field said before.

    Sets of related records are only compared here: `save` writes them.
    """
    before: dict[str, Any] = {}
    for name, value in values.items():
        field = record._meta.get_field(name)
        if field.many_to_many:
            was = list(getattr(record, name).all())
            if {row.pk for row in was} != {row.pk for row in value}:
                before[name] = kept(record, name)
        elif getattr(record, name) != value:
            before[name] = kept(record, name)
            setattr(record, name, value)
    return before


def check(record: models.Model) -> None:
    """Refuse, in the words of the fields and constraints, what the database would refuse."""
    try:
        full_clean(record)
    except ValidationError as error:
        raise DomainError(" ".join(sentences(record, error))) from error


def create(record: models.Model, values: Values) -> None:
    """Fill a new record and save it, sets of related records after it."""
    for name, value in values.items():
        if not record._meta.get_field(name).many_to_many:
            setattr(record, name, value)
    check(record)
    record.save()
    _relate(record, values)


def save(record: Governed, values: Values, before: Mapping[str, Any]) -> None:
    """Check and save a locked record whose fields of ``before`` were changed, as its next version."""
    check(record)
    record.bump(*(name for name in before if not record._meta.get_field(name).many_to_many))
    _relate(record, {name: values[name] for name in before if name in values})


def _relate(record: models.Model, values: Values) -> None:
    for name, value in values.items():
        if record._meta.get_field(name).many_to_many:
            getattr(record, name).set(value)
