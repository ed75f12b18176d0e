"""The list of the workbench: clusters of a round by money and progress, what stands in none, and the round's progress."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from common.money import ZERO, total
from governance.models import Round
from projects.models import Application, Line
from projects.states import UNDER_WAY
from reviews.models import Cluster, ClusterMember, Disposition, Finding
from reviews.queries.standing import Parts, stand, total_of
from reviews.states import ActStatus, Band, DispositionState

WAITING, PROPOSED, CONFIRMED, SINGLE = "todo", "proposed", "confirmed", "single"
STATES = {
    WAITING: _("to do"),
    PROPOSED: _("waiting for a colleague"),
    CONFIRMED: _("confirmed"),
    SINGLE: _("in no cluster"),
}
SORTS = {"declared": _("by declared money"), "saving": _("by what can be saved"), "likeness": _("by likeness")}
SHARPEST = (Band.LIKELY, Band.DOUBTFUL, Band.LOOK)


@dataclass
class ClusterRow:
    """A cluster with the money of its modules; ``saving`` is what is saved, or can be when one of them is built."""

    pk: int
    name: str
    lines: set[int] = field(default_factory=set)
    departments: set[int] = field(default_factory=set)
    declared: Decimal = ZERO
    largest: Decimal = ZERO
    unknown: int = 0
    decided: int = 0
    saved: Decimal = ZERO
    band: str = ""
    has_plan: bool = False
    is_proposed: bool = False
    is_contested: bool = False

    @property
    def modules(self) -> int:
        return len(self.lines)

    @property
    def state(self) -> str:
        if self.is_proposed:
            return PROPOSED
        return CONFIRMED if self.decided == self.modules else WAITING

    @property
    def saving(self) -> Decimal:
        return self.saved if self.state == CONFIRMED else max(self.saved, self.declared - self.largest)

    @property
    def spent(self) -> Decimal:
        return self.declared - self.saving


@dataclass(frozen=True)
class SingleRow:
    """An application with open lines that stand in no cluster."""

    pk: int
    number: str
    name: str
    department: str
    lines: int
    declared: Decimal
    unknown: int


@dataclass(frozen=True)
class Progress:
    """How far the consolidation of a round has come: clusters by state, and where its money stands."""

    clusters: dict[str, int]
    single: int  # applications with open lines in no cluster
    parts: Parts
    proposed: Decimal
    saving: Decimal

    @property
    def all(self) -> int:
        return sum(self.clusters.values())

    @property
    def done(self) -> int:
        return self.clusters[PROPOSED] + self.clusters[CONFIRMED]

    @property
    def confirmed(self) -> int:
        return self.clusters[CONFIRMED]

    @property
    def waiting(self) -> int:
        return self.clusters[PROPOSED]

    @property
    def percent(self) -> int:
        return self.done * 100 // self.all if self.all else 0


def cluster_rows(round: Round) -> list[ClusterRow]:
    """All clusters with modules under way, biggest declared money first; three queries."""
    rows: dict[int, ClusterRow] = {}
    members = ClusterMember.objects.filter(cluster__round=round, line__application__status__in=UNDER_WAY)
    of_line: dict[int, ClusterRow] = {}
    columns = ("cluster", "cluster__name", "line", "line__declared", "line__application__department")
    for cluster, name, line, declared, department in members.values_list(*columns):
        row = of_line[line] = rows.setdefault(cluster, ClusterRow(cluster, name))
        row.lines.add(line)
        row.departments.add(department)
        row.unknown += declared is None
        row.declared += declared or ZERO
        row.largest = max(row.largest, declared or ZERO)
    _add_decisions(of_line, members)
    for cluster, band in _bands(round).items():
        if cluster in rows:
            rows[cluster].band = band
    return sorted(rows.values(), key=lambda r: (-r.declared, r.pk))


def _add_decisions(of_line: dict[int, ClusterRow], members: QuerySet[ClusterMember]) -> None:
    """What stands, is proposed or planned for the modules."""
    rows = Disposition.objects.filter(
        Q(state=DispositionState.LIVE) | Q(act__status__in=[ActStatus.PLANNED, ActStatus.PROPOSED]),
        line__in=members.values("line"),
    ).order_by()
    for line, state, saved, status in rows.values_list("line", "state", "saved", "act__status"):
        row = of_line[line]
        if state == DispositionState.LIVE:
            row.decided += 1
            row.saved += saved
            row.is_contested |= status == ActStatus.CONTESTED
        else:
            row.is_proposed |= status == ActStatus.PROPOSED
            row.has_plan |= status == ActStatus.PLANNED


def _bands(round: Round) -> dict[int, str]:
    """The sharpest band in each cluster: among its modules, or to what runs already."""
    inside = Q(other_line__isnull=True) | Q(
        other_line__cluster_membership__cluster=F("line__cluster_membership__cluster")
    )
    rows = Finding.objects.filter(inside, line__cluster_membership__cluster__round=round).order_by()
    sharpest: dict[int, str] = {}
    for cluster, band in rows.values_list("line__cluster_membership__cluster", "band").distinct():
        known = sharpest.get(cluster, band)
        sharpest[cluster] = min(known, band, key=lambda one: SHARPEST.index(Band(one)))
    return sharpest


@dataclass(frozen=True)
class Wanted:
    """Which clusters, in which order."""

    state: str = WAITING
    department: int | None = None
    words: str = ""
    sort: str = "declared"


def choose(rows: Iterable[ClusterRow], wanted: Wanted) -> list[ClusterRow]:
    """The clusters that a person wants to walk through."""
    words = wanted.words.split()[:12]
    named: set[int] | None = None
    if words:
        named = set(_named(words).values_list("pk", flat=True))
    keys = {
        "declared": lambda r: (-r.declared, r.pk),
        "saving": lambda r: (-r.saving, -r.declared, r.pk),
        "likeness": lambda r: (SHARPEST.index(Band(r.band)) if r.band else 9, -r.declared, r.pk),
    }
    found = [
        row
        for row in rows
        if row.state == wanted.state
        and (wanted.department is None or wanted.department in row.departments)
        and (named is None or row.pk in named)
    ]
    return sorted(found, key=keys[wanted.sort])


def _named(words: list[str]) -> QuerySet[Cluster]:
    """Clusters in whose name, or in the name of whose modules, every word stands."""
    found = Cluster.objects.all()
    for word in words:
        by_word = Cluster.objects.filter(Q(name__icontains=word) | Q(members__line__name__icontains=word))
        found = found.filter(pk__in=by_word.values("pk"))
    return found


def open_outside(round: Round) -> QuerySet[Line]:
    """Open lines of the round that stand in no cluster: modules and other cost items."""
    decided = Disposition.objects.live().filter(line__application__round=round).values("line")
    rows = Line.objects.of_round(round).under_way().filter(cluster_membership__isnull=True)
    return rows.exclude(pk__in=decided)


def single_rows(round: Round, wanted: Wanted) -> list[SingleRow]:
    """Applications with open lines in no cluster, biggest money first."""
    rows = open_outside(round)
    if wanted.department is not None:
        rows = rows.filter(application__department=wanted.department)
    for word in wanted.words.split()[:12]:
        named = Q(name__icontains=word) | Q(number__icontains=word) | Q(lines__name__icontains=word)
        rows = rows.filter(application__in=Application.objects.filter(named).values("pk"))
    place = Coalesce(NullIf("application__department__short_name", Value("")), "application__department__name")
    columns = ("application", "application__number", "application__name", "place")
    counted = (
        rows.order_by()
        .annotate(place=place)
        .values_list(*columns)
        .annotate(
            open_lines=Count("pk"),
            open_declared=total("declared"),
            open_unknown=Count("pk", filter=Q(declared__isnull=True)),
        )
    )
    return sorted((SingleRow(*row) for row in counted), key=lambda row: (-row.declared, row.number))


def progress(round: Round, rows: Iterable[ClusterRow]) -> Progress:
    """Where the round stands; amounts of all its submitted lines."""
    rows = list(rows)
    counts = {state: sum(row.state == state for row in rows) for state in (WAITING, PROPOSED, CONFIRMED)}
    submitted = Line.objects.filter(application__round=round, application__submitted_at__isnull=False)
    pending = Disposition.objects.filter(act__status=ActStatus.PROPOSED, line__application__round=round)
    proposed = pending.aggregate(sum=total("line__declared"))["sum"]
    saving = sum((row.saving for row in rows if row.state == WAITING), ZERO)
    standings = list(stand(submitted))
    clustered: set[int] = set().union(*(row.lines for row in rows))
    outside = (one for one in standings if one.line not in clustered and not one.is_decided)
    single = len({one.application for one in outside if one.status in UNDER_WAY})
    return Progress(counts, single, total_of(standings), proposed, saving)


def unclustered(round: Round, words: str) -> QuerySet[Line]:
    """Submitted modules of the round that stand in no cluster, biggest money first."""
    rows = Line.objects.of_round(round).under_way().modules().filter(cluster_membership__isnull=True)
    for word in words.split()[:12]:
        rows = rows.filter(
            Q(name__icontains=word) | Q(description__icontains=word) | Q(application__department__name__icontains=word)
        )
    return rows.select_related("application__department").order_by(F("declared").desc(nulls_last=True), "pk")
