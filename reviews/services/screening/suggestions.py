"""What exists already, said while a module is being written: the catalog and the running systems.

Nothing of other departments' applications is read here, so nothing of them can be told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import structlog
from threadpoolctl import ThreadpoolController

from catalog.models import Capability, SystemFunction
from matching.corpus import Corpus
from matching.judge import Match, Outcome
from matching.reading import vectors_of
from matching.records import Record, prepare
from matching.score import Band as EngineBand
from reviews.queries.evidence import Marks, marks
from reviews.queries.texts import text_of
from reviews.queries.weights import in_use, values_of
from reviews.services.screening import corpora, records, stock, vectors
from reviews.services.screening.shelved import CATALOG, FUNCTIONS
from reviews.services.screening.stock import NotReadyError
from reviews.states import Band, Pool

log = structlog.get_logger(__name__)

SHOWN = 3  # of each pool
FIRST = 5.0  # seconds that a person may wait for the reading of their own text
CHOSEN = {"dense": 16, "lexical": 6}  # candidates of each pool
POOLS = {Pool.SYSTEMS.value: FUNCTIONS, Pool.CATALOG.value: CATALOG}
NAME, TEXT = 300, 4000  # characters that are read
BANDS = {EngineBand.LIKELY: Band.LIKELY, EngineBand.LOOK: Band.LOOK}


@dataclass(frozen=True)
class Suggestion:
    """Something that does what is being written, with the shared words marked."""

    thing: Capability | SystemFunction
    band: Band
    score: float
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


def suggest(jurisdiction: int, name: str, description: str) -> Suggestions:
    """What of the catalog and the inventory is like this text. Never fails: it says when it could not look."""
    record = Record("draft", "draft", name[:NAME], description[:TEXT])
    kind = prepare(record).kind
    if kind in ("empty", "short"):
        return Suggestions(is_short=True)
    if kind == "generic":
        return Suggestions(is_generic=True)
    try:
        with _libraries().limit(
            limits=1, user_api="blas"
        ):  # threads that wait for each other cost more than they bring
            return _suggested(jurisdiction, record)
    except NotReadyError:
        return Suggestions(is_complete=False)
    except Exception:  # a person goes on writing, and is told that nothing was looked up
        log.exception("suggestions.failed", jurisdiction=jurisdiction)
        return Suggestions(is_complete=False)


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def _suggested(jurisdiction: int, record: Record) -> Suggestions:
    model = vectors.embedder()
    here = stock.held(jurisdiction, model)
    one = prepare(record, here.stock.frame.boilerplate)
    row = vectors_of([one], model, seconds=FIRST)
    with stock.LOCK:
        asked = here.stock.asked([one], row)
        near = [stock.candidates(here, asked, shelf, **CHOSEN) for shelf in (FUNCTIONS, CATALOG)]
        lacking = {pool: {"others"} for pool, shelf in POOLS.items() if stock.unread(here, shelf)}
    found = records.existing_among(jurisdiction, *near)
    corpus = corpora.chosen(found, here, values_of(in_use(jurisdiction), model), unread=lacking)
    (outcome,) = corpus.compare([record], row, pools=records.EXISTING, top=SHOWN)
    return _told(corpus, record, outcome)


def _told(corpus: Corpus, record: Record, outcome: Outcome) -> Suggestions:
    if outcome.is_generic:
        return Suggestions(is_generic=True)
    near = [match for match in outcome.matches if match.band in BANDS]
    things = _things(match.b for match in near)
    one = prepare(record, corpus.boilerplate)
    explainer = corpus.explainer()  # by characters: to read every text word by word would take longer than typing
    found = Suggestions(is_degraded=corpus.is_degraded, is_complete=not outcome.reasons)
    for match in near:
        if thing := things.get(match.b):
            rows = found.capabilities if match.pool == Pool.CATALOG else found.systems
            rows.append(_suggestion(match, thing, explainer.explain(match, one, corpus.prepared(match.b)).as_dict()))
    return found


def _suggestion(match: Match, thing: Capability | SystemFunction, evidence: dict[str, Any]) -> Suggestion:
    name, text = text_of(thing)
    return Suggestion(
        thing=thing,
        band=BANDS[match.band],
        score=match.score,
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
