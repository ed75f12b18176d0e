"""All that the page of a period shows, read once: the books, the year before, and the pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from common.money import ZERO
from governance.models import User
from insight.queries.books import Books, books_of
from insight.queries.departments import names_of
from insight.queries.duplicates import HeatMap, duplicates, heat_map
from insight.queries.flow import Flow, flow
from insight.queries.funnel import Stair, courses, sees_drafts, stairs
from insight.queries.periods import Period, year_before
from insight.queries.savings import Saving, by_department, by_year, total_of
from insight.queries.sharing import Sharing, sharing
from reviews.queries.standing import Parts
from reviews.states import AVOIDED_CAUSES, Cause


@dataclass(frozen=True)
class Figure:
    """One amount, its share of what was declared, and what it was the year before."""

    amount: Decimal
    share: Decimal | None
    before: Decimal | None

    @property
    def change(self) -> Decimal | None:
        return None if self.before is None else self.amount - self.before


@dataclass(frozen=True)
class Gathered:
    """The figures and pictures of one period."""

    period: Period
    before: Period | None
    now: Books
    then: Books | None
    flow: Flow
    years: list[Saving]
    departments: list[Saving]
    heat: HeatMap
    sharing: Sharing
    stairs: list[Stair]

    @property
    def saved(self) -> Saving:
        return total_of(self.departments)

    @property
    def applications(self) -> int:
        return len({standing.application for standing in self.now.standings})

    @property
    def unknown(self) -> int:
        return self.now.parts.unknown

    @property
    def declared(self) -> Figure:
        return self._figure(lambda parts: parts.declared)

    @property
    def built(self) -> Figure:
        return self._figure(lambda parts: parts.own + parts.transferred)

    @property
    def avoided(self) -> Figure:
        return self._figure(lambda parts: sum((parts.saved.get(cause, ZERO) for cause in AVOIDED_CAUSES), ZERO))

    @property
    def cut(self) -> Figure:
        return self._figure(lambda parts: parts.saved.get(Cause.CUT, ZERO))

    @property
    def refused(self) -> Figure:
        return self._figure(lambda parts: parts.saved.get(Cause.REJECTED, ZERO))

    @property
    def held(self) -> Figure:
        return self._figure(lambda parts: parts.held_total)

    def _figure(self, of: Callable[[Parts], Decimal]) -> Figure:
        amount, declared = of(self.now.parts), self.now.parts.declared
        share = amount * 100 / declared if declared else None
        return Figure(amount, share, of(self.then.parts) if self.then else None)


def gather(user: User, periods: list[Period], period: Period) -> Gathered:
    """Read everything that the page of a period shows."""
    books = books_of(user)
    before = year_before(periods, period)
    now = books.of(period.rounds)
    then = books.of(before.rounds) if before else None
    names = names_of(standing.department for standing in books.standings)
    return Gathered(
        period=period,
        before=before,
        now=now,
        then=then,
        flow=flow(now, names),
        years=by_year(books, {one.year: one.rounds for one in periods if one.is_whole_year}),
        departments=by_department(now, then, names),
        sharing=sharing(now),
        heat=heat_map(duplicates(user, period.rounds), names),
        stairs=stairs(courses(user, period.rounds, now), with_drafts=sees_drafts(user)),
    )
