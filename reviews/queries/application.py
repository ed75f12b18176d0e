"""The review of one application, for its own page: findings, decisions with their money, opinions, proposals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from governance.models import User
from governance.states import Role
from projects.models import Application, Line
from reviews.models import Act, Disposition, Finding, Opinion
from reviews.queries.findings import Seen, by_line, seen_among
from reviews.queries.opinions import Due, due
from reviews.queries.overview import is_final, target_words
from reviews.queries.standing import Parts, stand, total_of
from reviews.states import ActStatus


@dataclass
class LineRow:
    """A line and the decision that stands for it."""

    line: Line
    d: Disposition | None
    target: str = ""
    conditions: list[tuple[str, date | None]] = field(default_factory=list)

    @property
    def own(self) -> Decimal | None:
        return self.d.own if self.d else None


@dataclass
class Review:
    """What a person may know of the review of an application."""

    rows: list[LineRow]
    parts: Parts
    findings: list[Seen]
    opinions: list[tuple[Opinion, Due]]
    pending: list[Act]
    is_final: bool

    @property
    def alike(self) -> list[tuple[Line, list[Seen]]]:
        """The modules beside which something was found, each with its findings, the sharpest first."""
        found = by_line(self.findings)
        return [(row.line, found[row.line.pk]) for row in self.rows if row.line.pk in found]

    @property
    def open_lines(self) -> int:
        return sum(row.d is None for row in self.rows)


def review_of(application: Application, user: User) -> Review:
    """Live decisions and findings in sight; what is planned or proposed only for the authority.

    The application with its round, and with what determined it.
    """
    lines = list(Line.objects.filter(application=application).select_related("application").order_by("sequence"))
    live = {
        d.line_id: d
        for d in Disposition.objects.live()
        .filter(line__application=application)
        .placed()
        .select_related("target_line__application__department")
        .prefetch_related("conditions")
    }
    rows = [_row(line, live.get(line.pk)) for line in lines]
    found = Finding.objects.visible_to(user).filter(line__application=application)
    return Review(
        rows=rows,
        parts=total_of(stand(Line.objects.filter(application=application))),
        findings=seen_among(found, application.round.jurisdiction_id),
        opinions=_opinions(application, user),
        pending=_pending(application, user),
        is_final=is_final(application),
    )


def _row(line: Line, d: Disposition | None) -> LineRow:
    if d is None:
        return LineRow(line, None)
    return LineRow(line, d, target_words(d), [(c.text, c.due_on) for c in d.conditions.all()])


def _opinions(application: Application, user: User) -> list[tuple[Opinion, Due]]:
    """Opinions on acts that decide lines of this application; a department reads its own."""
    acts = Disposition.objects.filter(line__application=application).values("act")
    rows = Opinion.objects.visible_to(user).filter(act__in=acts).select_related("act", "department", "given_by")
    today = timezone.localdate()
    return [(row, due(row.act, today)) for row in rows.order_by("-act__order", "department__code")]


def _pending(application: Application, user: User) -> list[Act]:
    if user.has_role(Role.CLERK, Role.LEADER):
        return []
    rows = Act.objects.visible_to(user).filter(
        status__in=[ActStatus.PLANNED, ActStatus.PROPOSED],
        pk__in=Disposition.objects.filter(line__application=application).values("act"),
    )
    return list(rows.order_by("-pk"))
