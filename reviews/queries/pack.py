"""What a review meeting has before it: the round's acts with their lines side by side, and its applications."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from common.money import ZERO
from governance.models import Round
from reviews.models import Act, Disposition, Opinion
from reviews.queries.decisions import replaced_by
from reviews.queries.effect import parts_of
from reviews.queries.overview import ReadyRow, ready_rows, target_words
from reviews.queries.standing import Parts
from reviews.states import STANDING, ActStatus

BEFORE_A_MEETING = frozenset({ActStatus.PROPOSED, *STANDING})
TO_DECIDE = frozenset({ActStatus.PROPOSED, ActStatus.CONTESTED})


@dataclass(frozen=True)
class PackLine:
    """A line of an act: what was asked for, and what is proposed."""

    reference: str
    department: str
    name: str
    description: str
    declared: Decimal | None
    kind: str
    own: Decimal
    moved: Decimal
    saved: Decimal
    target: str
    conditions: list[str]


@dataclass
class Change:
    """What the lines of one department bring it, before the act and after."""

    before: Decimal = ZERO
    after: Decimal = ZERO


@dataclass
class PackAct:
    """An act on the agenda."""

    pk: int
    number: str
    title: str
    reason: str
    status: str
    parts: Parts
    lines: list[PackLine] = field(default_factory=list)
    departments: dict[str, Change] = field(default_factory=lambda: defaultdict(Change))
    opinions: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Pack:
    """The material of a meeting about one round."""

    round: Round
    acts: list[PackAct]
    applications: list[ReadyRow]

    @property
    def parts(self) -> Parts:
        """Σ over the applications: what the round declares and where it stands."""
        result = Parts()
        for row in self.applications:
            result += row.parts
        return result


def acts_of(round: Round) -> list[Act]:
    """The acts of the round that a meeting may have before it, the oldest first."""
    found = Act.objects.filter(status__in=BEFORE_A_MEETING, dispositions__line__application__round=round)
    return list(found.distinct().order_by("pk"))


def pack_of(round: Round, chosen: Iterable[int] = ()) -> Pack:
    """The pack of a round, with the chosen acts, else those still to be decided; the queries do not grow with them."""
    wanted = set(chosen)
    acts = [act for act in acts_of(round) if (act.pk in wanted if wanted else act.status in TO_DECIDE)]
    rows = list(
        Disposition.objects.filter(act__in=acts)
        .loaded()
        .select_related("line__application__department", "target_line__application__department")
        .select_related("target_component__project__lead")
        .prefetch_related("conditions")
        .order_by("line__application__number", "line__sequence")
    )
    earlier = replaced_by(rows)
    opinions: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for one in Opinion.objects.filter(act__in=acts).select_related("department").order_by("department__code"):
        opinions[one.act_id].append((one.department.name, str(one.get_state_display()), one.text))
    mine: dict[int, list[Disposition]] = defaultdict(list)
    for d in rows:
        mine[d.act_id].append(d)
    return Pack(round, [_act(act, mine[act.pk], earlier, opinions[act.pk]) for act in acts], ready_rows(round))


def _act(
    act: Act, rows: list[Disposition], earlier: dict[int, Disposition], opinions: list[tuple[str, str, str]]
) -> PackAct:
    found = PackAct(
        act.pk, act.number, act.title or act.number, act.reason, str(act.get_status_display()), parts_of(rows),
        opinions=opinions,
    )  # fmt: skip
    for d in rows:
        found.lines.append(_line(d))
        _move(found.departments, d, earlier.get(d.pk))
    return found


def _line(d: Disposition) -> PackLine:
    line = d.line
    return PackLine(
        line.reference, line.application.department.name, line.name, line.description, line.declared,
        str(d.get_kind_display()), d.own, d.moved, d.saved, target_words(d), [c.text for c in d.conditions.all()],
    )  # fmt: skip


def _move(departments: dict[str, Change], d: Disposition, old: Disposition | None) -> None:
    """The money of a line before (declared, or by the decision that stood) and after, with whoever has it."""
    own = departments[d.line.application.department.name]
    own.before += old.own if old else d.line.declared or ZERO
    own.after += d.own
    if old and old.moved:
        departments[_host(old)].before += old.moved
    if d.moved:
        departments[_host(d)].after += d.moved


def _host(d: Disposition) -> str:
    """Who leads the component that a transfer goes into."""
    if d.target_component:
        return d.target_component.project.lead.name
    return d.target_line.application.department.name if d.target_line else ""
