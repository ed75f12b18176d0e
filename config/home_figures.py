"""The figures of a role on "My work", and the picture beside them: where a department's money goes, how far reviews are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from catalog.models import System
from catalog.queries.inventory import InventoryFigures
from catalog.queries.inventory import figures as inventory_figures
from governance.models import User
from projects.models import Application, Line
from projects.states import UNDER_WAY, ApplicationStatus, CatalogAnswer
from reviews.models import Disposition
from reviews.queries.clock import Clock, clocks
from reviews.queries.standing import Parts, grouped, stand, total_of

SHOWN = 6  # rows of a picture
SOON = 3  # working days from which a term presses
ORDER = (ApplicationStatus.SUBMITTED, ApplicationStatus.CORRECTION, ApplicationStatus.CONSOLIDATION)


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


def own_figures(user: User, round: int) -> OwnFigures:
    """For a clerk or leader."""
    rows = Application.objects.visible_to(user).filter(round=round)
    lines = Line.objects.filter(application__in=rows.order_by().values("pk"))
    standings = list(stand(lines))
    by_application = grouped(standings, "application")
    named = rows.in_bulk(list(by_application))
    shares = [Share(named[pk].number, named[pk].name, parts) for pk, parts in by_application.items() if parts.declared]
    shares.sort(key=lambda share: -share.parts.declared)
    own = System.objects.visible_to(user).filter(owner=user.acting.department_id)  # type: ignore[union-attr]
    return OwnFigures(
        parts=total_of(standings),
        shares=shares[:SHOWN],
        chosen=lines.filter(catalog_answer=CatalogAnswer.USE).count(),
        inventory=inventory_figures(own, timezone.localdate()),
    )


def review_figures(user: User, round: int) -> ReviewFigures:
    """For those who judge."""
    rows = Application.objects.visible_to(user).filter(round=round)
    lines = Line.objects.filter(application__in=rows.order_by().values("pk"))
    live = Disposition.objects.live().filter(line=OuterRef("pk"))
    modules = lines.filter(kind="module", application__status__in=UNDER_WAY).aggregate(
        every=Count("pk"), open=Count("pk", filter=~Q(Exists(live)))
    )
    under_way = list(rows.filter(status__in=UNDER_WAY, determined__isnull=True).select_related("round", "determined"))
    times = clocks(under_way)
    return ReviewFigures(
        modules=modules["every"],
        open_modules=modules["open"],
        parts=total_of(stand(lines)),
        stages=[_stage(status, under_way, times) for status in ORDER],
        clocks=list(times.values()),
    )


def _stage(status: ApplicationStatus, rows: Iterable[Application], times: dict[int, Clock]) -> Stage:
    found = [times[row.pk] for row in rows if row.status == status]
    over = sum(clock.is_over for clock in found)
    soon = sum(clock.state == "running" and 0 <= clock.left <= SOON for clock in found)
    return Stage(str(status.label), len(found) - over - soon, soon, over)
