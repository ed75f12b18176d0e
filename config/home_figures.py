"""The figures of a role on "My work", and the picture beside them: where a department's money goes, how far reviews are."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from catalog.models import System
from catalog.queries.inventory import InventoryFigures
from catalog.queries.inventory import figures as inventory_figures
from common.money import total
from governance.models import User
from projects.models import Application, Line
from projects.states import UNDER_WAY, ApplicationStatus, CatalogAnswer, LineKind
from reviews.queries.clock import Clock, clocks
from reviews.queries.standing import Parts, grouped, stand, total_of

SHOWN = 6  # rows of a picture
SOON = 3  # working days from which a term presses
ORDER = (ApplicationStatus.SUBMITTED, ApplicationStatus.CORRECTION, ApplicationStatus.CONSOLIDATION)


@dataclass(frozen=True)
class Counted:
    """An application of a round with what is counted of its lines, read once for all figures."""

    pk: int
    number: str
    name: str
    status: str
    determined: int | None
    declared: Decimal
    unknown: int
    chosen: int


@dataclass(frozen=True)
class Share:
    """Where the money of one application stands."""

    number: str
    name: str
    parts: Parts


@dataclass(frozen=True)
class OwnFigures:
    """What a department's applications of a round have come to, and how its inventory stands."""

    parts: Parts
    shares: list[Share]
    chosen: int
    inventory: InventoryFigures

    @property
    def is_decided(self) -> bool:
        return bool(self.parts.own or self.parts.transferred or self.parts.saved_total)

    @property
    def cut_percent(self) -> str:
        """How much of what is decided the department does not get."""
        decided = self.parts.own + self.parts.transferred + self.parts.saved_total
        return percent(decided - self.parts.own, decided)


@dataclass(frozen=True)
class Stage:
    """How many applications are in a stage, by what is left of their terms."""

    label: str
    in_time: int
    soon: int
    over: int

    @property
    def number(self) -> int:
        return self.in_time + self.soon + self.over


@dataclass(frozen=True)
class ReviewFigures:
    """How far the review of a round is: modules without a decision, money, clocks."""

    modules: int
    open_modules: int
    parts: Parts
    stages: list[Stage]
    clocks: list[Clock]

    @property
    def moved(self) -> Decimal:
        """What is saved or built once for several."""
        return self.parts.saved_total + self.parts.transferred

    @property
    def moved_percent(self) -> str:
        return percent(self.moved, self.parts.declared)

    @property
    def done_percent(self) -> str:
        return percent(self.modules - self.open_modules, self.modules)

    @property
    def mean_days(self) -> str:
        """Net working days that the applications under review have used."""
        used = [clock.used for clock in self.clocks]
        return f"{Decimal(sum(used)) / len(used):.1f}" if used else ""

    @property
    def over(self) -> int:
        return sum(stage.over for stage in self.stages)

    @property
    def widest(self) -> int:
        return max((stage.number for stage in self.stages), default=0)


def percent(part: Decimal | int, whole: Decimal | int) -> str:
    return f"{Decimal(part) * 100 / Decimal(whole):.1f}" if whole else ""


def counted_in(user: User, round: int) -> list[Counted]:
    """The applications of the round that the person sees: one query."""
    rows = Application.objects.visible_to(user).filter(round=round).order_by()
    columns = rows.values_list("pk", "number", "name", "status", "determined").annotate(
        money=total("lines__declared"),
        gaps=Count("lines", filter=Q(lines__declared__isnull=True)),
        answers=Count("lines", filter=Q(lines__catalog_answer=CatalogAnswer.USE)),
    )
    return [Counted(*row) for row in columns]


def own_figures(user: User, round: int, rows: list[Counted]) -> OwnFigures:
    """For a clerk or leader."""
    standings = list(stand(_lines(user, round)))
    by_application = grouped(standings, "application")
    shares = [Share(row.number, row.name, by_application[row.pk]) for row in rows if row.declared]
    shares.sort(key=lambda share: -share.parts.declared)
    own = System.objects.visible_to(user).filter(owner=user.acting.department_id)  # type: ignore[union-attr]
    return OwnFigures(
        parts=total_of(standings),
        shares=shares[:SHOWN],
        chosen=sum(row.chosen for row in rows),
        inventory=inventory_figures(own, timezone.localdate()),
    )


def review_figures(user: User, round: int, rows: list[Counted]) -> ReviewFigures:
    """For those who judge."""
    standings = list(stand(_lines(user, round)))
    modules = [one for one in standings if one.kind == LineKind.MODULE and one.status in UNDER_WAY]
    seen = Application.objects.visible_to(user).filter(round=round)
    times = clocks(seen.filter(status__in=UNDER_WAY, determined__isnull=True))
    return ReviewFigures(
        modules=len(modules),
        open_modules=sum(not one.is_decided for one in modules),
        parts=total_of(standings),
        stages=[_stage(status, rows, times) for status in ORDER],
        clocks=list(times.values()),
    )


def _lines(user: User, round: int) -> QuerySet[Line]:
    rows = Application.objects.visible_to(user).filter(round=round)
    return Line.objects.filter(application__in=rows.order_by().values("pk"))


def _stage(status: ApplicationStatus, rows: list[Counted], times: dict[int, Clock]) -> Stage:
    found = [times[row.pk] for row in rows if row.status == status and row.pk in times]
    over = sum(clock.is_over for clock in found)
    soon = sum(clock.state == "running" and 0 <= clock.left <= SOON for clock in found)
    return Stage(str(status.label), len(found) - over - soon, soon, over)
