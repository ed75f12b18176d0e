"""The inventory in figures, and signals of systems that nobody needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Avg, Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import System
from catalog.models.system import IDLE_DAYS, SystemQuerySet, is_idle, is_to_attest
from catalog.states import RUNS, SystemStatus
from common.money import total

LOW = 80  # per cent of completeness below which an entry asks for attention
HIGH = 90


@dataclass(frozen=True)
class InventoryFigures:
    """What the systems of a scope come to. Costs are those that are known; `unknown_cost` counts the others."""

    systems: int
    running: int
    stopped: int
    completeness: int
    low: int
    to_attest: int
    idle: int
    idle_cost: Decimal
    fate_open: int
    yearly_cost: Decimal
    unknown_cost: int

    @property
    def fate_decided(self) -> int:
        return self.systems - self.fate_open


def figures(rows: SystemQuerySet, today: date) -> InventoryFigures:
    """One line of figures over a scope of systems whose inside may be seen."""
    idle = is_idle(today)
    found = rows.with_completeness().aggregate(
        systems=Count("pk"),
        running=Count("pk", filter=Q(status__in=RUNS)),
        stopped=Count("pk", filter=Q(status=SystemStatus.STOPPED)),
        mean=Avg("filled_percent"),
        low=Count("pk", filter=Q(filled_percent__lt=LOW)),
        fate_open=Count("pk", filter=Q(planned_fate="")),
        yearly_cost=total("yearly_operating_cost"),
        unknown_cost=Count("pk", filter=Q(yearly_operating_cost__isnull=True)),
        idle=Count("pk", filter=idle),
        idle_cost=total("yearly_operating_cost", filter=idle),
        to_attest=Count("pk", filter=is_to_attest(today.year)),
    )
    completeness = round(found.pop("mean") or 0)
    return InventoryFigures(completeness=completeness, **found)


def yearly_cost(rows: SystemQuerySet) -> Decimal:
    """Σ of the yearly operating costs that are known."""
    return rows.order_by().aggregate(sum=total("yearly_operating_cost"))["sum"]


def signals(system: System, today: date) -> list[str]:
    """Facts that ask whether the system is still needed, in words (the same as `SystemQuerySet.idle`)."""
    found = []
    if system.status in RUNS and system.last_used_on and (today - system.last_used_on).days > IDLE_DAYS:
        months = (today - system.last_used_on).days // 30
        found.append(ngettext("not used for %(n)s month", "not used for %(n)s months", months) % {"n": months})
    if system.status in RUNS and system.monthly_active_users == 0:
        found.append(_("no active users"))
    if system.status == SystemStatus.STOPPED and (system.yearly_operating_cost or 0) > 0:
        found.append(_("stopped and still paid for"))
    return found


def missing(system: System) -> list[str]:
    """The names of the expected fields that are empty."""
    return [str(System._meta.get_field(name).verbose_name) for name in system.unfilled]  # type: ignore[union-attr]


@dataclass(frozen=True)
class InventoryRow:
    """One system as the inventory shows it to those who see its inside."""

    system: System
    completeness: int
    tone: str  # of the meter: low asks for attention, high is nearly whole
    is_attested: bool
    signals: tuple[str, ...]


def row_of(system: System, today: date) -> InventoryRow:
    """What an entry says about itself, without a query."""
    percent = system.completeness
    tone = "low" if percent < LOW else "high" if percent >= HIGH else ""
    return InventoryRow(system, percent, tone, system.is_attested_in(today.year), tuple(signals(system, today)))
