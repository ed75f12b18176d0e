"""The one exception family that services raise and interfaces translate."""

from __future__ import annotations

from collections.abc import Sequence


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


def demand(condition: object, sentence: object, *, items: Sequence[object] = ()) -> None:
    """Refuse with a sentence unless the condition holds."""
    if not condition:
        raise DomainError(sentence, items=items)
