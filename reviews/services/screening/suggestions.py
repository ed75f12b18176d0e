"""What exists already, said while a module is being written: the catalog and the running systems.

Nothing of other departments' applications is read here, so nothing of them can be told.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Count, Max, Sum

from catalog.models import Capability, SystemFunction
from common.outbox import enqueue
from matching.corpus import Corpus
from matching.evidence import Explainer
from matching.judge import Match, Outcome
from matching.reading import vectors_of
from matching.records import Record, prepare
from matching.score import Band as EngineBand
from matching.space import load_background
from reviews.queries.evidence import Marks, marks
from reviews.queries.texts import text_of
from reviews.queries.weights import in_use, values_of
from reviews.services.screening import corpora, records, vectors
from reviews.services.screening.vectors import StoredVectors
from reviews.states import Band, Pool

log = structlog.get_logger(__name__)

SHOWN = 3  # of each pool
FIRST = 5.0  # seconds that a person may wait for texts that nobody has read yet
AGAIN = 30.0  # seconds after which texts that could not be read are tried again
READ_EXISTING = "reviews.tasks.read_existing"
NAME, TEXT = 300, 4000  # characters that are read
BANDS = {EngineBand.LIKELY: Band.LIKELY, EngineBand.LOOK: Band.LOOK}
Version = tuple[object, ...]


@dataclass(frozen=True)
class Suggestion:
    """Something that does what is being written, with the shared words marked."""

    thing: Capability | SystemFunction
    band: Band
    name: str
    text: str
    name_marks: Marks
    text_marks: Marks


@dataclass
class Suggestions:
    """What to tell. Without `is_complete` nobody may conclude that nothing exists."""

    capabilities: list[Suggestion] = field(default_factory=list)
    systems: list[Suggestion] = field(default_factory=list)
    is_short: bool = False
    is_generic: bool = False
    is_degraded: bool = False
    is_complete: bool = True

    @property
    def is_empty(self) -> bool:
        return not self.capabilities and not self.systems


@dataclass(frozen=True)
class _Kept:
    version: Version
    corpus: Corpus
    explainer: Explainer
    is_complete: bool
    made_at: float


_KEPT: dict[int, _Kept] = {}
_BUILDING = Lock()


def suggest(jurisdiction: int, name: str, description: str) -> Suggestions:
    """What of the catalog and the inventory is like this text. Never fails: it says when it could not look."""
    record = Record("draft", "draft", name[:NAME], description[:TEXT])
    prepared = prepare(record)
    if prepared.kind in ("empty", "short"):
        return Suggestions(is_short=True)
    if prepared.kind == "generic":
        return Suggestions(is_generic=True)
    try:
        kept = _existing(jurisdiction)
        rows = vectors_of([prepared], vectors.embedder(), seconds=FIRST)
        (outcome,) = kept.corpus.compare([record], rows, pools=records.EXISTING, top=SHOWN)
        return _told(kept, record, outcome)
    except Exception:  # a person goes on writing, and is told that nothing was looked up
        log.exception("suggestions.failed", jurisdiction=jurisdiction)
        return Suggestions(is_complete=False)


def read_existing(jurisdiction: int) -> None:
    """Put the vectors of the catalog and the inventory into the store."""
    corpora.read(list(records.existing(jurisdiction)), ())


def _told(kept: _Kept, record: Record, outcome: Outcome) -> Suggestions:
    near = [match for match in outcome.matches if match.band in BANDS]
    things = _things(match.b for match in near)
    one = prepare(record)
    found = Suggestions(is_degraded=kept.corpus.is_degraded, is_complete=kept.is_complete and not outcome.reasons)
    for match in near:
        if thing := things.get(match.b):
            rows = found.capabilities if match.pool == Pool.CATALOG else found.systems
            evidence = kept.explainer.explain(match, one, kept.corpus.prepared(match.b)).as_dict()
            rows.append(_suggestion(match, thing, evidence))
    return found


def _suggestion(match: Match, thing: Capability | SystemFunction, evidence: dict[str, Any]) -> Suggestion:
    name, text = text_of(thing)
    return Suggestion(
        thing=thing,
        band=BANDS[match.band],
        name=name,
        text=text,
        name_marks=marks(evidence, "name", found=True),
        text_marks=marks(evidence, "description", found=True),
    )


def _things(keys: Iterable[str]) -> dict[str, Capability | SystemFunction]:
    pks: dict[str, list[int]] = {"capability": [], "function": []}
    for key in keys:
        kind, _, pk = key.partition("-")
        pks[kind].append(int(pk))
    capabilities = Capability.objects.filter(pk__in=pks["capability"]).select_related("provider")
    functions = SystemFunction.objects.filter(pk__in=pks["function"]).select_related("system__owner")
    found: dict[str, Capability | SystemFunction] = {f"capability-{one.pk}": one for one in capabilities}
    return found | {f"function-{one.pk}": one for one in functions}


def _existing(jurisdiction: int) -> _Kept:
    """Catalog and inventory ready to be asked; built anew when one of them has changed, or was not read whole."""
    version = _version(jurisdiction)
    with _BUILDING:
        kept = _KEPT.get(jurisdiction)
        is_old = kept is not None and not kept.is_complete and time.monotonic() > kept.made_at + AGAIN
        if kept is None or kept.version != version or is_old:
            kept = _KEPT[jurisdiction] = _built(jurisdiction, version)
        return kept


def _version(jurisdiction: int) -> Version:
    """Changes whenever an entry of the catalog or the inventory does, or the weights in use."""
    catalog = records.catalog_of(jurisdiction).order_by().aggregate(Count("pk"), Sum("version"), Max("pk"))
    functions = records.functions_of(jurisdiction).order_by()
    inventory = functions.aggregate(Count("pk"), Sum("system__version"), Max("pk"))
    return vectors.embedder().id, in_use(jurisdiction), *catalog.values(), *inventory.values()


def _built(jurisdiction: int, version: Version) -> _Kept:
    model = vectors.embedder()
    cache, found = StoredVectors(model), list(records.existing(jurisdiction))
    weights = values_of(in_use(jurisdiction), model)
    corpus = Corpus(load_background(model, cache=cache), weights=weights)
    corpus.add(found, vectors_of([prepare(one) for one in found], model, cache=cache, seconds=FIRST))
    is_complete = not any("not_embedded" in reasons for reasons in corpus.unjudged().values())
    known = _KEPT.get(jurisdiction)
    if not is_complete and (known is None or known.version != version):  # ask once for each version
        with transaction.atomic():
            enqueue(READ_EXISTING, jurisdiction_id=jurisdiction)
    return _Kept(version, corpus, corpus.explainer(model), is_complete, time.monotonic())
