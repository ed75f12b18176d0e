"""The review clock: working days since submission, without those in correction and opinion."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, DateField, QuerySet, Value
from django.utils import timezone

from common.request import current_request_id
from governance.queries.policies import in_force
from governance.queries.working_days import Calendar, calendar
from projects.models import Application
from reviews.models import Opinion
from reviews.states import STANDING, OpinionState

Span = tuple[date, date | None]  # the clock stops after the first day, up to and with the last
Terms = dict[int, tuple[int, int]]  # jurisdiction -> working days of a review, and of an urgent one
ONE_DAY = timedelta(days=1)
_kept: ContextVar[tuple[str, Terms] | None] = ContextVar("terms", default=None)
OF_REVIEW = (
    "pk", "submitted_at", "round__jurisdiction", "is_urgent", "ended_at", "determined__determination__at",
)  # fmt: skip


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


@dataclass(frozen=True)
class Watch:
    """What the clock of one application is read from."""

    start: date | None
    place: int
    is_urgent: bool
    end: date | None
    stops: list[Span] = field(default_factory=list)


def clock(application: Application, day: date | None = None) -> Clock:
    """The clock of one application, as it stands on a day (today)."""
    return clocks([application], day)[application.pk]


def clocks(applications: QuerySet[Application] | Iterable[Application], day: date | None = None) -> dict[int, Clock]:
    """The clocks of many applications; the number of queries does not grow with them. A queryset is not read itself."""
    today, days = day or timezone.localdate(), calendar()
    watches = _watches(applications)
    limits = _limits(watches.values(), _terms())
    return {pk: _clock(watch, limits[watch.place][watch.is_urgent], today, days) for pk, watch in watches.items()}


def _clock(watch: Watch, limit: int, today: date, days: Calendar) -> Clock:
    if watch.start is None:
        return Clock("idle", limit)
    start, end, stops = watch.start, watch.end, watch.stops
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


def _terms() -> Terms:
    """What this request has read of the policies; outside a request they are read anew."""
    request, kept = current_request_id(), _kept.get()
    if kept and request and kept[0] == request:
        return kept[1]
    fresh: Terms = {}
    _kept.set((request, fresh))
    return fresh


def _limits(watches: Iterable[Watch], known: Terms) -> Terms:
    for place in {watch.place for watch in watches} - known.keys():
        usual, urgent = in_force(["review_days", "review_days_urgent"], place)
        known[place] = (usual.value, urgent.value)
    return known


def _watches(applications: QuerySet[Application] | Iterable[Application]) -> dict[int, Watch]:
    """Begin and end of each review, and when its clock stood still: for corrections, and for opinions; one query."""
    asked: Any = (
        [row.pk for row in applications] if not isinstance(applications, QuerySet) else applications.values("pk")
    )
    corrections = Application.objects.filter(pk__in=asked).annotate(
        word=Value("", output_field=CharField()), last=Value(None, output_field=DateField())
    )
    opinions = Opinion.objects.filter(act__dispositions__line__application__in=asked, act__status__in=STANDING)
    of_stop = ("intake__corrections__asked_at", "intake__corrections__answered_at", "word", "last")
    of_opinion = ("act__confirmed_at", "given_at", "state", "act__opinions_due_on")
    rows = corrections.order_by().values_list(*OF_REVIEW, *of_stop)
    found: dict[int, Watch] = {}
    zone = timezone.get_current_timezone()
    for pk, *review, begun, ended, state, due in rows.union(
        opinions.order_by().values_list(*(f"act__dispositions__line__application__{c}" for c in OF_REVIEW), *of_opinion)
    ):
        if pk not in found:
            found[pk] = _watch(*review)
        if begun:
            until = None if state == OpinionState.AWAITING else timezone.localdate(ended, zone) if ended else due
            found[pk].stops.append((timezone.localdate(begun, zone), until))
    return found


def _watch(
    start: datetime | None, place: int, is_urgent: bool, ended: datetime | None, determined: datetime | None
) -> Watch:
    """The review was over when the application was ended, else when it was determined."""
    return Watch(_day(start), place, is_urgent, _day(ended or determined))


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None
