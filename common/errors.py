"""The one exception family that services raise and interfaces translate."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _


class DomainError(Exception):
    """A rule of the business says no; the message is a sentence for people.

    `code` is stable for machines (RFC 9457 `type`), `items` lists what stands in the way.
    """

    code = "rule"

    def __init__(self, message: object, *, items: Sequence[object] = ()) -> None:
        super().__init__(str(message))
        self.items = [str(item) for item in items]

    def __str__(self) -> str:
        sentence = str(self.args[0])
        return f"{sentence} {'; '.join(self.items)}" if self.items else sentence


class Stale(DomainError):
    """Somebody else changed the record since it was read."""

    code = "stale"


def sentences(record: Model, error: ValidationError) -> list[str]:
    """The messages of a failed check of a record, each led by the name of its field."""
    said: list[str] = []
    for name, messages in error.message_dict.items():
        if name == NON_FIELD_ERRORS:
            said += messages
        else:
            label = record._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            said += [_("%(field)s: %(problem)s") % {"field": label, "problem": message} for message in messages]
    return said


def demand(condition: object, sentence: object, *, items: Sequence[object] = ()) -> None:
    """Refuse with a sentence unless the condition holds."""
    if not condition:
        raise DomainError(sentence, items=items)
