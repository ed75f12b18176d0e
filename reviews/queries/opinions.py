"""What a department reads of an act (征求意见): its own lines, where they go, and what comes into its own modules.

Of other departments' applications it reads nothing: neither names nor amounts nor how many there are. What is
transferred into one of its own modules is money of its own project, and is told as one sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from common.money import ZERO
from governance.queries.working_days import calendar
from projects.models import Line
from reviews.models import Act, Disposition, Opinion
from reviews.queries.decisions import lead_department, replaced_by
from reviews.queries.effect import parts_of
from reviews.queries.overview import target_words
from reviews.queries.standing import Parts


@dataclass
class OwnLine:
    """A line of the department and what becomes of it."""

    d: Disposition
    target: str
    conditions: list[tuple[str, date | None]]

    @property
    def line(self) -> Line:
        return self.d.line


@dataclass(frozen=True)
class Incoming:
    """What comes into a module of the department, or stops coming."""

    place: str
    amount: Decimal
    ends: bool = False


@dataclass
class Concern:
    """The part of an act that concerns one department."""

    act: Act
    rows: list[OwnLine] = field(default_factory=list)
    incoming: list[Incoming] = field(default_factory=list)
    serves: list[str] = field(default_factory=list)

    @property
    def parts(self) -> Parts:
        return parts_of(row.d for row in self.rows)


def concern(act: Act, department: int) -> Concern:
    """What the act says to a department."""
    return concerns([act], department)[act.pk]


def concerns(acts: Iterable[Act], department: int) -> dict[int, Concern]:
    """The same for many acts; the number of queries does not grow with them."""
    found = {act.pk: Concern(act) for act in acts}
    rows = list(
        Disposition.objects.filter(act__in=found)
        .loaded()
        .select_related("line__application__department", "target_line__application__department", "system__owner")
        .select_related("target_component__project__lead")
        .prefetch_related("conditions")
        .order_by("line__application__number", "line__sequence")
    )
    earlier = replaced_by(rows)
    comes: dict[int, dict[tuple[str, bool], Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for d in rows:
        here = found[d.act_id]
        if d.line.application.department_id == department:
            here.rows.append(OwnLine(d, target_words(d), [(c.text, c.due_on) for c in d.conditions.all()]))
            continue
        if d.target and lead_department(d.target) == department:
            comes[d.act_id][d.target.name, False] += d.moved
        elif (old := earlier.get(d.pk)) and old.target and lead_department(old.target) == department:
            comes[d.act_id][old.target.name, True] += old.moved
        here.serves += _served_by(d, department)
    for pk, places in comes.items():
        found[pk].incoming = [Incoming(name, amount, ends) for (name, ends), amount in sorted(places.items())]
    for one in found.values():
        one.serves = sorted(set(one.serves))
    return found


def _served_by(d: Disposition, department: int) -> list[str]:
    """Systems and capabilities of the department that will serve somebody else's module."""
    names = []
    if d.system and d.system.owner_id == department:
        names.append(d.system.name)
    if d.capability and d.capability.provider_id == department:
        names.append(d.capability.name)
    return names


@dataclass(frozen=True)
class Due:
    """How long the department still has."""

    on: date | None
    days_left: int | None
    is_provisional: bool


def due(act: Act, today: date) -> Due:
    """The last day for opinions, in working days from today."""
    if act.opinions_due_on is None:
        return Due(None, None, False)
    days = calendar()
    return Due(
        act.opinions_due_on, days.between(today, act.opinions_due_on), days.is_provisional(act.opinions_due_on.year)
    )


def opinion_of(act: Act, department: int) -> Opinion | None:
    return act.opinions.select_related("given_by").filter(department=department).first()
