"""The review clock: working days since submission, without those in correction and opinion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import CharField, DateField, Value
from django.utils import timezone

from governance.queries.policies import in_force
from governance.queries.working_days import Calendar, calendar
from projects.models import Application
from reviews.models import CorrectionRequest, DeterminedApplication, Opinion
from reviews.states import STANDING, OpinionState

Span = tuple[date, date | None]  # the clock stops after the first day, up to and with the last
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """How much of the term is used. `state`: idle (not submitted), running, paused or done."""

    state: str
    limit: int
    used: int = 0
    paused: int = 0
    due_on: date | None = None
    is_provisional: bool = False

    @property
    def left(self) -> int:
        """Working days left; negative when the term is over."""
        return self.limit - self.used

    @property
    def is_over(self) -> bool:
        return self.left < 0


def clock(application: Application, day: date | None = None) -> Clock:
    """The clock of one application, as it stands on a day (today)."""
    return clocks([application], day)[application.pk]


def clocks(applications: Iterable[Application], day: date | None = None) -> dict[int, Clock]:
    """The clocks of many applications; the number of queries does not grow with them."""
    rows = list(applications)
    today, days = day or timezone.localdate(), calendar()
    stops, ends = _stops(rows), _ends(rows)
    limits = _limits(rows)
    return {row.pk: _clock(row, limits[row.pk], stops[row.pk], ends.get(row.pk), today, days) for row in rows}


def _clock(
    application: Application, limit: int, stops: list[Span], end: date | None, today: date, days: Calendar
) -> Clock:
    if application.submitted_at is None:
        return Clock("idle", limit)
    start = timezone.localdate(application.submitted_at)
    last = end or today
    used = paused = 0
    for offset in range(1, (last - start).days + 1):
        day = start + offset * ONE_DAY
        if not days.is_workday(day):
            continue
        if any(first < day <= (until or last) for first, until in stops):
            paused += 1
        else:
            used += 1
    if end:
        return Clock("done", limit, used, paused)
    if any(until is None for _first, until in stops):
        return Clock("paused", limit, used, paused)
    due_on = days.add(today, limit - used)
    return Clock("running", limit, used, paused, due_on, days.is_provisional(due_on.year))


def _limits(rows: list[Application]) -> dict[int, int]:
    places = {row.round.jurisdiction_id for row in rows}
    found = {
        (place, is_urgent): term.value
        for place in places
        for is_urgent, term in enumerate(in_force(["review_days", "review_days_urgent"], place))
    }
    return {row.pk: found[row.round.jurisdiction_id, row.is_urgent] for row in rows}


def _stops(rows: list[Application]) -> dict[int, list[Span]]:
    """When the clock stood still: corrections that were asked for, opinions that were waited for."""
    found: dict[int, list[Span]] = defaultdict(list)
    corrections = CorrectionRequest.objects.filter(intake__application__in=rows).annotate(
        word=Value("", output_field=CharField()), last=Value(None, output_field=DateField())
    )
    opinions = Opinion.objects.filter(act__dispositions__line__application__in=rows, act__status__in=STANDING)
    columns = ("act__dispositions__line__application", "act__confirmed_at", "given_at", "state", "act__opinions_due_on")
    stops = corrections.order_by().values_list("intake__application", "asked_at", "answered_at", "word", "last")
    for pk, begun, ended, state, due in stops.union(opinions.order_by().values_list(*columns)):
        until = None if state == OpinionState.AWAITING else _day(ended) or due
        found[pk].append((timezone.localdate(begun), until))
    return found


def _ends(rows: list[Application]) -> dict[int, date]:
    """When the review was over: determined, or ended before. Rows that say they are undetermined are not asked."""
    asked = [row for row in rows if row._state.fields_cache.get("determined", row) is not None]
    determined = (
        DeterminedApplication.objects.filter(application__in=asked) if asked else DeterminedApplication.objects.none()
    )
    found = {pk: timezone.localdate(at) for pk, at in determined.values_list("application", "determination__at")}
    return found | {row.pk: timezone.localdate(row.ended_at) for row in rows if row.ended_at}


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None
