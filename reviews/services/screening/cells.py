"""The nearest of a large round by cells, in chunks that any number of workers share; see matching.batch.

A chunk of cells is of use only together with the others, so all of them must see the same texts. The first worker
notes what it compares; who sees something else has all chunks of cells done anew, and after some times the modules are
held each against each, as those of a smaller round are.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from governance.models import Round
from matching.batch import DRAWINGS, Batch, Nearest, places_from, places_to
from matching.corpus import Corpus
from matching.judge import Outcome
from projects.models import Line
from projects.states import UNDER_WAY
from reviews.models import CellResult, Screening, ScreeningChunk
from reviews.services.screening import corpora, records
from reviews.services.screening.lease import Lost, mine
from reviews.states import CellWork, Pool

ROWS = 20_000  # modules of one chunk
CHANGES = 3  # how often texts may change under the work before it is left

_BATCHES: dict[int, Batch] = {}
_NEAREST: dict[int, Nearest] = {}


class Changed(Exception):
    """The texts are no longer those that other workers put into cells."""

    def __init__(self, corpus: str) -> None:
        super().__init__(corpus)
        self.corpus = corpus


def shares_of(round: Round) -> int:
    """In how many shares the modules of a round are placed in each drawing; none when the round is small."""
    count = Line.objects.of_round(round).modules().filter(application__status__in=UNDER_WAY).count()
    return -(-count // ROWS) if count >= settings.SCREENING_CELLS_FROM else 0


def parts(screening: Screening) -> int:
    """How many chunks of placing there are, and how many of pairing."""
    return DRAWINGS * screening.shares


def place(chunk: ScreeningChunk) -> None:
    """Find the cells of one share of the texts in one drawing."""
    drawing, share = divmod(chunk.number - 1, chunk.screening.shares)
    _store(chunk, places_to(_agreed(chunk).place(drawing, share)))


def pair(chunk: ScreeningChunk) -> None:
    """Find what is near to each other in one share of the cells of one drawing."""
    shares = chunk.screening.shares
    drawing, share = divmod(chunk.number - 1 - parts(chunk.screening), shares)
    batch = _agreed(chunk)
    numbers = range(drawing * shares + 1, (drawing + 1) * shares + 1)
    placed = _results(chunk.screening, CellWork.PLACE).filter(chunk__number__in=numbers)
    found = batch.pair(drawing, share, [places_from(bytes(raw)) for raw in placed.values_list("data", flat=True)])
    _store(chunk, found.to_bytes())


def compare(screening: Screening, corpus: Corpus, keys: Iterable[str], top: int) -> list[Outcome]:
    """What is like these modules: among those near in cells, where there are any and they are of the same texts."""
    wanted = list(keys)
    if not screening.shares or _batch(screening, corpus).fingerprint != screening.corpus:
        return corpora.compare(corpus, wanted, top)
    modules = [key for key in wanted if key in corpus and corpus.prepared(key).record.pool == Pool.ROUND]
    found = _batch(screening, corpus).compare(modules, _nearest(screening, corpus), pools=records.POOLS, top=top)
    return [*found, *corpora.compare(corpus, set(wanted) - set(modules), top)]


@transaction.atomic
def begin_anew(chunk: ScreeningChunk, corpus: str) -> None:
    """Do all chunks of cells once more, with the texts of now; the first who sees a change does this."""
    screening = lock(chunk)
    if not mine(chunk).exists():
        return
    screening.corpus, screening.changes = corpus, screening.changes + 1
    screening.save(update_fields=["corpus", "changes"])
    _drop(screening)
    if screening.changes > CHANGES:
        leave(screening)


def leave(screening: Screening) -> None:
    """Hold each module against each; the screening is locked."""
    Screening.objects.filter(pk=screening.pk).update(shares=0)
    _drop(screening)


def lock(chunk: ScreeningChunk) -> Screening:
    """Before any chunk of cells is: who drops them waits for who writes beside them."""
    return Screening.objects.locked(chunk.screening_id)


def tidy(screening: Screening) -> None:
    """What cells held is of no use any more."""
    CellResult.objects.filter(chunk__screening=screening).delete()


def forget() -> None:
    """Let the memory go."""
    _BATCHES.clear()
    _NEAREST.clear()


def _agreed(chunk: ScreeningChunk) -> Batch:
    """The texts in cells, when they are those of the other workers; read anew before a change is believed."""
    unnoted = Screening.objects.filter(pk=chunk.screening_id, corpus="")
    batch = _batch(chunk.screening, corpora.of_screening(chunk.screening))
    unnoted.update(corpus=batch.fingerprint)
    if batch.fingerprint != _noted(chunk):
        corpora.forget()
        batch = _batch(chunk.screening, corpora.of_screening(chunk.screening))
        if batch.fingerprint != _noted(chunk):
            raise Changed(batch.fingerprint)
    return batch


def _noted(chunk: ScreeningChunk) -> str:
    return Screening.objects.values_list("corpus", flat=True).get(pk=chunk.screening_id)


def _batch(screening: Screening, corpus: Corpus) -> Batch:
    known = _BATCHES.get(screening.pk)
    if known is None or known.corpus is not corpus:
        forget()
        known = _BATCHES[screening.pk] = Batch(corpus, Pool.ROUND, screening.shares)
    return known


def _nearest(screening: Screening, corpus: Corpus) -> Nearest:
    batch = _batch(screening, corpus)
    if screening.pk not in _NEAREST:
        found = Nearest.none()
        for raw in _results(screening, CellWork.PAIR).values_list("data", flat=True).iterator(chunk_size=1):
            found = batch.best([found, Nearest.from_bytes(bytes(raw))])
        _NEAREST[screening.pk] = found
    return _NEAREST[screening.pk]


def _results(screening: Screening, work: CellWork) -> QuerySet[CellResult]:
    rows = CellResult.objects.filter(chunk__screening=screening, chunk__cells=work)
    return rows.order_by("chunk__number")


@transaction.atomic
def _store(chunk: ScreeningChunk, data: bytes) -> None:
    """Keep what a chunk found, if it still is this worker's."""
    lock(chunk)
    if not mine(chunk).exists():
        raise Lost
    CellResult.objects.update_or_create(chunk=chunk, defaults={"data": data})


def _drop(screening: Screening) -> None:
    """All chunks of cells: who works at one has lost it. What reads the texts is asked for again by `advance`."""
    chunks = screening.chunks.exclude(cells="")
    tidy(screening)
    chunks.delete()
