"""What of a jurisdiction stands on shelves, and what changed there: modules, functions of systems, the catalog.

Each kind of thing is a part of a whole whose version rises with every change: an application, a system, a capability.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum

from catalog.models import Capability, System
from catalog.states import ENDED as ENDED_SYSTEMS
from common.models import Governed
from matching.records import Record
from projects.models import Application, Line
from reviews.queries.texts import of_capability
from reviews.services.screening import records

LINES, FUNCTIONS, CATALOG, SERVICES = "lines", "functions", "catalog", "services"
COMPARED = (LINES, FUNCTIONS, CATALOG)  # services are only searched
WHOLE = {LINES: "applications", FUNCTIONS: "systems", CATALOG: "capabilities", SERVICES: "capabilities"}
KINDS = {LINES: "line", FUNCTIONS: "function", CATALOG: "capability", SERVICES: "capability"}
MANY = 1000  # services of one capability, at most
BATCH = 500  # wholes in one question to the database

Marks = dict[str, dict[int, int]]
Sums = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A text as the database has it, and what it is a part of. Not counted is what stands on another shelf too."""

    id: int
    owner: int
    name: str
    description: str
    is_counted: bool = True

    @property
    def record(self) -> Record:
        return Record(str(self.id), "", self.name, self.description)


def sums() -> Sums:
    """Other figures whenever anything changed, here or in another place: told without looking whose it is."""
    of = (Count("pk"), Sum("version"), Max("pk"), Max("updated_at"))
    return tuple(value for kind in (Application, System, Capability) for value in _sums(kind, of))


def _sums(kind: type[Governed], of: Sequence[Any]) -> Iterable[object]:
    return kind._default_manager.order_by().aggregate(*of).values()


def marks(jurisdiction: int) -> Marks:
    """By name and key of a whole, a number that is another one after each change."""
    return {
        name: {pk: _mark(version, at) for pk, version, at in rows.order_by().values_list("pk", "version", "updated_at")}
        for name, rows in _wholes(jurisdiction).items()
    }


def rows(shelf: str, jurisdiction: int, wholes: Collection[int] | None = None) -> Iterator[Row]:
    """What belongs on a shelf; of these wholes, or of all."""
    if wholes is None:
        yield from _READERS[shelf](jurisdiction, {})
        return
    wanted = sorted(wholes)
    for start in range(0, len(wanted), BATCH):
        yield from _READERS[shelf](jurisdiction, {f"{_OWNERS[shelf]}__in": wanted[start : start + BATCH]})


def count(jurisdiction: int) -> int:
    """How many modules, functions and capabilities there are."""
    found = (
        Line.objects.modules().filter(application__round__jurisdiction=jurisdiction),
        records.functions_of(jurisdiction),
        records.catalog_of(jurisdiction),
    )
    return sum(rows.order_by().count() for rows in found)


def key(shelf: str, id: int) -> str:
    """What the screening calls it."""
    return f"{KINDS[shelf]}-{id // MANY if shelf == SERVICES else id}"


def _wholes(jurisdiction: int) -> dict[str, QuerySet[Any]]:
    return {
        "applications": Application.objects.filter(round__jurisdiction=jurisdiction),
        "systems": System.objects.filter(owner__jurisdiction=jurisdiction).exclude(status__in=ENDED_SYSTEMS),
        "capabilities": records.catalog_of(jurisdiction),
    }


def _mark(version: int, at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1009 + version


def _lines(jurisdiction: int, some: dict[str, Any]) -> Iterable[Row]:
    found = Line.objects.modules().filter(application__round__jurisdiction=jurisdiction, **some).order_by("pk")
    for pk, application, name, description in _values(found, ("pk", "application_id", "name", "description")):
        yield Row(pk, application, name, description)


def _functions(jurisdiction: int, some: dict[str, Any]) -> Iterable[Row]:
    found = records.functions_of(jurisdiction).filter(**some)
    for pk, system, name, description in _values(found, ("pk", "system_id", "name", "description")):
        yield Row(pk, system, name, description)


def _capabilities(jurisdiction: int, some: dict[str, Any]) -> Iterable[Row]:
    found = records.catalog_of(jurisdiction).filter(**some)
    for pk, *words in _values(found, ("pk", "name", "services_offered", "built_centrally", "keywords")):
        yield Row(pk, pk, *of_capability(*words))


def _services(jurisdiction: int, some: dict[str, Any]) -> Iterable[Row]:
    """What a capability offers, line by line: a question means one service, not the whole entry."""
    found = records.catalog_of(jurisdiction).filter(**some)
    for pk, *texts in _values(found, ("pk", "services_offered", "built_centrally")):
        for number, line in enumerate("\n".join(texts).splitlines()[:MANY]):
            yield Row(pk * MANY + number, pk, line.strip(), "", is_counted=False)


def _values(found: QuerySet[Any, Any], columns: tuple[str, ...]) -> Iterator[Any]:
    return found.values_list(*columns).iterator(2000)


_READERS = {LINES: _lines, FUNCTIONS: _functions, CATALOG: _capabilities, SERVICES: _services}
_OWNERS = {LINES: "application", FUNCTIONS: "system", CATALOG: "pk", SERVICES: "pk"}
