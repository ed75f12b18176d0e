"""Real relay and worker processes, on the queue in a folder and on Redis, with what may kill them."""

from __future__ import annotations

from pathlib import Path

import pytest
from celery import Celery
from django.contrib.sessions.models import Session
from django.db import transaction

from common.models import AuditEvent, OutboxMessage
from common.outbox import enqueue
from tests import services
from tests.ops.processes import RELAY, WORKER, environment, kill, run, running

pytestmark = pytest.mark.django_db(transaction=True)

DYING_RELAY = """
import os, signal, django
django.setup()
from celery import current_app
from common import outbox
current_app.loader.import_default_modules()
def publish_and_die(message):
    outbox.to_celery(message)
    os.kill(os.getpid(), signal.SIGKILL)
outbox.relay_once(publish_and_die)
"""


@pytest.fixture(params=["folder", pytest.param("redis", marks=pytest.mark.redis)])
def env(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The environment of relay and worker, once per kind of queue."""
    chosen = environment(tmp_path, TEST_LEASE="4")
    if request.param == "redis":
        chosen["REDIS_URL"] = url = request.getfixturevalue("redis_url")
        Celery(broker=url).control.purge()
    return chosen


def ask(task: str, **payload: object) -> OutboxMessage:
    with transaction.atomic():
        return enqueue(task, **payload)


def traces(label: str) -> int:
    return AuditEvent.objects.filter(action="trace", target_name=label).count()


def test_what_the_outbox_asks_for_is_done(env: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(*WORKER, env=env, log=log), running(*RELAY, env=env, log=log):
        for number in range(5):
            ask("tests.once", label=f"n{number}")
        assert services.wait_until(lambda: Session.objects.count() == 5)
    assert [traces(f"n{number}") for number in range(5)] == [1] * 5
    assert not OutboxMessage.objects.filter(sent_at=None).exists()


def test_a_relay_killed_between_publishing_and_noting_it_has_one_effect(env: dict[str, str], tmp_path: Path) -> None:
    asked, log = ask("tests.once", label="a"), tmp_path / "log"
    assert run("-c", DYING_RELAY, env=env).returncode == -9
    asked.refresh_from_db()
    assert asked.sent_at is None
    OutboxMessage.objects.update(claimed_until=None)  # the claim of the dead has ended
    with running(*WORKER, env=env, log=log), running(*RELAY, env=env, log=log):
        assert services.wait_until(lambda: traces("a") == 2)
    assert Session.objects.filter(session_key="a").count() == 1


def test_what_a_killed_worker_was_doing_is_done_by_the_next(env: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "log"
    ask("tests.slow", label="a", seconds=2)
    with running(*RELAY, env=env, log=log):
        with running(*WORKER, env=env, log=log) as first:
            assert services.wait_until(lambda: traces("a began") == 1)
            kill(first)
        assert traces("a done") == 0
        with running(*WORKER, env=env, log=log):
            assert services.wait_until(lambda: traces("a done") == 1)
    assert traces("a began") == 2


def test_a_worker_answers_questions_about_its_health(env: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(*WORKER, env=env, log=log):
        assert services.wait_until(lambda: "ready" in log.read_text())
        answer = run("-m", "celery", "-A", "config", "inspect", "ping", "--timeout", "3", env=env)
    assert "pong" in answer.stdout, answer.stderr
