"""What worker processes of the tests do in a screening: a quick model, short leases, and cells that take their time."""

from __future__ import annotations

import os
import time
from datetime import timedelta

from reviews.models import ScreeningChunk
from reviews.services.screening import cells, jobs, lease, steps, vectors
from reviews.states import CellWork
from tests.matching.conftest import Quick
from tests.ops.tasks import trace

SECONDS = 1.0
MODEL = Quick()


def slow_pair(chunk: ScreeningChunk) -> None:
    """Notes whose worker began and ended it."""
    trace(f"{os.getppid()} began {chunk.number}")
    time.sleep(SECONDS)
    cells.pair(chunk)
    trace(f"{os.getppid()} ended {chunk.number}")


vectors.embedder = lambda: MODEL
lease.LEASE = jobs.LEASE = timedelta(seconds=6)
lease.BEAT = 0.5
steps.STEPS[CellWork.PAIR] = slow_pair
