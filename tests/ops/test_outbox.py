"""The outbox and its relay: work exists if and only if the change does, and goes out at least once."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from common.models import OutboxMessage
from common.outbox import CLAIM, enqueue, relay_once, to_celery
from tests.ops import tasks  # noqa: F401  registers what the messages name
from tests.ops.processes import environment, run

pytestmark = pytest.mark.django_db


class Published(list[int]):
    """Stands for a message server: notes what it was given, or refuses it."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.error = error

    def __call__(self, message: OutboxMessage) -> None:
        if self.error:
            raise self.error
        self.append(message.pk)


def message(label: str = "a") -> OutboxMessage:
    with transaction.atomic():
        return enqueue("tests.once", label=label)


@pytest.mark.django_db(transaction=True)
def test_work_is_only_asked_for_inside_a_transaction() -> None:
    with pytest.raises(TransactionManagementError, match=r"tests\.once is asked for outside"):
        enqueue("tests.once", label="a")


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_leaves_no_work() -> None:
    with transaction.atomic():
        enqueue("tests.once", label="a")
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()


def test_the_relay_publishes_oldest_first_and_only_once() -> None:
    first, second, published = message("a"), message("b"), Published()
    assert (relay_once(published), relay_once(published)) == (2, 0)
    assert published == [first.pk, second.pk]
    first.refresh_from_db()
    assert first.sent_at
    assert (first.claimed_until, first.attempts) == (None, 1)


def test_a_message_that_cannot_be_published_waits_longer_each_time() -> None:
    waiting, refused = message(), Published(ConnectionError("refused"))
    pauses = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(8):
            assert relay_once(refused) == 0
            waiting.refresh_from_db()
            assert waiting.claimed_until
            pauses.append((waiting.claimed_until - timezone.now()).total_seconds())
            assert relay_once(Published()) == 0
            clock.shift(timedelta(seconds=pauses[-1] + 1))
        assert relay_once(Published()) == 1
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]


def test_one_message_that_cannot_be_published_does_not_hold_up_the_others() -> None:
    bad, good, sent = message("bad"), message("good"), Published()

    def publish(each: OutboxMessage) -> None:
        if each.pk == bad.pk:
            raise ValueError("no")
        sent(each)

    assert relay_once(publish) == 1
    assert sent == [good.pk]


def test_a_message_server_that_is_away_is_not_asked_once_per_message() -> None:
    messages, asked = [message("a"), message("b")], []

    def publish(each: OutboxMessage) -> None:
        asked.append(each.pk)
        raise ConnectionRefusedError

    assert relay_once(publish) == 0
    assert asked == [messages[0].pk]


def test_a_task_that_no_worker_knows_stays_in_the_outbox() -> None:
    lost = enqueue("tests.no_such_task")
    assert relay_once() == 0
    lost.refresh_from_db()
    assert (lost.sent_at, lost.attempts) == (None, 1)
    with pytest.raises(LookupError, match=r"no task is called tests\.no_such_task"):
        to_celery(lost)


def test_what_a_dead_relay_had_claimed_goes_out_when_the_claim_ends() -> None:
    waiting = message()

    def die(_: OutboxMessage) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        relay_once(die)
    assert relay_once(Published()) == 0
    with time_machine.travel(timezone.now() + CLAIM + timedelta(seconds=1)):
        published = Published()
        relay_once(published)
    assert published == [waiting.pk]


@pytest.mark.django_db(transaction=True)
def test_many_relays_publish_each_message_once() -> None:
    expected = [message(str(number)).pk for number in range(40)]
    published, start = Published(), threading.Barrier(4)

    def relay() -> None:
        try:
            start.wait()
            while relay_once(published):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=relay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(published) == expected


@pytest.fixture
def silent_redis() -> Iterator[str]:
    """Takes connections and never answers, as a stopped server does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", ["refused", "hung"])
def test_a_message_server_that_is_away_delays_the_relay_and_loses_nothing(
    state: str, silent_redis: str, tmp_path: Path
) -> None:
    waiting = message()
    url = silent_redis if state == "hung" else "redis://127.0.0.1:1/0"
    result = run("manage.py", "relay", "--once", env=environment(tmp_path, REDIS_URL=url), timeout=30)
    assert result.stdout == "0 sent\n", result.stderr
    waiting.refresh_from_db()
    assert (waiting.sent_at, waiting.attempts) == (None, 1)
