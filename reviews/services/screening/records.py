"""What is compared: modules, functions of running systems and capabilities, as records of the engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import F, Q, QuerySet

from catalog.models import Capability, SystemFunction
from catalog.states import ENDED as ENDED_SYSTEMS
from governance.models import Jurisdiction, Round
from matching.records import Record
from projects.models import Application, Line
from projects.states import ENDED, ApplicationKind, LineKind
from reviews.queries.texts import of_capability, of_system
from reviews.states import Pool

POOLS = tuple(pool.value for pool in Pool)
OPERATED = "operated"  # a pool that nothing is looked for in: systems that applications only operate
EXISTING = (Pool.SYSTEMS.value, Pool.CATALOG.value)
Share = tuple[int, int]  # the n-th of so many parts


def everything(round: Round) -> list[Record]:
    """All that the modules of a round are compared with, and what is compared itself."""
    roots = _roots(round.jurisdiction_id)
    return [*_subjects(_submitted().filter(application__round=round), Pool.ROUND, roots), *beside(round)]


def beside(round: Round, share: Share = (0, 1)) -> Iterator[Record]:
    """What the modules of a round are compared with beyond the round, or one share of it."""
    place, shares = share
    roots = _roots(round.jurisdiction_id)

    def part(rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.annotate(share=F("pk") % shares).filter(share=place)

    yield from _modules(part(_earlier(round)), Pool.EARLIER, roots)
    yield from existing(round.jurisdiction_id, part)


def among(
    round: Round, lines: Collection[int], functions: Collection[int], capabilities: Collection[int]
) -> list[Record]:
    """Of these, what the modules of a round are compared with."""
    roots = _roots(round.jurisdiction_id)
    mine = _submitted().filter(pk__in=lines, application__round=round)
    earlier = _earlier(round).filter(pk__in=lines)
    modules = [*_modules(mine, Pool.ROUND, roots), *_modules(earlier, Pool.EARLIER, roots)]
    return [*modules, *existing_among(round.jurisdiction_id, functions, capabilities)]


def existing_among(jurisdiction: int, functions: Collection[int], capabilities: Collection[int]) -> list[Record]:
    """Of these, what the jurisdiction still has; the capabilities are of a catalog that it may use."""
    mine = functions_of(jurisdiction).filter(pk__in=functions)
    return [*_functions(mine), *_capabilities(Capability.objects.published().filter(pk__in=capabilities))]


def of_applications(applications: Iterable[int], jurisdiction: int) -> dict[str, Record]:
    """What is compared of these applications, in the words of now."""
    rows = _submitted().filter(application__in=list(applications))
    return {record.id: record for record in _subjects(rows, Pool.ROUND, _roots(jurisdiction))}


def existing(jurisdiction: int, part: Any = lambda rows: rows) -> Iterator[Record]:
    """What the jurisdiction has: the functions of its running systems, and the catalog that it may use."""
    yield from _functions(part(functions_of(jurisdiction)))
    yield from _capabilities(part(catalog_of(jurisdiction)))


def functions_of(jurisdiction: int) -> QuerySet[SystemFunction]:
    """Functions of the systems that are planned, built or run here."""
    rows = SystemFunction.objects.filter(system__owner__jurisdiction=jurisdiction)
    return rows.exclude(system__status__in=ENDED_SYSTEMS).order_by("pk")


def catalog_of(jurisdiction: int) -> QuerySet[Capability]:
    """What departments of a jurisdiction may choose from: its own catalog, and those of the places above it."""
    above = Jurisdiction.objects.ancestors(jurisdiction, include_self=True)
    return Capability.objects.published().filter(jurisdiction__in=[one.pk for one in above]).order_by("pk")


def _submitted() -> QuerySet[Line]:
    rows = Line.objects.filter(application__submitted_at__isnull=False)
    return rows.exclude(application__status__in=ENDED).order_by("pk")


def _earlier(round: Round) -> QuerySet[Line]:
    """Lines of earlier years and batches: projects under way, and what was asked for before."""
    before = Q(application__round__year__lt=round.year)
    before |= Q(application__round__year=round.year, application__round__batch__lt=round.batch)
    return _submitted().filter(before, application__round__jurisdiction=round.jurisdiction_id)


def _subjects(rows: QuerySet[Line], pool: Pool, roots: dict[int, int]) -> Iterator[Record]:
    yield from _modules(rows, pool, roots)
    yield from _operated(rows)


def _modules(rows: QuerySet[Line], pool: Pool, roots: dict[int, int]) -> Iterator[Record]:
    columns = ("pk", "application_id", "name", "description", "application__department_id", "declared")
    for pk, application, name, description, department, declared in rows.filter(kind=LineKind.MODULE).values_list(
        *columns
    ):
        # an application and what it renews are one project: that pair is not a duplicate
        project = f"application-{roots.get(application, application)}"
        yield Record(f"line-{pk}", project, name, description, str(department), declared, pool.value)


def _operated(rows: QuerySet[Line]) -> Iterator[Record]:
    """An application for operation has no modules: the system that it names is what is compared."""
    rows = rows.filter(application__kind=ApplicationKind.OPERATION, application__system__isnull=False)
    rows = rows.exclude(application__lines__kind=LineKind.MODULE).order_by("application", "sequence")
    rows = rows.select_related("application__system").prefetch_related("application__system__functions")
    rows = rows.only(
        "declared", "application__department", "application__system__name", "application__system__description"
    )
    first: dict[int, Line] = {}
    for line in rows:
        first.setdefault(line.application_id, line)
    for line in first.values():
        application, system = line.application, line.application.system
        assert system is not None
        text = of_system(system)
        department, project = str(application.department_id), f"system-{system.pk}"
        yield Record(f"line-{line.pk}", project, *text, department, line.declared, OPERATED)


def _functions(rows: QuerySet[SystemFunction]) -> Iterator[Record]:
    columns = ("pk", "system_id", "name", "description", "system__owner_id")
    for pk, system, name, description, owner in rows.values_list(*columns):
        yield Record(f"function-{pk}", f"system-{system}", name, description, str(owner), pool=Pool.SYSTEMS.value)


def _capabilities(rows: QuerySet[Capability]) -> Iterator[Record]:
    columns = ("pk", "built_by__application_id", "name", "services_offered", "built_centrally", "keywords")
    for pk, builder, *words in rows.values_list(*columns):
        # the application that builds a capability does not duplicate it
        project = f"application-{builder}" if builder else f"capability-{pk}"
        yield Record(f"capability-{pk}", project, *of_capability(*words), pool=Pool.CATALOG.value)


def _roots(jurisdiction: int) -> dict[int, int]:
    """For each application that renews another one, the first of that row."""
    rows = Application.objects.filter(round__jurisdiction=jurisdiction, renews__isnull=False)
    renews = dict(rows.values_list("pk", "renews_id"))
    found = {}
    for application in renews:
        root, seen = application, {application}
        while root in renews and renews[root] not in seen:
            root = renews[root]
            seen.add(root)
        found[application] = root
    return found
