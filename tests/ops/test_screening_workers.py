"""A large round, compared by two real workers, one of which is killed in the middle."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from celery import Celery

from common.models import AuditEvent
from reviews.models import CellResult, Finding, Screening, ScreeningChunk
from reviews.services.screening import cells, corpora, jobs, vectors
from reviews.states import CellWork, JobState
from tests import services
from tests.factories import city
from tests.matching.conftest import Quick
from tests.ops.processes import RELAY, WORKER, environment, kill, running
from tests.reviews.screening import GRID, SEAL, SEAL_TOO, WATER, application, deliver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["folder", pytest.param("redis", marks=pytest.mark.redis)])
def env(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    chosen = environment(tmp_path, TEST_LEASE="2", TEST_SCREENING="1", SCREENING_CELLS_FROM="1")
    if request.param == "redis":
        chosen["REDIS_URL"] = url = request.getfixturevalue("redis_url")
        Celery(broker=url).control.purge()
    return chosen


@pytest.fixture
def screening(settings, monkeypatch: pytest.MonkeyPatch) -> Screening:
    """Asked for, with what is found of it by one alone as its `wanted`."""
    place, settings.SCREENING_CELLS_FROM = city(), 1
    monkeypatch.setattr(vectors, "embedder", Quick)
    application(place, "health", SEAL, WATER)
    application(place, "police", SEAL_TOO, GRID, WATER)
    jobs.start(place.round, by=place.people.li)
    deliver()
    corpora.forget()
    cells.forget()
    asked = jobs.start(place.round, by=place.people.li)
    asked.wanted = found()
    Finding.objects.all().delete()
    return asked


def found() -> set[tuple[int, int, float]]:
    return set(Finding.objects.exclude(other_line=None).values_list("line", "other_line", "score"))


def traces() -> list[tuple[str, str, str]]:
    """Whose worker began or ended which chunk, in order."""
    rows = AuditEvent.objects.filter(action="trace").order_by("pk").values_list("target_name", flat=True)
    return [tuple(row.split()) for row in rows]


def in_hand(worker: int) -> bool:
    """Whether a worker has ended a chunk, and is in the middle of another one."""
    mine = Counter(what for who, what, _ in traces() if who == str(worker))
    return bool(mine["ended"]) and mine["began"] > mine["ended"]


def is_done(screening: Screening) -> bool:
    """Now and then what lies about is handed out again, as the clock does."""
    time.sleep(2)
    jobs.resume()
    return Screening.objects.filter(pk=screening.pk, state=JobState.DONE).exists()


def test_what_a_killed_worker_had_in_hand_is_done_by_the_other(env, screening, tmp_path):
    log = tmp_path / "log"
    with running(*RELAY, env=env, log=log), running(*WORKER, env=env, log=log) as other:
        with running(*WORKER, env=env, log=log) as killed:
            assert services.wait_until(lambda: in_hand(killed.pid) and in_hand(other.pid), seconds=60)
            kill(killed)
        assert services.wait_until(lambda: is_done(screening), seconds=90)
    chunks = ScreeningChunk.objects.filter(screening=screening, cells=CellWork.PAIR)
    assert set(chunks.values_list("state", flat=True)) == {JobState.DONE}
    ended = Counter(number for _, what, number in traces() if what == "ended")
    assert ended == dict.fromkeys((str(number) for number in chunks.values_list("number", flat=True)), 1)
    lost = [number for who, what, number in traces() if what == "began" and who == str(killed.pid)][-1]
    assert chunks.get(number=lost).attempts == 2
    assert chunks.exclude(number=lost).filter(attempts=1).count() == len(ended) - 1
    assert found() == screening.wanted != set()
    assert not CellResult.objects.exists()
