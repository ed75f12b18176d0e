"""What the catalog is worth: by capability who uses it, what it saved, and which modules of one's own it would serve.

Only what the person may see is counted: of other departments' running applications nothing, not even a number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q

from catalog.models import Capability
from common.money import ZERO, total
from governance.models import User
from governance.states import Role
from projects.states import EDITABLE, UNDER_WAY
from reviews.models import CapabilityRequest, Disposition, Finding
from reviews.models.requests import CapabilityRequestQuerySet
from reviews.states import Band, DispositionKind, Pool, RequestStatus

DEPARTMENT = frozenset({Role.CLERK, Role.LEADER})


@dataclass
class Reuse:
    """Of one capability."""

    pk: int
    name: str
    uses: int = 0
    departments: int = 0
    saved: Decimal = ZERO
    modules: int = 0
    fitting: int = 0

    @property
    def is_known(self) -> bool:
        return bool(self.uses or self.saved or self.fitting)


@dataclass(frozen=True)
class Worth:
    """Of the whole catalog; `own` are the uses of one's own department, None for those who have none."""

    rows: list[Reuse] = field(default_factory=list)
    uses: int = 0
    departments: int = 0
    saved: Decimal = ZERO
    modules: int = 0
    own: int | None = None
    waiting: int = 0


def worth(user: User) -> Worth:
    """Every capability in the catalog, in its order: five queries."""
    rows = {
        pk: Reuse(pk, name)
        for pk, name in Capability.objects.visible_to(user).published().order_by("code").values_list("pk", "name")
    }
    granted = _granted(user)
    for pk, uses, departments in (
        granted.order_by()
        .values_list("capability")
        .annotate(uses=Count("pk"), departments=Count("department", distinct=True))
    ):
        if pk in rows:
            rows[pk].uses, rows[pk].departments = uses, departments
    _add_savings(rows, user)
    _add_fitting(rows, user)
    acting = user.acting
    is_department = acting is not None and acting.role in DEPARTMENT
    mine = Q(department=acting.department_id if acting else None)
    whole = granted.order_by().aggregate(departments=Count("department", distinct=True), own=Count("pk", filter=mine))
    waiting = CapabilityRequest.objects.visible_to(user).filter(mine, status=RequestStatus.ASKED)
    return Worth(
        rows=list(rows.values()),
        uses=sum(row.uses for row in rows.values()),
        departments=whole["departments"],
        saved=sum((row.saved for row in rows.values()), ZERO),
        modules=sum(row.modules for row in rows.values()),
        own=whole["own"] if is_department else None,
        waiting=waiting.count() if is_department else 0,
    )


def _granted(user: User) -> CapabilityRequestQuerySet:
    """Uses that run: those whose request the person sees, and those of systems, which everybody may know."""
    rows = CapabilityRequest.objects.filter(status=RequestStatus.GRANTED)
    seen = CapabilityRequest.objects.visible_to(user).order_by().values("pk")
    return rows.filter(Q(pk__in=seen) | Q(system__isnull=False))


def _add_savings(rows: dict[int, Reuse], user: User) -> None:
    """What modules that the person sees no longer cost because a capability serves them."""
    lines = CapabilityRequest.objects.visible_to(user).order_by().values("line")
    live = Disposition.objects.live().filter(kind=DispositionKind.STRIP, line__in=lines)
    by_capability = live.order_by().values_list("capability").annotate(saved=total("saved"), modules=Count("pk"))
    for pk, saved, modules in by_capability:
        if pk in rows:
            rows[pk].saved, rows[pk].modules = saved, modules


def _add_fitting(rows: dict[int, Reuse], user: User) -> None:
    """Modules of one's own department that are being written or reviewed, and that the machine finds alike."""
    acting = user.acting
    if acting is None or acting.role not in DEPARTMENT:
        return
    found = Finding.objects.filter(
        pool=Pool.CATALOG,
        band__in=[Band.LIKELY, Band.LOOK],
        capability__isnull=False,
        line__catalog_answer="",
        line__application__department=acting.department_id,
        line__application__status__in=[*EDITABLE, *UNDER_WAY],
    )
    for pk, fitting in found.order_by().values_list("capability").annotate(n=Count("line", distinct=True)):
        if pk in rows:
            rows[pk].fitting = fitting
