"""What "My work" shows beside the tasks: rounds, figures of the round, what waits for others, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from common.models import AuditEvent
from common.money import ZERO
from config.home_figures import Counted
from governance.models import Round, User
from governance.queries.rounds import RoundInTime, rounds_of
from governance.states import Role, RoundStatus
from projects.models import Application
from projects.queries.listing import with_figures
from projects.queries.progress import TONES, WORDS, holder, is_turn_of
from projects.states import BEFORE_SUBMISSION, UNDER_WAY, ApplicationStatus
from reviews.queries.clock import Clock, clocks

DEPARTMENT = frozenset({Role.CLERK, Role.LEADER})
JUDGES = frozenset({Role.INTAKE, Role.REVIEWER, Role.HEAD})
SHOWN = 8
# What everybody who sees an application may know of its way.
NEWS = (
    "application.submitted", "application.correction_asked", "application.correction_answered", "application.accepted",
    "application.withdrawn", "application.rejected", "application.deferred", "application.escalated",
)  # fmt: skip
DRAWINGS = {
    "application.submitted": "send", "application.correction_asked": "arrow-back-up",
    "application.correction_answered": "arrow-forward-up", "application.accepted": "circle-check",
    "application.withdrawn": "x", "application.rejected": "ban", "application.deferred": "clock",
    "application.escalated": "arrow-up-right", "application.sign_off_asked": "clipboard-check",
    "application.sent_back": "arrow-back-up",
}  # fmt: skip
OWN_NEWS = ("application.sign_off_asked", "application.sent_back")


@dataclass(frozen=True)
class Figures:
    """The applications of a round that the person sees; amounts of all their lines."""

    round: str
    is_own: bool
    applications: int
    declared: Decimal
    unknown: int
    prepared: int
    checked: int
    corrected: int
    consolidated: int


@dataclass(frozen=True)
class Elsewhere:
    """An application of one's department that somebody else has."""

    number: str
    name: str
    url: str
    stage: str
    tone: str
    holder: str
    since: date
    clock: Clock
    declared: Decimal | None = None


@dataclass(frozen=True)
class News:
    """Something that happened to an application."""

    what: str
    number: str
    name: str
    url: str
    at: datetime
    who: str
    drawing: str


def rounds_for(user: User) -> list[RoundInTime]:
    """The open round, and else the newest closed one."""
    rows = Round.objects.visible_to(user).exclude(status=RoundStatus.PLANNED)
    found = list(rows.order_by("-year", "-batch")[:SHOWN])
    return rounds_of([row for row in found if row.status == RoundStatus.OPEN] or found[:1])


def figures_for(user: User, rounds: list[RoundInTime], rows: list[Counted]) -> Figures | None:
    """Counts and sums of the round that runs; None when the person sees no application of it."""
    if not rows:
        return None
    status = ApplicationStatus
    return Figures(
        round=rounds[0].name,
        is_own=user.has_role(*DEPARTMENT),
        applications=len(rows),
        declared=sum((row.declared for row in rows), ZERO),
        unknown=sum(row.unknown for row in rows),
        prepared=sum(row.status in BEFORE_SUBMISSION for row in rows),
        checked=sum(row.status == status.SUBMITTED for row in rows),
        corrected=sum(row.status == status.CORRECTION for row in rows),
        consolidated=sum(row.status == status.CONSOLIDATION and row.determined is None for row in rows),
    )


def elsewhere_for(user: User) -> list[Elsewhere]:
    """The department's applications that wait for somebody else, those that have waited longest first."""
    if not user.has_role(*DEPARTMENT):
        return []
    rows = _with_relations(with_figures(Application.objects.visible_to(user)))
    waiting = rows.filter(status__in=[*UNDER_WAY, ApplicationStatus.SIGN_OFF], determined__isnull=True)
    found = [row for row in waiting.order_by("status_since", "pk") if not is_turn_of(row, user)][:SHOWN]
    times = clocks(found)
    return [
        Elsewhere(
            number=row.number,
            name=row.name,
            url=address(row.number),
            stage=row.get_status_display(),
            tone=TONES[ApplicationStatus(row.status)],
            holder=holder(row),
            since=timezone.localdate(row.status_since),
            clock=times[row.pk],
            declared=row.declared,  # type: ignore[attr-defined]
        )
        for row in found
    ]


def news_for(user: User) -> list[News]:
    """The last moves of the applications that the person sees, without what happened inside a draft."""
    actions = NEWS + OWN_NEWS if user.has_role(*DEPARTMENT) else NEWS
    visible = Application.objects.visible_to(user).order_by()
    events = AuditEvent.objects.filter(
        target_type=Application._meta.label_lower, action__in=actions, target_id__in=visible.values("pk")
    )
    named = Application.objects.filter(pk=OuterRef("target_id")).order_by()
    rows = events.annotate(number=Subquery(named.values("number")), name=Subquery(named.values("name")))
    return [_news(row) for row in rows.order_by("-pk")[:SHOWN]]


def _news(event: Any) -> News:
    return News(
        what=str(WORDS[event.action]),
        number=event.number,
        name=event.name,
        url=address(event.number),
        at=event.at,
        who=event.department_name or event.actor_name,
        drawing=DRAWINGS.get(event.action, "history"),
    )


def _with_relations(rows: QuerySet[Application]) -> QuerySet[Application]:
    return rows.select_related("department", "round__jurisdiction", "determined")


def address(number: str) -> str:
    """The page of an application."""
    try:
        return reverse("projects:detail", args=[number])
    except NoReverseMatch:
        return ""
