"""All texts of a screening with their vectors, ready to be asked. A process keeps one at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from governance.models import Round
from matching.corpus import Corpus
from matching.judge import Outcome
from matching.reading import boilerplate_of, vectors_of
from matching.records import Record, prepare
from matching.space import load_background
from reviews.models import MatchWeights, Screening
from reviews.queries.weights import in_use, values_of
from reviews.services.screening import records, vectors
from reviews.services.screening.vectors import StoredVectors

LATE = 60.0  # seconds for texts that no earlier step could read; what is not read then is doubtful

_KEPT: dict[int, Corpus] = {}


def of_screening(screening: Screening) -> Corpus:
    """The corpus of a screening; built in seconds from stored vectors, and kept for the next chunk."""
    if screening.pk not in _KEPT:
        _KEPT.clear()
        _KEPT[screening.pk] = _built(records.everything(screening.round), screening.boilerplate, screening.weights)
    return _KEPT[screening.pk]


def of_round(round: Round) -> Corpus:
    """The corpus of a round as it is now, with the boilerplate of its last screening where there is one."""
    found = records.everything(round)
    last = Screening.objects.filter(round=round).exclude(boilerplate=[]).first()
    return _built(found, last.boilerplate if last else boilerplate(found), in_use(round.jurisdiction_id))


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


def _built(found: Sequence[Record], clauses: Collection[str], weights: MatchWeights | None) -> Corpus:
    model = vectors.embedder()
    cache, common = StoredVectors(model), frozenset(clauses)
    corpus = Corpus(load_background(model, cache=cache), boilerplate=common, weights=values_of(weights, model))
    prepared = [prepare(record, common) for record in found]
    corpus.add(found, vectors_of(prepared, model, cache=cache, seconds=LATE))
    return corpus
