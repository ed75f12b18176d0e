"""All texts of a screening with their vectors, ready to be asked. A process keeps one at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from governance.models import Round
from matching.corpus import Corpus
from matching.judge import Outcome
from matching.reading import boilerplate_of, vectors_of
from matching.records import Record, prepare
from matching.score import Weights
from reviews.models import Screening
from reviews.queries.weights import in_use, values_of
from reviews.services.screening import records, shelved, stock, vectors
from reviews.services.screening.stock import Held
from reviews.services.screening.vectors import StoredVectors

WHOLE = 20_000  # records up to which all are kept in memory; beyond, what may be near to a chunk is chosen
CHOSEN = {"dense": 200, "lexical": 20}  # candidates of each shelf for a module
SOME = 1000  # texts without a vector: whose they are is looked up
LATE = 60.0  # seconds for texts that no earlier step could read; what is not read then is doubtful

_KEPT: dict[int, Corpus] = {}


def of_screening(screening: Screening, own: Mapping[str, Record] | None = None) -> Corpus:
    """What the modules of a screening are compared with, and they themselves; a process keeps it for the next chunk.

    Where there is very much, only the modules of `own` and what may be near to them.
    """
    round, weights = screening.round, values_of(screening.weights, vectors.embedder())
    here = stock.held(round.jurisdiction_id, vectors.embedder(), patient=True, clauses=screening.boilerplate)
    if own is not None and len(here.stock) > WHOLE:
        return _around(round, own, here, weights)
    if screening.pk not in _KEPT:
        _KEPT.clear()
        _KEPT[screening.pk] = _built(records.everything(round), here, weights)
    return _KEPT[screening.pk]


def of_round(round: Round, own: Mapping[str, Record] | None = None) -> Corpus:
    """The same for a round as it is now, with the boilerplate of the last screening; before there is one, of now."""
    model, weights = vectors.embedder(), values_of(in_use(round.jurisdiction_id), vectors.embedder())
    clauses = None if stock.screened(round.jurisdiction_id) else boilerplate(records.everything(round))
    here = stock.held(round.jurisdiction_id, model, patient=True, clauses=clauses)
    if own is not None and len(here.stock) > WHOLE:
        return _around(round, own, here, weights)
    return _built(records.everything(round), here, weights)


def of_lines(
    round: Round, lines: Collection[int], weights: Weights | None, capabilities: Collection[int] = ()
) -> Corpus:
    """These modules and capabilities alone, with the scores that they have among all."""
    here = stock.held(round.jurisdiction_id, vectors.embedder(), patient=True)
    return chosen(records.among(round, lines, (), capabilities), here, weights, unread={})


def chosen(
    found: Sequence[Record], here: Held, weights: Weights | None, *, unread: Mapping[str, Collection[str]]
) -> Corpus:
    """A few records with the scores that they have among all of the stock, by the vectors that are stored."""
    model, frame = vectors.embedder(), here.stock.frame
    corpus = Corpus(here.ground, weights=weights, frame=frame, unread=unread)
    prepared = [prepare(one, frame.boilerplate) for one in found]
    corpus.add_prepared(prepared, vectors.stored(prepared, model))
    return corpus


def boilerplate(found: Sequence[Record]) -> list[str]:
    """Clauses that unrelated projects share."""
    model = vectors.embedder()
    return sorted(boilerplate_of(found, model, cache=StoredVectors(model)))


def read(found: Sequence[Record], clauses: Collection[str]) -> None:
    """Put the vectors of these texts into the store. What cannot be read is left out."""
    model = vectors.embedder()
    vectors_of([prepare(record, frozenset(clauses)) for record in found], model, cache=StoredVectors(model))


def compare(corpus: Corpus, keys: Iterable[str], top: int) -> list[Outcome]:
    """What is like these modules, in every pool; systems that are only operated are compared with what exists."""
    own = [corpus.prepared(key).record for key in keys if key in corpus]
    modules = [record for record in own if record.pool != records.OPERATED]
    operated = [record for record in own if record.pool == records.OPERATED]
    return [
        *corpus.compare(modules, pools=records.POOLS, top=top),
        *corpus.compare(operated, pools=records.EXISTING, top=top),
    ]


def forget() -> None:
    """Let the memory go."""
    _KEPT.clear()


def _built(found: Sequence[Record], here: Held, weights: Weights | None) -> Corpus:
    """All of these, and what nobody has read yet is read."""
    model, frame = vectors.embedder(), here.stock.frame
    corpus = Corpus(here.ground, weights=weights, frame=frame)
    prepared = [prepare(record, frame.boilerplate) for record in found]
    corpus.add(found, vectors_of(prepared, model, cache=StoredVectors(model), seconds=LATE))
    return corpus


def _around(round: Round, own: Mapping[str, Record], here: Held, weights: Weights | None) -> Corpus:
    """These modules, and what may be near to them."""
    model = vectors.embedder()
    prepared = [prepare(record, here.stock.frame.boilerplate) for record in own.values()]
    rows = vectors_of(prepared, model, cache=StoredVectors(model), seconds=LATE)
    with stock.LOCK:
        asked = here.stock.asked(prepared, rows)
        near = {shelf: stock.candidates(here, asked, shelf, **CHOSEN) for shelf in shelved.COMPARED}
        lacking = {shelf: stock.unread(here, shelf)[:SOME] for shelf in shelved.COMPARED}
    corpus = chosen(
        [*records.among(round, *near.values()), *own.values()],
        here,
        weights,
        unread=_projects(records.among(round, *lacking.values())),
    )
    return corpus


def _projects(found: Iterable[Record]) -> dict[str, set[str]]:
    """By pool, whose these are."""
    projects: dict[str, set[str]] = defaultdict(set)
    for record in found:
        projects[record.pool].add(record.project)
    return projects
