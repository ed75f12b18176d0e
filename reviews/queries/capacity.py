"""How much of a capability is granted, asked for and free, and who uses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from catalog.models import Capability
from common.money import total
from governance.models import User
from reviews.models import CapabilityRequest, Disposition
from reviews.states import DispositionKind, RequestStatus

GRANTED = Q(requests__status=RequestStatus.GRANTED)
ASKED = Q(requests__status=RequestStatus.ASKED)


@dataclass(frozen=True)
class Capacity:
    """Of one capability; `capacity` None is unknown or without limit. A request that says no quota asks for one."""

    name: str
    capacity: int | None
    unit: str
    granted: int
    asked: int
    waiting: int

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else max(self.capacity - self.granted, 0)

    @property
    def shortage(self) -> str:
        """Why a further request may have to wait; empty when there is room, or no limit."""
        if self.free is None:
            return ""
        words = {"name": self.name, "capacity": self.amount(self.capacity), "free": self.amount(self.free)}
        words |= {"asked": self.amount(self.asked)}
        if self.free == 0 and not self.asked:
            return _("“%(name)s” is full: all of its %(capacity)s are granted.") % words
        if self.free == 0:
            return (
                _("“%(name)s” is full: all of its %(capacity)s are granted, and %(asked)s more are asked for.") % words
            )
        if self.free < self.asked:
            return _("“%(name)s” is short: %(free)s of %(capacity)s are free, and %(asked)s are asked for.") % words
        return ""

    def amount(self, number: int | None) -> str:
        """A number in the unit of the capability."""
        return f"{number} {self.unit}".strip()


def capacities(capabilities: Iterable[int | None]) -> dict[int, Capacity]:
    """Of these capabilities, by key: one query for all."""
    pks = {pk for pk in capabilities if pk is not None}
    if not pks:
        return {}
    rows = (
        Capability.objects.filter(pk__in=pks)
        .order_by("code")
        .annotate(
            granted=Coalesce(Sum("requests__quota", filter=GRANTED), Value(0)),
            asked=Coalesce(Sum(Coalesce("requests__quota", Value(1)), filter=ASKED), Value(0)),
            waiting=Count("requests", filter=ASKED),
        )
        .values_list("pk", "name", "capacity", "capacity_unit", "granted", "asked", "waiting")
    )
    return {pk: Capacity(*figures) for pk, *figures in rows}


def capacity_of(capability: Capability) -> Capacity:
    """Of one capability."""
    return capacities([capability.pk])[capability.pk]


def shortages(capabilities: Iterable[int | None]) -> dict[int, str]:
    """Why requests for these may have to wait, by the capability; those with room are left out."""
    return {pk: found.shortage for pk, found in capacities(capabilities).items() if found.shortage}


@dataclass(frozen=True)
class Use:
    """Who uses a capability for what; `request` and `quota` only where the person sees the request itself."""

    department: str
    what: str
    request: int | None = None
    amount: str = ""


def uses(capability: Capability, user: User) -> list[Use]:
    """What was granted: running systems are open to everybody, applications to those who see the request."""
    rows = CapabilityRequest.objects.filter(capability=capability, status=RequestStatus.GRANTED)
    seen = set(rows.visible_to(user).values_list("pk", flat=True))
    shown = rows.filter(Q(pk__in=seen) | Q(system__isnull=False))
    unit = capability.capacity_unit
    return [
        Use(
            department=str(row.department),
            what=str(row.purpose_record),
            request=row.pk if row.pk in seen else None,
            amount=f"{row.quota} {unit}".strip() if row.pk in seen else "",
        )
        for row in shown.select_related("department", "system", "application").order_by("department__code", "pk")
    ]


def saved_by(capability: Capability, user: User) -> tuple[Decimal, int]:
    """What modules that the person sees, and that this capability serves instead, no longer cost; and how many."""
    lines = CapabilityRequest.objects.visible_to(user).filter(capability=capability).values("line")
    live = Disposition.objects.live().filter(kind=DispositionKind.STRIP, capability=capability, line__in=lines)
    found = live.aggregate(saved=total("saved"), modules=Count("pk"))
    return found["saved"], found["modules"]
