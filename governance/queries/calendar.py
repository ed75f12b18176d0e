"""A year of the calendar, month by month, for its page."""

from __future__ import annotations

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import pgettext_lazy

from governance.models import CalendarDay
from governance.queries import working_days

SHORT = (
    pgettext_lazy("weekday, as short as can be", "Mo"),
    pgettext_lazy("weekday, as short as can be", "Tu"),
    pgettext_lazy("weekday, as short as can be", "We"),
    pgettext_lazy("weekday, as short as can be", "Th"),
    pgettext_lazy("weekday, as short as can be", "Fr"),
    pgettext_lazy("weekday, as short as can be", "Sa"),
    pgettext_lazy("weekday, as short as can be", "Su"),
)


@dataclass(frozen=True)
class Day:
    """One cell. Kinds: work, off, holiday, makeup; `is_own`: the city says so itself."""

    day: date
    kind: str
    name: str = ""
    is_own: bool = False
    is_today: bool = False


@dataclass(frozen=True)
class Month:
    first: date
    weeks: list[list[Day | None]]
    workdays: int


@dataclass(frozen=True)
class Year:
    year: int
    months: list[Month]
    own: list[CalendarDay]
    is_provisional: bool

    @property
    def workdays(self) -> int:
        return sum(month.workdays for month in self.months)


def weekdays() -> list[dict[str, str]]:
    """Monday to Sunday, short and long, in the reader's language."""
    return [{"short": str(short), "long": str(WEEKDAYS[n])} for n, short in enumerate(SHORT)]


def year_in_days(year: int) -> Year:
    """Every day of a year, with what it is and why."""
    calendar, today = working_days.calendar(), timezone.localdate()
    own = list(CalendarDay.objects.filter(day__year=year))
    notes = {row.day: row.note for row in own}
    months = [_month(year, month, calendar, notes, today) for month in range(1, 13)]
    return Year(year, months, own, calendar.is_provisional(year))


def _month(year: int, month: int, calendar: working_days.Calendar, notes: dict[date, str], today: date) -> Month:
    weeks = [
        [_day(day, calendar, notes, today) if day.month == month else None for day in week]
        for week in Weeks().monthdatescalendar(year, month)
    ]
    workdays = sum(day is not None and day.kind in {"work", "makeup"} for week in weeks for day in week)
    return Month(date(year, month, 1), weeks, workdays)


def _day(day: date, calendar: working_days.Calendar, notes: dict[date, str], today: date) -> Day:
    named, _made_up = working_days.packaged(day.year)
    weekend, works = day.weekday() >= 5, calendar.is_workday(day)
    kind = ("makeup" if weekend else "work") if works else ("holiday" if day in named or not weekend else "off")
    name = notes.get(day) or ("" if works else named.get(day, ""))
    return Day(day, kind, name, is_own=day in notes, is_today=day == today)
