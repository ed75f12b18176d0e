"""Which value of a parameter counts, for whom and on which day; and how it came about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from governance.models import Jurisdiction, PolicyParameter
from governance.policies import DEFAULT_PACK, PARAMETERS, Parameter, Shape, Topic, Words
from governance.states import Origin

Place = Jurisdiction | int | None


@dataclass(frozen=True)
class InForce:
    """The value that counts, and where it is from."""

    parameter: Parameter
    value: Any
    origin: Origin
    document: Words
    clause: Words
    is_verified: bool
    valid_from: date | None = None
    valid_to: date | None = None
    pk: int | None = None

    @property
    def words(self) -> str:
        """The value without its unit, as people write it."""
        if self.parameter.shape is Shape.SCORES:
            return " · ".join(f"{label} {self.value[part]}" for part, label in (self.parameter.parts or {}).items())
        return f"{self.value.normalize():f}" if isinstance(self.value, Decimal) else str(self.value)

    @property
    def is_money(self) -> bool:
        return self.parameter.shape is Shape.MONEY


@dataclass(frozen=True)
class OfTopic:
    topic: Topic
    rows: list[InForce]


def policy(key: str, jurisdiction: Place = None, day: date | None = None) -> Any:
    """The value of a parameter: the jurisdiction's own, else the default pack's, else the default.

    `int`, `Decimal` or a mapping of parts, as its type says (governance.policies). One query.
    """
    return in_force([key], jurisdiction, day)[0].value


def in_force(keys: Iterable[str], jurisdiction: Place = None, day: date | None = None) -> list[InForce]:
    """What counts for several parameters, in their order. One query."""
    wanted = [PARAMETERS[key] for key in keys]
    best = _best_rows([p.key for p in wanted], jurisdiction, day or timezone.localdate())
    return [_resolve(parameter, best.get(parameter.key)) for parameter in wanted]


def by_topic(jurisdiction: Place, day: date | None = None) -> list[OfTopic]:
    """Every parameter with the value that counts, for the page."""
    rows = in_force(PARAMETERS, jurisdiction, day)
    return [OfTopic(topic, [row for row in rows if row.parameter.topic == topic]) for topic in Topic]


def history(key: str, jurisdiction: Place) -> list[InForce]:
    """All values of the jurisdiction and of the default pack, the newest first."""
    rows = PolicyParameter.objects.filter(_for(jurisdiction), key=key)
    return [_resolve(PARAMETERS[key], row) for row in rows.order_by("-valid_from", "-pk")]


def _for(jurisdiction: Place) -> Q:
    pk = jurisdiction.pk if isinstance(jurisdiction, Jurisdiction) else jurisdiction
    return Q(jurisdiction__isnull=True) | Q(jurisdiction=pk)


def _best_rows(keys: list[str], jurisdiction: Place, day: date) -> dict[str, PolicyParameter]:
    """The jurisdiction's own goes before the pack's; among both the one that began last."""
    rows = PolicyParameter.objects.filter(_for(jurisdiction), key__in=keys).valid_on(day)
    ordered = rows.order_by(F("jurisdiction").asc(nulls_first=True), "valid_from")
    return {row.key: row for row in ordered}


def _resolve(parameter: Parameter, row: PolicyParameter | None) -> InForce:
    if row is None:
        return InForce(parameter, parameter.default, Origin.BUILT_IN, DEFAULT_PACK, parameter.clause, False)
    return InForce(
        parameter=parameter,
        value=parameter.read(row.value),
        origin=Origin.OWN if row.jurisdiction_id else Origin.PACK,
        document=row.source_document,
        clause=row.clause,
        is_verified=row.is_verified,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        pk=row.pk,
    )
