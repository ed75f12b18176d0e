"""Two people press at the same moment.

The second one comes while the first is inside: its work is done and not committed yet. A service that
checked what it read before its lock would let both through here, every time and not one time in fifty.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any
from unittest.mock import patch

from django.db import connection

from budgets.queries.reconcile import reconcile
from common import audit
from common.errors import DomainError
from common.models import AuditEvent

Verb = Callable[[], Any]
PATIENCE = 2.0  # seconds; the database's own lock timeout is 3


@dataclass
class Told:
    """What one of the two was told: a result or a refusal, never a fault."""

    result: Any = None
    refusal: DomainError | None = None
    fault: BaseException | None = None

    @property
    def won(self) -> bool:
        return self.refusal is None


def race(first: Verb, second: Verb) -> tuple[Told, Told]:
    """Run both; the second begins when the first has written its audit row, and has to wait for its commit."""
    told = Told(), Told()
    inside, begun = Event(), Event()
    at_once = Event()
    at_once.set()
    threads = [
        Thread(target=_press, args=(first, told[0], at_once, Event(), inside)),
        Thread(target=_press, args=(second, told[1], inside, begun, inside)),
    ]
    with patch.object(audit, "record", _holding(audit.record, inside, begun)):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    for each in told:
        if each.fault:
            raise each.fault
    return told


def _press(verb: Verb, mine: Told, ready: Event, started: Event, inside: Event) -> None:
    try:
        ready.wait(PATIENCE)
        started.set()
        mine.result = verb()
    except DomainError as refusal:
        mine.refusal = refusal
    except BaseException as fault:
        mine.fault = fault  # raised again in the thread of the test
    finally:
        inside.set()  # a first one that is refused before its audit row keeps nobody waiting
        connection.close()


def _holding(record: Callable[..., AuditEvent], inside: Event, begun: Event) -> Callable[..., AuditEvent]:
    """The writer of audit rows, which stays after the first row until the other stands at the door."""

    def record_and_hold(*args: Any, **details: Any) -> AuditEvent:
        event = record(*args, **details)
        if not inside.is_set():
            inside.set()
            begun.wait(PATIENCE)
            _hold_until_waited_for()
        return event

    return record_and_hold


def _hold_until_waited_for() -> None:
    if connection.vendor != "postgresql":
        time.sleep(0.1)  # SQLite does not say who waits
        return
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and not _is_waited_for():
        time.sleep(0.01)


def _is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def one_wins(verb: Verb, other: Verb | None = None, *, sentence: str, action: str) -> None:
    """The first wins and the second reads why not; one audit row, every fen in its place."""
    first, second = race(verb, other or verb)
    assert first.won, first.refusal
    assert second.refusal is not None, "both won"
    assert sentence in str(second.refusal)
    assert AuditEvent.objects.filter(action=action).count() == 1
    assert_clean()


def assert_clean() -> None:
    assert reconcile().differences == []
