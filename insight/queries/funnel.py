"""The way of applications with its times: how many and how much money reached each step, in how many working days."""

from __future__ import annotations

import statistics
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import Any

from django.db.models import Count, Max, OuterRef, Subquery
from django.utils import timezone

from budgets.models import Budget
from common.money import ZERO, total
from governance.models import User
from governance.queries.working_days import Calendar, calendar
from governance.states import Role
from insight.queries.books import Books
from insight.rules import OF_DEPARTMENT
from insight.states import End, Step
from projects.models import Application
from projects.states import ENDED
from reviews.models import Disposition, ListVersion

STEPS = tuple(Step)
SEES_DRAFTS = OF_DEPARTMENT | {Role.AUDITOR}
FROM_LIST = frozenset({Step.LISTED, Step.FUNDED})  # from the list on, money is what was approved
# The first lock after the determination, and the reply to the budget of that year.
_LOCKED = Subquery(
    ListVersion.objects.filter(
        annual_list__round=OuterRef("round"), at__gte=OuterRef("determined__determination__at")
    ).order_by("number").values("at")[:1]
)  # fmt: skip
_REPLIED = Subquery(
    Budget.objects.filter(jurisdiction=OuterRef("round__jurisdiction"), year=OuterRef("round__year")).values(
        "replied_at"
    )[:1]
)


@dataclass
class Course:
    """One application on its way: the day of each step that it reached, and the working days that each took."""

    pk: int
    number: str
    name: str
    department: str
    declared: Decimal
    listed: Decimal
    is_ended: bool
    days: dict[Step, date] = field(default_factory=dict)
    took: dict[Step, int] = field(default_factory=dict)
    last: Step = Step.DRAFTED

    def reached(self, step: Step) -> bool:
        return STEPS.index(step) <= STEPS.index(self.last)

    def money(self, step: Step) -> Decimal:
        return self.listed if step in FROM_LIST else self.declared


@dataclass(frozen=True)
class Stair:
    """One step: who reached it, with how much money, how long it took, and who stands there or ended there."""

    step: Step
    applications: int
    money: Decimal
    median: Decimal | None
    slowest_tenth: int | None
    waiting: int
    ended: int

    @property
    def label(self) -> str:
        return str(self.step.label)


def courses(user: User, rounds: Collection[int], books: Books) -> list[Course]:
    """The applications of these rounds that the person sees, with their steps; two queries and the calendar's."""
    rows = Application.objects.visible_to(user).filter(round__in=rounds)
    listed = _listed(books)
    consolidated = _consolidated(rows)
    found, days = [], calendar()
    columns = rows.values(
        "pk", "number", "name", "department__name", "department__short_name", "status", "created_at",
        "submitted_at", "intake__accepted_at", "determined__determination__at",
        declared=total("lines__declared"), many=Count("lines"), locked_at=_LOCKED, replied_at=_REPLIED,
    )  # fmt: skip
    for row in columns.order_by("number"):
        course = Course(
            row["pk"], row["number"], row["name"], row["department__short_name"] or row["department__name"],
            row["declared"], listed.get(row["pk"], ZERO), row["status"] in ENDED,
        )  # fmt: skip
        moments = {
            Step.DRAFTED: row["created_at"],
            Step.SUBMITTED: row["submitted_at"],
            Step.ACCEPTED: row["intake__accepted_at"],
            Step.CONSOLIDATED: consolidated.get((row["pk"], row["many"])),
            Step.DETERMINED: row["determined__determination__at"],
        }
        if course.listed and row["locked_at"]:
            moments[Step.LISTED] = row["locked_at"]
            moments[Step.FUNDED] = row["replied_at"] and max(row["locked_at"], row["replied_at"])
        _walk(course, moments, days)
        found.append(course)
    return found


def stairs(found: Iterable[Course], *, with_drafts: bool) -> list[Stair]:
    """The steps in order; without the draft for those who do not see drafts."""
    rows = list(found)
    return [_stair(step, rows) for step in STEPS if with_drafts or step != Step.DRAFTED]


def sees_drafts(user: User) -> bool:
    """Whether the person sees applications before their submission."""
    return user.has_role(*SEES_DRAFTS)


def _stair(step: Step, rows: list[Course]) -> Stair:
    here = [row for row in rows if row.reached(step)]
    days = sorted(row.took[step] for row in here if step in row.took)
    staying = [row for row in here if row.last == step]
    return Stair(
        step=step,
        applications=len(here),
        money=sum((row.money(step) for row in here), ZERO),
        median=Decimal(statistics.median(days)) if days else None,
        slowest_tenth=days[ceil(len(days) * 9 / 10) - 1] if days else None,
        waiting=sum(not row.is_ended for row in staying),
        ended=sum(row.is_ended for row in staying),
    )


def _walk(course: Course, moments: dict[Step, datetime | None], days: Calendar) -> None:
    """Fill the days of the steps, and the working days from each to the next one that is known."""
    before = None
    for step in STEPS:
        moment = moments.get(step)
        if moment is None:
            continue
        day = timezone.localdate(moment)
        course.days[step], course.last = day, step
        if before is not None:
            course.took[step] = max(days.between(before, day), 0)
        before = day


def _listed(books: Books) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for piece in books.pieces:
        if piece.end == End.LISTED:
            found[piece.application] = found.get(piece.application, ZERO) + piece.amount
    return found


def _consolidated(rows: Any) -> dict[tuple[int, int], datetime]:
    """Application and how many of its lines are decided → when the last of them was."""
    decided = Disposition.objects.live().filter(line__application__in=rows.order_by().values("pk")).order_by()
    found = decided.values_list("line__application").annotate(many=Count("pk"), at=Max("act__confirmed_at"))
    return {(pk, many): at for pk, many, at in found if at}
