"""Who has a chunk: a lease that its worker renews while it lives, so that a killed worker's chunk is free soon."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Event, Thread

import structlog
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils import timezone

from reviews.models import ScreeningChunk
from reviews.states import JobState

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
BEAT = 15.0  # seconds between two renewals


class Lost(Exception):
    """The lease ran out, and another worker has the chunk."""


def mine(chunk: ScreeningChunk) -> QuerySet[ScreeningChunk]:
    """The chunk's row, when it is still this worker's: each who claims it counts one attempt more."""
    return ScreeningChunk.objects.filter(pk=chunk.pk, state=JobState.RUNNING, attempts=chunk.attempts)


def holds(chunk: ScreeningChunk) -> bool:
    """Whether the chunk is still this worker's."""
    return mine(chunk).exists()


def demand_held(chunk: ScreeningChunk) -> None:
    """Stop the work of a worker that was thought dead."""
    if not holds(chunk):
        raise Lost


class Lease(AbstractContextManager["Lease"]):
    """Renews the lease of a chunk from a thread of its own, as long as the work inside goes on.

    A worker that hangs is ended by the time limit of tasks, and its thread with it.
    """

    def __init__(self, chunk: ScreeningChunk) -> None:
        self._chunk = chunk
        self._ended = Event()
        self._thread = Thread(target=self._renew, name=f"lease-{chunk.pk}", daemon=True)

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _renew(self) -> None:
        while not self._ended.wait(BEAT):
            try:
                mine(self._chunk).update(leased_until=timezone.now() + LEASE)
            except DatabaseError as error:  # the next beat tries again
                log.warning("screening.lease_not_renewed", chunk=self._chunk.pk, error=str(error))
        connection.close()
