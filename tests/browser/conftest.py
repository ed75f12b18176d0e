"""Patience of the browser tests: a busy machine is not a fault of the page."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from playwright.sync_api import expect

expect.set_options(timeout=20_000)

LONGEST = 15.0  # seconds that a request may go on after its page was closed
STILL = 0.2  # seconds without any request, after which none comes any more

_serving: set[int] = set()


def _begins(**_: Any) -> None:
    _serving.add(threading.get_ident())


def _ends(**_: Any) -> None:
    _serving.discard(threading.get_ident())


request_started.connect(_begins)
request_finished.connect(_ends)


@pytest.fixture(autouse=True)
def _served_to_the_end(transactional_db: None) -> Iterator[None]:
    """Requests of a page that is closed end before the tables are emptied: else the two wait for each other."""
    yield
    until = time.monotonic() + LONGEST
    since = time.monotonic()
    while time.monotonic() < min(until, since + STILL) or (_serving and time.monotonic() < until):
        if _serving:
            since = time.monotonic()
        time.sleep(0.02)
