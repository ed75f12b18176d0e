"""What happens when: everything in the order of its moments, with the clock of the process at each."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import time_machine
from django.db import connection
from django.utils import timezone

from config.demo.content import lot
from governance.queries.working_days import calendar

Step = Callable[[], object]
MORNING = 8 * 60 + 35  # minutes of the day
OFFICE_HOURS = 9 * 60
MEASURED = 250  # steps between two looks at how large the tables have become


class Agenda:
    """Steps by moment. A step may add later ones."""

    def __init__(self) -> None:
        self._steps: list[tuple[datetime, int, Step]] = []
        self._order = count()

    def at(self, moment: datetime, step: Step) -> None:
        heapq.heappush(self._steps, (moment, next(self._order), step))

    def run(self) -> None:
        """Do everything, and bring the clock back."""
        with time_machine.travel(self._steps[0][0], tick=False) as clock:
            for done in count(1):
                if not self._steps:
                    break
                moment, _order, step = heapq.heappop(self._steps)
                clock.move_to(moment)
                step()
                if done % MEASURED == 0:
                    measure_tables()


def measure_tables() -> None:
    """Tell PostgreSQL the sizes of its tables: inside one long transaction nobody does, and it joins them blindly."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


class Season:
    """The days of one round, counted in working days from its opening."""

    def __init__(self, opens: date) -> None:
        self.opens = opens
        self._calendar = calendar()

    def day(self, number: int) -> date:
        """The n-th working day after the opening; before it when negative."""
        return self._calendar.add(self.opens, number) if number else self.opens

    def at(self, number: int, *words: object) -> datetime:
        """A minute of that day within office hours, always the same for the same words."""
        minutes = MORNING + lot(OFFICE_HOURS, number, *words)
        local = datetime.combine(self.day(number), time.min, timezone.get_default_timezone())
        return (local + timedelta(minutes=minutes)).astimezone(UTC)
