"""State tables: which state may follow which, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from common.errors import DomainError


class MoveError(DomainError):
    """The object is not in a state from which this move starts."""

    code = "state"


@dataclass(frozen=True)
class Transitions:
    """A complete table of moves; a state left out fails at import."""

    states: type[TextChoices]
    moves: Mapping[TextChoices, frozenset[TextChoices]]

    def __post_init__(self) -> None:
        if set(self.moves) != set(self.states):
            raise ValueError(f"{self.states.__name__}: table and states differ")

    def allows(self, current: str, to: str) -> bool:
        return to in self.moves[self.states(current)]

    def check(self, current: str, to: str) -> None:
        """Refuse a move that the table does not have."""
        if not self.allows(current, to):
            here, there = self.states(current).label, self.states(to).label
            raise MoveError(
                _("This is “%(here)s” now and cannot become “%(there)s”: reload the page.")
                % {"here": here, "there": there}
            )

    def mermaid(self, verbs: Mapping[tuple[str, str], str]) -> str:
        """The table as a state diagram, each move with who makes it (docs/workflows.md)."""
        lines = ["stateDiagram-v2", f"    [*] --> {next(iter(self.states))}"]
        for state, targets in self.moves.items():
            lines += [f"    {state} --> {to}: {verbs[state, to]}" for to in sorted(targets)]
            lines += [] if targets else [f"    {state} --> [*]"]
        return "\n".join(lines)
