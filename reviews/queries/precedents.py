"""What was decided before about modules that are like these: advice for whoever decides now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from common.money import ZERO
from projects.models import Line
from reviews.models import Disposition, Finding
from reviews.states import Band, DispositionKind, Pool

MOST = 4  # told one by one; the sums count them all


@dataclass(frozen=True)
class Precedent:
    """One module of an earlier round that seems alike, and what became of it."""

    name: str
    department: str
    application: str
    kind: str
    act: int
    number: str
    declared: Decimal
    own: Decimal


@dataclass(frozen=True)
class Precedents:
    """The precedents of a case: how often which disposition, how much was left, and some of them."""

    kinds: list[tuple[str, int]]
    rows: list[Precedent]
    count: int
    declared: Decimal
    own: Decimal

    @property
    def share(self) -> int:
        """How much of what was declared the departments' own projects kept, in hundredths."""
        return int(self.own * 100 / self.declared) if self.declared else 0


def precedents(lines: Iterable[Line]) -> Precedents:
    """Standing decisions on modules of earlier rounds that are likely the same as these; one query."""
    rows = [_precedent(d) for d in _decided(lines)]
    kinds = Counter(row.kind for row in rows)
    order = {kind: at for at, kind in enumerate(DispositionKind)}
    return Precedents(
        kinds=sorted(kinds.items(), key=lambda one: (-one[1], order[DispositionKind(one[0])])),
        rows=rows[:MOST],
        count=len(rows),
        declared=sum((row.declared for row in rows), ZERO),
        own=sum((row.own for row in rows), ZERO),
    )


def _decided(lines: Iterable[Line]) -> QuerySet[Disposition]:
    alike = Finding.objects.filter(line__in=list(lines), pool=Pool.EARLIER, band=Band.LIKELY)
    live = Disposition.objects.live().filter(line__in=alike.values("other_line"))
    return live.select_related("act", "line__application__department").order_by("-line__declared", "pk")


def _precedent(d: Disposition) -> Precedent:
    application = d.line.application
    return Precedent(
        d.line.name, str(application.department), application.number, d.kind, d.act_id, d.act.number,
        d.line.declared or ZERO, d.own,
    )  # fmt: skip
