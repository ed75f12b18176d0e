"""Working days of the Chinese calendar: weekends, holidays, make-up workdays (调休), the city's overrides.

The packaged calendar follows the State Council's notices; each year of it is worked out once per process.
The city's own days are read once per request, so that a change holds from the next page on, in every
process; outside a request (a task, a command) they are read anew: `calendar()` saves that in loops.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
from django.db.models import BooleanField, DateField, IntegerField, Value
from holidays.countries.china import ChinaStaticHolidays

from common.request import current_request_id
from governance.models import CalendarDay, CalendarYear

LAST_NOTICE = max(ChinaStaticHolidays.special_public_holidays)
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=200)
def packaged(year: int) -> tuple[Mapping[date, str], frozenset[date]]:
    """Holidays with their names, and weekend days that are worked, as announced or by the standing rules."""
    days = holidays.CN(years=year, language="zh_CN")
    return dict(days), frozenset(day for day in days.weekend_workdays if day.year == year)


@dataclass(frozen=True)
class Calendar:
    """The calendar as it is at one moment."""

    overrides: Mapping[date, bool]
    entered: frozenset[int]  # years whose notice the city entered itself

    def is_workday(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        off, worked = packaged(day.year)
        return day in worked or (day.weekday() < 5 and day not in off)

    def add(self, day: date, count: int) -> date:
        """The day that lies `count` working days after (before, when negative) `day`."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` lies before."""
        if end < start:
            return -self.between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(map(self.is_workday, days))

    def is_provisional(self, year: int) -> bool:
        """Whether the holidays of the year are not announced yet: its working days may still move."""
        return year > LAST_NOTICE and year not in self.entered


_kept: ContextVar[tuple[str, Calendar] | None] = ContextVar("calendar", default=None)


def calendar() -> Calendar:
    """The calendar of this request."""
    request, kept = current_request_id(), _kept.get()
    if kept and request and kept[0] == request:
        return kept[1]
    fresh = _read()
    _kept.set((request, fresh))
    return fresh


def _read() -> Calendar:
    """The city's own days and the years that it entered, in one query: almost every page asks for them."""
    no_day, no_word = Value(None, output_field=DateField()), Value(None, output_field=BooleanField())
    days = CalendarDay.objects.annotate(year=Value(None, output_field=IntegerField()))
    years = CalendarYear.objects.annotate(day=no_day, is_workday=no_word)
    columns = ("day", "is_workday", "year")
    rows = list(days.order_by().values_list(*columns).union(years.order_by().values_list(*columns)))
    return Calendar(
        overrides={day: is_workday for day, is_workday, _year in rows if day},
        entered=frozenset(year for _day, _is_workday, year in rows if year),
    )


def forget() -> None:
    """What this request read is no longer true: a service changed it."""
    _kept.set(None)


def is_workday(day: date) -> bool:
    return calendar().is_workday(day)


def add_working_days(day: date, count: int) -> date:
    """The day that lies `count` working days after `day`: a term of n days that begins on it ends then."""
    return calendar().add(day, count)


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`: what is left of a term, negative when it is over."""
    return calendar().between(start, end)


def is_provisional(year: int) -> bool:
    """Whether the holidays of the year are not announced yet."""
    return calendar().is_provisional(year)
