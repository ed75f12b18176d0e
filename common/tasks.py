"""What waits for a person: one line of "My work", made by the app that knows about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

SOON = 3  # working days left from which a task is urgent


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing to do, for the person who asked.

    `verb` says what to do in words ("Answer 2 points of the correction"), `title` on which record,
    `url` where, `note` what a person should know before opening it, `button` what the button says.
    `days_left` counts working days until `due_on`: negative when it is over, None without a term;
    `is_provisional` when the holidays of that year are not announced yet.
    """

    verb: str
    title: str
    url: str
    since: date | None = None
    due_on: date | None = None
    days_left: int | None = None
    from_whom: str = ""
    note: str = ""
    button: str = ""
    term: int | None = None
    is_provisional: bool = False
    urgent: bool = False

    @property
    def is_pressing(self) -> bool:
        """Whether it stands out: said to be urgent, over its term or nearly so."""
        return self.urgent or (self.days_left is not None and self.days_left <= SOON)

    @property
    def is_overdue(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def days_over(self) -> int:
        """Working days beyond the term."""
        return -min(self.days_left or 0, 0)


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """First what runs out first; without a term, what has waited longest; urgent ones before both."""
    return sorted(
        tasks,
        key=lambda t: (not t.urgent, t.days_left is None, t.days_left or 0, t.since or date.max, t.title, t.url),
    )
