"""Searching by meaning: what of the catalog, the inventory and the modules in sight a question may mean.

Each process keeps the vectors of a jurisdiction and what they are of, and builds it anew when a version has changed.
Who asks is answered from the modules that they may see, as if there were no others.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Count, Max, Sum

from catalog.models import Capability, SystemFunction
from common.outbox import enqueue
from governance.models import User
from matching.embed import Embedder, Vectors
from matching.lookup import Shelf
from matching.reading import vectors_of
from matching.records import Prepared, Record, prepare
from matching.safely import embed_views
from matching.space import load_background
from projects.models import Application, Line
from reviews.models import Screening
from reviews.services.screening import records, vectors
from reviews.services.screening.vectors import StoredVectors

log = structlog.get_logger(__name__)

TOP = 40  # of everything: many departments may ask for the same under one name
FIRST = 1.5  # seconds that a person may wait for texts that nobody has read yet
AGAIN = 30.0  # seconds after which texts that could not be read are tried again
READ = "reviews.tasks.read_for_search"
READING = 200.0  # seconds of one task; what is left is asked for again
Version = tuple[object, ...]


@dataclass
class Nearby:
    """What a question may mean, nearest first. Without `is_complete` not everything was compared."""

    things: list[Capability | SystemFunction | Line] = field(default_factory=list)
    is_degraded: bool = False
    is_complete: bool = True


@dataclass(frozen=True)
class _Kept:
    version: Version
    shelf: Shelf
    is_complete: bool
    made_at: float


_KEPT: dict[int, _Kept] = {}
_READ: dict[str, dict[str, Vectors]] = {}  # by model, the vector of each text that was asked for
_BUILDING = Lock()


def near(user: User, question: str) -> Nearby:
    """What means the same. Never fails: it says when it could not look."""
    acting, model = user.acting, vectors.embedder()
    if acting is None or model.is_degraded:
        return Nearby(is_degraded=model.is_degraded, is_complete=False)
    asked = prepare(Record("question", "question", question))
    if asked.kind == "empty":
        return Nearby()
    try:
        kept = _shelf(acting.department.jurisdiction_id, model)
        (vector,) = embed_views(model, [asked.views], FIRST)
        found = kept.shelf.near(asked, vector, _in_sight(kept.shelf.ids, user), TOP)
        return Nearby(_things([key for key, _cosine in found], user), is_complete=kept.is_complete)
    except Exception:  # the words were searched all the same, and the person is told
        log.exception("lookup.failed", jurisdiction=acting.department.jurisdiction_id)
        return Nearby(is_complete=False)


def read(jurisdiction: int) -> bool:
    """Put vectors that are lacking into the store, for a while; says whether time ran out before the end."""
    model, began = vectors.embedder(), time.monotonic()
    vectors_of(list(_records(jurisdiction)), model, cache=StoredVectors(model), seconds=READING)
    return time.monotonic() > began + READING


def read_on(jurisdiction: int) -> None:
    """Ask for what the search lacks to be read by a worker."""
    with transaction.atomic():
        enqueue(READ, jurisdiction_id=jurisdiction)


def _in_sight(ids: Iterable[str], user: User) -> set[str]:
    lines = Line.objects.visible_to(user).modules().order_by().values_list("pk", flat=True)
    return {key for key in ids if not key.startswith("line-")} | {f"line-{pk}" for pk in lines}


def _shelf(jurisdiction: int, model: Embedder) -> _Kept:
    version = _version(jurisdiction, model)
    with _BUILDING:
        kept = _KEPT.get(jurisdiction)
        is_old = kept is not None and not kept.is_complete and time.monotonic() > kept.made_at + AGAIN
        if kept is None or kept.version != version or is_old:
            kept = _KEPT[jurisdiction] = _built(jurisdiction, version, model)
        return kept


def _version(jurisdiction: int, model: Embedder) -> Version:
    """Changes whenever an entry or an application does: each change raises a version."""
    catalog = records.catalog_of(jurisdiction).order_by().aggregate(Count("pk"), Sum("version"), Max("pk"))
    functions = records.functions_of(jurisdiction).order_by()
    inventory = functions.aggregate(Count("pk"), Sum("system__version"), Max("pk"))
    applications = Application.objects.filter(round__jurisdiction=jurisdiction)
    asked = applications.order_by().aggregate(Count("pk"), Sum("version"), Max("pk"))
    return model.id, *catalog.values(), *inventory.values(), *asked.values()


def _built(jurisdiction: int, version: Version, model: Embedder) -> _Kept:
    found, memory = list(_records(jurisdiction)), _Memory(model)
    rows = vectors_of(found, model, cache=memory, seconds=FIRST)
    is_complete = not any(_lacks(one, one.key in memory.kept) for one in found)
    known = _KEPT.get(jurisdiction)
    if not is_complete and (known is None or known.version != version):  # ask once for each version
        read_on(jurisdiction)
    return _Kept(version, Shelf(load_background(model, cache=memory), found, rows), is_complete, time.monotonic())


def _lacks(one: Prepared, is_read: bool) -> bool:
    return one.kind in ("comparable", "short") and not is_read


def _records(jurisdiction: int) -> Iterable[Prepared]:
    """Everything that may be meant, made ready as the screening does it, so that its vectors serve here too."""
    for record in [*records.existing(jurisdiction), *_services(jurisdiction)]:
        yield _prepared(record, frozenset())
    clauses = _clauses(jurisdiction)
    rows = Line.objects.modules().filter(application__round__jurisdiction=jurisdiction).order_by("pk")
    for pk, place, name, description in rows.values_list("pk", "application__round", "name", "description"):
        record = Record(f"line-{pk}", "", name, description)
        yield _prepared(record, clauses.get(place, frozenset()))


def _services(jurisdiction: int) -> Iterable[Record]:
    """What a capability offers, line by line: a question means one service, not the whole entry."""
    rows = records.catalog_of(jurisdiction).values_list("pk", "services_offered", "built_centrally")
    for pk, *texts in rows:
        for line in "\n".join(texts).splitlines():
            yield Record(f"capability-{pk}", "", line.strip())


@lru_cache(maxsize=30_000)
def _prepared(record: Record, boilerplate: frozenset[str]) -> Prepared:
    return prepare(record, boilerplate)


def _clauses(jurisdiction: int) -> Mapping[int, frozenset[str]]:
    """By round, the boilerplate of its last screening."""
    rows = Screening.objects.filter(round__jurisdiction=jurisdiction).exclude(boilerplate=[]).order_by("pk")
    return {place: frozenset(clauses) for place, clauses in rows.values_list("round", "boilerplate")}


class _Memory:
    """The stored vectors, with those that this process has read before kept at hand."""

    def __init__(self, model: Embedder) -> None:
        self._stored = StoredVectors(model)
        self.kept = _READ.setdefault(model.id, {})

    def get_many(self, keys: Collection[str]) -> dict[str, Vectors]:
        lacking = [key for key in keys if key not in self.kept]
        self.kept.update(self._stored.get_many(lacking))
        return {key: self.kept[key] for key in keys if key in self.kept}

    def update(self, made: Mapping[str, Vectors], /) -> None:
        self.kept.update(made)
        self._stored.update(made)


def _things(keys: list[str], user: User) -> list[Any]:
    """The rows behind the keys, in their order."""
    pks: dict[str, list[int]] = {"capability": [], "function": [], "line": []}
    for key in keys:
        kind, _, pk = key.partition("-")
        pks[kind].append(int(pk))
    sets = {
        "capability": Capability.objects.select_related("provider"),
        "function": SystemFunction.objects.select_related("system__owner"),
        "line": Line.objects.visible_to(user).select_related("application__department"),
    }
    found = {f"{kind}-{row.pk}": row for kind, rows in sets.items() for row in rows.filter(pk__in=pks[kind])}
    return [found[key] for key in keys if key in found]


def forget() -> None:
    """Let the memory go."""
    _KEPT.clear()
    _READ.clear()
