"""A thing to try, and what one role tries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from config.tour.records import Finder
from governance.models import User


@dataclass(frozen=True)
class Step:
    """A thing to try. Without a record that suits, `otherwise` is the page; without that, the step is left out."""

    what: str | Promise
    view: str
    record: Finder | None = None
    otherwise: str = ""

    def place(self, user: User) -> tuple[str, str]:
        """Where this person does it, and the number of its record; empty when there is nothing to do it with."""
        if self.record is None:
            return reverse(self.view), ""
        if (found := self.record(user)) is not None:
            return reverse(self.view, args=found), next((key for key in found if isinstance(key, str)), "")
        return (reverse(self.otherwise) if self.otherwise else ""), ""


@dataclass(frozen=True)
class Part:
    """One role's part: what it is there for, and its steps."""

    purpose: str | Promise
    steps: tuple[Step, ...]

    def steps_of(self, user: User) -> Iterator[tuple[str | Promise, str, str]]:
        """Words, address and record of each step that has something to show."""
        for step in self.steps:
            url, number = step.place(user)
            if url:
                yield step.what, url, number
