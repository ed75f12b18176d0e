"""Where the money of lines stands: own, transferred, saved by cause, held by cause.

The identity, per line and so per application, round and jurisdiction, to the fen:
``declared = own + transferred + saved + held``. Unknown amounts are counted, never summed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from common.money import ZERO
from governance.models import Round
from projects.models import Line
from projects.states import ENDED, ApplicationStatus
from reviews.models import Disposition, ListProject
from reviews.states import CAUSE_OF, GONE, Cause, DispositionKind, ListStatus

CAUSE_OF_END = {
    ApplicationStatus.REJECTED: Cause.REJECTED,
    ApplicationStatus.DEFERRED: Cause.DEFERRED,
    ApplicationStatus.WITHDRAWN: Cause.WITHDRAWN,
    ApplicationStatus.ESCALATED: Cause.ESCALATED,
}


@dataclass
class Parts:
    """The four parts of declared money, in yuan; ``unknown`` counts lines without an amount."""

    declared: Decimal = ZERO
    own: Decimal = ZERO
    transferred: Decimal = ZERO
    saved: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    held: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    lines: int = 0
    unknown: int = 0

    def __iadd__(self, other: Parts) -> Parts:
        for name in ("declared", "own", "transferred", "lines", "unknown"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine, theirs in ((self.saved, other.saved), (self.held, other.held)):
            for cause, amount in theirs.items():
                mine[cause] += amount
        return self

    @property
    def saved_total(self) -> Decimal:
        return sum(self.saved.values(), ZERO)

    @property
    def held_total(self) -> Decimal:
        return sum(self.held.values(), ZERO)

    @property
    def adds_up(self) -> bool:
        return self.declared == self.own + self.transferred + self.saved_total + self.held_total

    def as_dict(self) -> dict[str, str]:
        """Amounts as text, causes prefixed, zeros left out (for acts and the audit trail)."""
        named = {"own": self.own, "transferred": self.transferred}
        named |= {f"saved:{cause}": amount for cause, amount in self.saved.items()}
        named |= {f"held:{cause}": amount for cause, amount in self.held.items()}
        return {"declared": f"{self.declared:.2f}"} | {k: f"{v:.2f}" for k, v in named.items() if v}


@dataclass(frozen=True)
class LineStanding:
    """One line's facts that its parts follow from (plain values, no model rows)."""

    line: int
    application: int
    department: int
    round: int
    declared: Decimal | None
    parts: Parts


def total_of(standings: Iterable[LineStanding]) -> Parts:
    """Σ of the parts."""
    result = Parts()
    for standing in standings:
        result += standing.parts
    return result


def grouped(standings: Iterable[LineStanding], key: str) -> dict[int, Parts]:
    """Σ of the parts by ``application``, ``department`` or ``round``."""
    result: dict[int, Parts] = defaultdict(Parts)
    for standing in standings:
        result[getattr(standing, key)] += standing.parts
    return dict(result)


def stand(lines: QuerySet[Line]) -> Iterator[LineStanding]:
    """Where each line's money stands now; three queries for any number of lines."""
    lines = lines.order_by()
    decisions = {row["line_id"]: row for row in _live_rows(lines)}
    rounds = set()
    rows = list(
        lines.values(
            "pk",
            "declared",
            "application_id",
            "application__status",
            "application__department_id",
            "application__round_id",
            own_project=_project_of("application"),
        )
    )
    rounds = {row["application__round_id"] for row in rows}
    statuses = list_statuses(rounds)
    for row in rows:
        on_list = statuses.get(row["application__round_id"], {})
        yield LineStanding(
            line=row["pk"],
            application=row["application_id"],
            department=row["application__department_id"],
            round=row["application__round_id"],
            declared=row["declared"],
            parts=_split(row, decisions.get(row["pk"]), on_list),
        )


def rolled_up() -> dict[str, Parts]:
    """Σ over levels and years by currency; what was escalated or renewed counts once, where it went."""
    currency = dict(Round.objects.values_list("pk", "jurisdiction__currency"))
    found: dict[str, Parts] = defaultdict(Parts)
    for standing in stand(Line.objects.filter(application__submitted_at__isnull=False)):
        parts = standing.parts
        elsewhere = sum((parts.held.pop(cause, ZERO) for cause in (Cause.ESCALATED, Cause.RENEWED)), ZERO)
        parts.declared -= elsewhere
        found[currency[standing.round]] += parts
    return dict(found)


def list_statuses(rounds: Iterable[int]) -> dict[int, dict[int, str]]:
    """Round → project → status on the round's annual list."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    rows = ListProject.objects.filter(annual_list__round__in=list(rounds))
    for round_id, project, status in rows.values_list("annual_list__round_id", "project_id", "status"):
        found[round_id][project] = status
    return found


def _project_of(application: str) -> Coalesce:
    """The project of an application: the one that it continues, or its own (once there is one)."""
    return Coalesce(F(f"{application}__continues_id"), F(f"{application}__project__pk"))


def _live_rows(lines: QuerySet[Line]) -> QuerySet[Any, Any]:
    live = Disposition.objects.live().filter(line__in=lines.values("pk"))
    return live.values(
        "line_id",
        "kind",
        "own",
        "moved",
        "saved",
        target_project=Coalesce(
            F("target_component__project_id"),
            F("target_line__application__continues_id"),
            F("target_line__application__project__pk"),
        ),
    )


def _split(row: Mapping[str, Any], decision: Mapping[str, Any] | None, on_list: dict[int, str]) -> Parts:
    declared, status = row["declared"], row["application__status"]
    if declared is None:
        return Parts(lines=1, unknown=1)
    parts = Parts(declared=declared, lines=1)
    if status in ENDED:
        side = parts.saved if status == ApplicationStatus.REJECTED else parts.held
        side[CAUSE_OF_END[ApplicationStatus(status)]] += declared
    elif decision is None:
        parts.held[Cause.OPEN] += declared
    else:
        parts.saved[CAUSE_OF[DispositionKind(decision["kind"])]] += decision["saved"]
        own_gone = _gone(on_list, row["own_project"])
        target_gone = _gone(on_list, decision["target_project"])
        if own_gone:
            parts.held[own_gone] += decision["own"]
        else:
            parts.own = decision["own"]
        if target_gone:
            parts.held[target_gone] += decision["moved"]
        else:
            parts.transferred = decision["moved"]
    for side in (parts.saved, parts.held):
        for cause in [cause for cause, amount in side.items() if not amount]:
            del side[cause]
    return parts


def _gone(on_list: dict[int, str], project: int | None) -> Cause | None:
    status = on_list.get(project) if project is not None else None
    return GONE.get(ListStatus(status)) if status else None
