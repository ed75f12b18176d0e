"""Rounds with their time: from when to when, and how many working days are left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from governance.models import Round
from governance.queries.working_days import Calendar, calendar
from governance.states import RoundStatus


@dataclass(frozen=True)
class RoundInTime:
    """A round as people look at it. `left` and `total` count working days of applying, while it is open."""

    pk: int
    name: str
    year: int
    batch: int
    status: str
    status_word: str
    opens_on: date | None
    closes_on: date | None
    left: int | None
    total: int | None
    is_provisional: bool

    @property
    def is_open(self) -> bool:
        return self.status == RoundStatus.OPEN

    @property
    def tone(self) -> str:
        return {RoundStatus.OPEN: "green", RoundStatus.CLOSED: "blue"}.get(RoundStatus(self.status), "neutral")

    @property
    def share(self) -> int:
        """How much of the time for applying is over, in per cent."""
        if not self.is_open or not self.total or self.left is None:
            return 0
        return max(0, min(100, 100 - 100 * self.left // self.total))


def rounds_of(rounds: Iterable[Round]) -> list[RoundInTime]:
    """Several rounds; the calendar is read once."""
    days, today = calendar(), timezone.localdate()
    return [_in_time(round, days, today) for round in rounds]


def in_time(round: Round) -> RoundInTime:
    return _in_time(round, calendar(), timezone.localdate())


def _in_time(round: Round, days: Calendar, today: date) -> RoundInTime:
    runs = round.status == RoundStatus.OPEN and round.closes_on is not None
    ends, begins = round.closes_on, round.opens_on
    return RoundInTime(
        pk=round.pk,
        name=round.name,
        year=round.year,
        batch=round.batch,
        status=round.status,
        status_word=str(RoundStatus(round.status).label),
        opens_on=begins,
        closes_on=ends,
        left=days.between(today, ends) if runs and ends else None,
        total=days.between(begins, ends) if runs and ends and begins else None,
        is_provisional=bool(ends and days.is_provisional(ends.year)),
    )
