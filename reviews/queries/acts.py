"""Acts as the authority's people read them: list, one act with money before and after, what asks for attention."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.models import AuditEvent
from common.money import total
from governance.models import User
from projects.models import Line
from projects.states import UNDER_WAY
from reviews.models import Act, Disposition, Opinion
from reviews.queries.capacity import shortages
from reviews.queries.decisions import Interests, dependants, earlier_of, interests_of, replaced_by
from reviews.queries.effect import Effect, effect
from reviews.queries.eyes import (
    why_not_ask_undo,
    why_not_confirm,
    why_not_propose,
    why_not_settle,
    why_not_undo,
)
from reviews.queries.findings import Seen, by_line, seen_beside
from reviews.queries.overview import target_words
from reviews.states import BUILT, STANDING, ActStatus, Band, OpinionState

TONES = {
    ActStatus.PLANNED: "neutral",
    ActStatus.PROPOSED: "blue",
    ActStatus.CONFIRMED: "green",
    ActStatus.CONTESTED: "red",
    ActStatus.UNDONE: "neutral",
    ActStatus.DISCARDED: "neutral",
}
BEFORE_CONFIRMATION = frozenset({ActStatus.PLANNED, ActStatus.PROPOSED})  # afterwards the request itself tells
OPINION_TONES = {
    OpinionState.AWAITING: "amber",
    OpinionState.AGREED: "green",
    OpinionState.OBJECTED: "red",
    OpinionState.SILENT: "neutral",
}
WORDS: dict[str, tuple[Promise, str]] = {
    "act.planned": (_("Planned"), "done"),
    "act.edited": (_("Plan changed"), "done"),
    "act.proposed": (_("Proposed"), "done"),
    "act.taken_back": (_("Taken back"), "waiting"),
    "act.confirmed": (_("Confirmed"), "done"),
    "act.discarded": (_("Discarded"), "bad"),
    "act.undo_asked": (_("Undo asked for"), "waiting"),
    "act.undone": (_("Undone"), "bad"),
    "act.settled": (_("Contested act decided"), "done"),
    "opinion.agreed": (_("Agrees"), "done"),
    "opinion.objected": (_("Objects"), "bad"),
    "opinions.closed": (_("Time for opinions is over: silence is agreement"), "done"),
}


@dataclass(frozen=True)
class ActRow:
    """An act in a list; amounts of all its lines."""

    pk: int
    number: str
    title: str
    status: ActStatus
    word: str
    lines: int
    declared: Decimal
    own: Decimal
    moved: Decimal
    saved: Decimal
    planned_by: str
    proposed_by: str
    proposed_at: datetime | None
    confirmed_at: datetime | None
    due_on: date | None
    awaiting: int
    objected: int
    undo_asked: bool

    @property
    def tone(self) -> str:
        return TONES[self.status]


def act_rows(acts: Iterable[Act]) -> list[ActRow]:
    """Acts of a list with their money and opinions (`created_by`, `proposed_by` loaded); one query more."""
    acts = list(acts)
    sums = (
        Act.objects.filter(pk__in=[act.pk for act in acts])
        .order_by()
        .values_list("pk")
        .annotate(
            n=Count("dispositions"),
            a=total("dispositions__line__declared"),
            b=total("dispositions__own"),
            c=total("dispositions__moved"),
            d=total("dispositions__saved"),
            awaiting=_said(OpinionState.AWAITING),
            objected=_said(OpinionState.OBJECTED),
        )
    )
    figures: dict[int, Any] = {pk: row for pk, *row in sums}
    rows = []
    for act in acts:
        lines, declared, own, moved, saved, awaiting, objected = figures[act.pk]
        rows.append(
            ActRow(
                act.pk, act.number, act.title, ActStatus(act.status), str(act.get_status_display()),
                lines, declared, own, moved, saved,
                str(act.created_by), str(act.proposed_by or ""), act.proposed_at, act.confirmed_at, act.opinions_due_on,
                awaiting, objected, act.undo_asked_by_id is not None,
            )
        )  # fmt: skip
    return rows


def _said(state: OpinionState) -> Coalesce:
    """How many opinions on an act are in this state."""
    rows = Opinion.objects.filter(act=OuterRef("pk"), state=state).order_by().values("act")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


@dataclass
class DecidedLine:
    """One line of an act."""

    d: Disposition
    target: str
    conditions: list[tuple[str, date | None]]
    findings: list[Seen]
    earlier: Disposition | None
    shortage: str = ""

    @property
    def line(self) -> Line:
        return self.d.line


@dataclass(frozen=True)
class WhyNot:
    """Why the person may not do each verb; empty where they may."""

    propose: str
    confirm: str
    ask_undo: str
    undo: str
    settle: str


@dataclass
class ActView:
    """One act with its lines, its effect, its opinions, what asks for attention, and what the person may do."""

    act: Act
    rows: list[DecidedLine]
    effect: Effect | None
    opinions: list[tuple[Opinion, str]]
    why_not: WhyNot
    touched: int  # departments that are asked for their opinion
    departed: list[tuple[DecidedLine, Seen]] = field(default_factory=list)
    unjudged: list[tuple[DecidedLine, Seen]] = field(default_factory=list)
    open_lines: int = 0
    dependants: list[Act] = field(default_factory=list)
    editors: list[User] = field(default_factory=list)

    @property
    def tone(self) -> str:
        return TONES[ActStatus(self.act.status)]

    @property
    def objections(self) -> list[Opinion]:
        """What departments say against it."""
        return [row for row, _tone in self.opinions if row.state == OpinionState.OBJECTED]

    @property
    def shortages(self) -> list[str]:
        """Which capabilities have no room for what this act asks of them, each once."""
        return list(dict.fromkeys(row.shortage for row in self.rows if row.shortage))


def act_view(act: Act, person: User) -> ActView:
    """Everything that its page tells the person; the number of queries does not grow with the lines."""
    dispositions = _decided(act)
    before = earlier_of(dispositions)
    earlier = replaced_by(dispositions, before)
    found = by_line(seen_beside((d.line_id for d in dispositions), act.jurisdiction_id))
    short = shortages(d.capability_id for d in dispositions) if act.status in BEFORE_CONFIRMATION else {}
    rows = [
        DecidedLine(
            d,
            target_words(d),
            [(c.text, c.due_on) for c in d.conditions.all()],
            found.get(d.line_id, []),
            earlier.get(d.pk),
            short.get(d.capability_id or 0, ""),
        )
        for d in dispositions
    ]
    interests = interests_of(act, dispositions, before)
    view = ActView(
        act, rows, _effect(act, dispositions, earlier), _opinions(act), why_not(act, person, interests),
        len(interests.departments),
    )  # fmt: skip
    _attend(view)
    return view


def _decided(act: Act) -> list[Disposition]:
    """The lines of the act with all that its page tells of them."""
    rows = Disposition.objects.filter(act=act).select_related(
        "line__application__department", "line__application__round", "target_line__application__department",
        "target_line__application__round", "target_component__project__lead", "capability", "system__owner",
    )  # fmt: skip
    return list(rows.prefetch_related("conditions").order_by("line__application__number", "line__sequence"))


def why_not(act: Act, person: User, interests: Interests) -> WhyNot:
    """What the person may do with the act, and why not."""
    return WhyNot(
        propose=why_not_propose(person, act, interests),
        confirm=why_not_confirm(person, act, interests),
        ask_undo=why_not_ask_undo(person, act, interests),
        undo=why_not_undo(person, act, interests),
        settle=why_not_settle(person, act, interests),
    )


def _effect(act: Act, dispositions: list[Disposition], earlier: dict[int, Disposition]) -> Effect | None:
    if act.status in {ActStatus.UNDONE, ActStatus.DISCARDED} or not dispositions:
        return None
    before = {d.line_id: earlier[d.pk] for d in dispositions if d.pk in earlier}
    known = [line.application for d in dispositions for line in (d.line, d.target_line) if line]
    return effect(dispositions, before, is_live=act.status in STANDING, known=known)


def _opinions(act: Act) -> list[tuple[Opinion, str]]:
    rows = act.opinions.select_related("department", "given_by").order_by("department__code")
    return [(row, OPINION_TONES[OpinionState(row.state)]) for row in rows]


def history(act: Act) -> list[tuple[Promise | str, str, AuditEvent]]:
    """What happened with the act, the newest first."""
    events = AuditEvent.objects.filter(target_type=Act._meta.label_lower, target_id=act.pk).order_by("-pk")
    return [(*WORDS.get(event.action, (event.action, "done")), event) for event in events]


def _attend(view: ActView) -> None:
    """Where people departed from the machine's advice, what has no verdict, what is still open, what leans on it."""
    received = {(row.d.line_id, row.d.target_line_id) for row in view.rows}
    for row in view.rows:
        if row.d.kind not in BUILT:
            continue
        view.unjudged += [(row, one) for one in row.findings if one.asks]
        likely = [one for one in row.findings if one.band == Band.LIKELY and one.verdict]
        view.departed += [(row, one) for one in likely if (one.other, row.d.line_id) not in received]
    view.open_lines = open_beside(view.act, view.rows).count()
    view.editors = [editor.user for editor in view.act.editors.all()]
    if view.act.status in STANDING:
        view.dependants = dependants(view.act)


def open_beside(act: Act, rows: Iterable[DecidedLine]) -> QuerySet[Line]:
    """Lines of the same applications that this act does not decide, and that are open."""
    rows = list(rows)
    lines = Line.objects.filter(
        application__in={row.line.application_id for row in rows}, application__status__in=UNDER_WAY
    )
    live = Disposition.objects.live().values("line")
    return lines.exclude(Q(pk__in=[row.d.line_id for row in rows]) | Q(pk__in=live))
