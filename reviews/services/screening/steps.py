"""What a worker does with a chunk of a screening, step by step. Each may run twice without harm."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from reviews.models import Screening, ScreeningChunk
from reviews.queries.weights import values_of
from reviews.services.screening import cells, corpora, findings, grouping, records, vectors
from reviews.services.screening.lease import demand_held, holds
from reviews.states import CellWork, ScreeningStep

log = structlog.get_logger(__name__)


def prepare(chunk: ScreeningChunk) -> None:
    """Find what unrelated projects copy from each other."""
    found = corpora.boilerplate(records.everything(chunk.screening.round))
    demand_held(chunk)
    Screening.objects.filter(pk=chunk.screening_id).update(boilerplate=found)


def read(chunk: ScreeningChunk) -> None:
    """Put the vectors of the chunk's modules, and of its share of all other texts, into the store."""
    screening = chunk.screening
    own = records.of_applications(chunk.applications, screening.round.jurisdiction_id).values()
    shares = screening.chunks.filter(step=ScreeningStep.READ).count()
    corpora.read([*own, *records.beside(screening.round, (chunk.number - 1, shares))], screening.boilerplate)


def compare(chunk: ScreeningChunk) -> None:
    """Look for what is like the chunk's modules, an application at a time, and write it down.

    An application that cannot be compared is doubtful, and does not cost the others; it is tried again.
    """
    place = chunk.screening.round.jurisdiction_id
    now = records.of_applications(chunk.applications, place)
    corpus = corpora.of_screening(chunk.screening, None if chunk.screening.shares else now)
    outcomes = {one.id: one for one in cells.compare(chunk.screening, corpus, now, findings.SHOWN)}
    words = findings.Words(corpus, vectors.embedder(), settings.SCREENING_WORD_PAIRS)
    generic: list[int] = []
    failed: list[Exception] = []
    for application in chunk.applications:
        demand_held(chunk)
        try:
            mine = [outcomes[key] for key in records.of_applications([application], place) if key in outcomes]
            found = findings.found_by(mine, corpus, words)
            generic += findings.store(application, found, holds=lambda: holds(chunk))
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:  # whatever it was: until it works a person looks instead
            log.exception("screening.application_failed", application=application)
            failed.append(error)
            findings.doubt(application, findings.FAILED, holds=lambda: holds(chunk))
    ScreeningChunk.objects.filter(pk=chunk.pk, attempts=chunk.attempts).update(generic=generic)
    if failed:
        raise failed[0]


def group(chunk: ScreeningChunk) -> None:
    """Put modules that do the same thing into clusters."""
    round = chunk.screening.round
    weights = values_of(chunk.screening.weights, vectors.embedder())
    grouping.regroup(round, weights, holds=lambda: holds(chunk))


STEPS: dict[str, Callable[[ScreeningChunk], None]] = {
    ScreeningStep.PREPARE: prepare,
    ScreeningStep.READ: read,
    CellWork.PLACE: cells.place,
    CellWork.PAIR: cells.pair,
    ScreeningStep.COMPARE: compare,
    ScreeningStep.GROUP: group,
}
