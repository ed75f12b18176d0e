"""Whether a list may be locked: the ceiling and what takes of it, each condition with its answer, what it would move."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from budgets.models import Budget
from budgets.queries.figures import OTHER, THIS, Room, requested, room
from common.money import ZERO
from reviews.models import AnnualList
from reviews.queries.lists import Entries, entries_of, locked_entries
from reviews.states import ListStatus


@dataclass(frozen=True)
class Check:
    """One condition of the lock: whether it holds, and what to do when it does not."""

    holds: bool
    what: str
    why: str = ""
    items: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Readiness:
    """The year's ceiling, what other lists and this one take of it, and the conditions of the lock."""

    ceiling: Decimal | None
    elsewhere: Decimal
    this_year: Decimal
    checks: list[Check]
    moved: list[tuple[str, Decimal, Decimal]]  # project, this year's money on the version before, and now

    @property
    def left(self) -> Decimal | None:
        return None if self.ceiling is None else self.ceiling - self.elsewhere - self.this_year

    @property
    def refusal(self) -> str:
        """Why the list is not locked now; empty when it may be."""
        return next((check.why or check.what for check in self.checks if not check.holds), "")

    @property
    def bar(self) -> Room:
        return room(self.ceiling, [(OTHER, self.elsewhere), (THIS, self.this_year)])


def readiness(annual_list: AnnualList, budget: Budget | None, obstacles: list[str]) -> Readiness:
    """What the lock would ask, before anybody presses it."""
    year = annual_list.round.year
    entries, last = entries_of(annual_list), locked_entries(annual_list)
    this_year = sum((years.get(year, ZERO) for years in entries.values()), ZERO)
    elsewhere = requested(budget, without=annual_list.round) if budget else ZERO
    ceiling = budget.ceiling if budget else None
    checks = [
        _has_ceiling(ceiling),
        _is_determined(annual_list),
        _is_free(obstacles),
        _fits(ceiling, elsewhere + this_year),
        _is_new(annual_list, entries, last),
    ]
    return Readiness(ceiling, elsewhere, this_year, checks, _moved(entries, last or {}, year))


def _has_ceiling(ceiling: Decimal | None) -> Check:
    return Check(
        ceiling is not None, _("The ceiling of the year is set"), _("Finance sets the ceiling of the year first.")
    )


def _is_determined(annual_list: AnnualList) -> Check:
    what = _("The determination rests on the decisions of now")
    if annual_list.is_stale:
        return Check(False, what, _("A decision changed after the determination: determine again."))
    return Check(annual_list.projects.exists(), what, _("No application is determined yet: a meeting does it below."))


def _is_free(obstacles: list[str]) -> Check:
    why = _("These lines and applications are not settled yet: decide them, or wait for the opinions.")
    return Check(not obstacles, _("Every line is decided, agreed to and determined"), why, obstacles)


def _fits(ceiling: Decimal | None, asked: Decimal) -> Check:
    return Check(
        ceiling is None or asked <= ceiling,
        _("This year's money fits under the ceiling"),
        _("Put projects in reserve, let later years pay, or ask finance for a higher ceiling."),
    )


def _is_new(annual_list: AnnualList, entries: Entries, last: Entries | None) -> Check:
    what = _("Something has changed since the last version")
    if last is None:
        return Check(True, _("This is the first version"))
    if last != entries:
        return Check(True, what)
    version = annual_list.versions.order_by("-number").prefetch_related("projects__project").first()
    before = {p.project.code for p in version.projects.all() if p.status == ListStatus.RESERVE} if version else set()
    now = set(annual_list.projects.filter(status=ListStatus.RESERVE).values_list("project__code", flat=True))
    return Check(before != now, what, _("Nothing has changed since the last version."))


def _moved(entries: Entries, last: Entries, year: int) -> list[tuple[str, Decimal, Decimal]]:
    rows = [
        (code, last.get(code, {}).get(year, ZERO), entries.get(code, {}).get(year, ZERO))
        for code in sorted({*entries, *last})
    ]
    return [row for row in rows if row[1] != row[2]]
