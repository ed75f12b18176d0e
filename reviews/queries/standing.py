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

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Coalesce

from common.money import ZERO
from governance.models import Round
from projects.models import Line
from projects.states import ENDED, ApplicationStatus
from reviews.models import ListProject
from reviews.states import CAUSE_OF, GONE, Cause, DispositionKind, DispositionState, ListStatus

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
        self.declared += other.declared
        self.own += other.own
        self.transferred += other.transferred
        self.lines += other.lines
        self.unknown += other.unknown
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
    kind: str
    application: int
    status: str
    department: int
    round: int
    declared: Decimal | None
    is_decided: bool
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
    """Where each line's money stands now, by the decision that is live; two queries for any number of lines."""
    live = FilteredRelation("dispositions", condition=Q(dispositions__state=DispositionState.LIVE))
    rows = list(
        lines.order_by()
        .annotate(live=live)
        .values(
            "pk",
            "kind",
            "declared",
            "application_id",
            "application__status",
            "application__department_id",
            "application__round_id",
            "live__kind",
            "live__own",
            "live__moved",
            "live__saved",
            own_project=_project_of("application"),
            target_project=Coalesce(
                F("live__target_component__project_id"),
                F("live__target_line__application__continues_id"),
                F("live__target_line__application__project__pk"),
            ),
        )
    )
    statuses = list_statuses({row["application__round_id"] for row in rows})
    for row in rows:
        yield LineStanding(
            line=row["pk"],
            kind=row["kind"],
            application=row["application_id"],
            status=row["application__status"],
            department=row["application__department_id"],
            round=row["application__round_id"],
            declared=row["declared"],
            is_decided=row["live__kind"] is not None,
            parts=_split(row, statuses.get(row["application__round_id"], {})),
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


def _split(row: Mapping[str, Any], on_list: dict[int, str]) -> Parts:
    declared, status, kind = row["declared"], row["application__status"], row["live__kind"]
    if declared is None:
        return Parts(lines=1, unknown=1)
    parts = Parts(declared=declared, lines=1)
    if status in ENDED:
        side = parts.saved if status == ApplicationStatus.REJECTED else parts.held
        _add(side, CAUSE_OF_END[ApplicationStatus(status)], declared)
    elif kind is None:
        _add(parts.held, Cause.OPEN, declared)
    else:
        _add(parts.saved, CAUSE_OF[DispositionKind(kind)], row["live__saved"])
        own_gone = _gone(on_list, row["own_project"])
        target_gone = _gone(on_list, row["target_project"])
        if own_gone:
            _add(parts.held, own_gone, row["live__own"])
        else:
            parts.own = row["live__own"]
        if target_gone:
            _add(parts.held, target_gone, row["live__moved"])
        else:
            parts.transferred = row["live__moved"]
    return parts


def _add(side: dict[str, Decimal], cause: Cause, amount: Decimal) -> None:
    """A cause is named only where there is money."""
    if amount:
        side[cause] += amount


def _gone(on_list: dict[int, str], project: int | None) -> Cause | None:
    status = on_list.get(project) if project is not None else None
    return GONE.get(ListStatus(status)) if status else None
