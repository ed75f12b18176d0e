"""The queue in a folder: nothing lost, nothing twice, whatever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.simple import SimpleQueue

from common import broker
from tests import services
from tests.ops.processes import ROOT

broker.register()

CONSUMER = """
import sys, time
from pathlib import Path
from queue import Empty
from kombu import Connection
from common import broker
broker.register()
home, out, ends = Path(sys.argv[1]), open(sys.argv[2], "a"), time.monotonic() + float(sys.argv[3])
with Connection(broker.URL, transport_options=broker.options(home, lease=60)) as connection:
    queue = connection.SimpleQueue("work")
    while time.monotonic() < ends:
        try:
            message = queue.get(timeout=0.2)
        except Empty:
            continue
        print(message.payload, file=out, flush=True)
        message.ack()
"""
PUBLISHER = """
import sys
from pathlib import Path
from kombu import Connection
from common import broker
broker.register()
with Connection(broker.URL, transport_options=broker.options(Path(sys.argv[1]), lease=60)) as connection:
    queue = connection.SimpleQueue("work")
    for number in range(int(sys.argv[3])):
        queue.put(f"{sys.argv[2]}-{number}")
"""
TAKER = """
import sys, time
from pathlib import Path
from kombu import Connection
from common import broker
broker.register()
with Connection(broker.URL, transport_options=broker.options(Path(sys.argv[1]), lease=float(sys.argv[2]))) as c:
    print(c.SimpleQueue("work").get(timeout=5).payload, flush=True)
    time.sleep(60)
"""


def connect(home: Path, *, lease: float = 60) -> Connection:
    return Connection(broker.URL, transport_options=broker.options(home, lease=lease))


def script(source: str, *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", source, *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def take(queue: SimpleQueue, *, seconds: float = 5) -> str:
    message = queue.get(timeout=seconds)
    message.ack()
    return str(message.payload)


def files(home: Path) -> int:
    return len(list(home.glob("waiting/*.msg"))) + len(list(home.glob("taken/*.msg")))


def test_messages_come_in_order_and_leave_nothing_behind(tmp_path: Path) -> None:
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("work")
        for word in ("甲", "乙", "丙"):
            queue.put(word)
        assert [take(queue) for _ in range(3)] == ["甲", "乙", "丙"]
        with pytest.raises(Empty):
            queue.get(timeout=0.3)
    assert files(tmp_path) == 0


def test_a_file_that_is_being_written_is_not_taken(tmp_path: Path) -> None:
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("work")
        (tmp_path / "waiting" / ".half.part").write_text('{"bo')
        with pytest.raises(Empty):
            queue.get(timeout=0.3)


def test_many_processes_lose_nothing_and_take_nothing_twice(tmp_path: Path) -> None:
    home, each = tmp_path / "queue", 400
    consumers = [script(CONSUMER, home, tmp_path / f"out-{n}", 60) for n in range(3)]
    publishers = [script(PUBLISHER, home, n, each) for n in range(2)]
    assert [publisher.communicate(timeout=60) and publisher.returncode for publisher in publishers] == [0, 0]

    def got() -> list[str]:
        return [line for path in tmp_path.glob("out-*") for line in path.read_text().split()]

    services.wait_until(lambda: len(got()) >= 2 * each, seconds=60)
    services.wait_until(lambda: files(home) == 0, seconds=5)
    for consumer in consumers:
        consumer.kill()
        consumer.communicate()
    assert sorted(got()) == sorted(f"{p}-{n}" for p in range(2) for n in range(each))
    assert files(home) == 0


def test_what_a_killed_process_had_taken_comes_back_when_its_lease_ends(tmp_path: Path) -> None:
    with connect(tmp_path, lease=3) as connection:
        queue = connection.SimpleQueue("work")
        queue.put("task")
        with script(TAKER, tmp_path, 3) as taker:
            assert taker.stdout is not None
            assert taker.stdout.readline() == "task\n"
            os.kill(taker.pid, signal.SIGKILL)
        with pytest.raises(Empty):
            queue.get(timeout=0.5)
        assert take(queue, seconds=10) == "task"
    assert files(tmp_path) == 0


def test_a_message_that_came_back_meanwhile_is_not_lost_when_its_first_taker_is_done(tmp_path: Path) -> None:
    with connect(tmp_path, lease=0.2) as connection:
        queue = connection.SimpleQueue("work")
        queue.put("task")
        late = queue.get(timeout=5)
        with connect(tmp_path, lease=60) as other:
            time.sleep(0.3)
            again = other.SimpleQueue("work").get(timeout=5)
            late.ack()
            assert files(tmp_path) == 1
            again.ack()
    assert files(tmp_path) == 0


def test_what_was_taken_and_not_done_goes_back_to_its_place_at_the_end(tmp_path: Path) -> None:
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("work")
        queue.put("first")
        queue.put("second")
        assert queue.get(timeout=5).payload == "first"
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("work")
        assert [take(queue), take(queue)] == ["first", "second"]


def test_a_rejected_message_comes_again_only_when_asked_to(tmp_path: Path) -> None:
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("work")
        queue.put("task")
        queue.get(timeout=5).requeue()
        assert files(tmp_path) == 1
        queue.get(timeout=5).reject()
    assert files(tmp_path) == 0


def test_recovery_puts_back_everything_and_drops_old_control_messages(tmp_path: Path) -> None:
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("work")
        queue.put("task")
        connection.SimpleQueue("here.celery.pidbox").put("ping")
        with script(TAKER, tmp_path, 1000) as taker:
            assert taker.stdout is not None
            taker.stdout.readline()
            os.kill(taker.pid, signal.SIGKILL)
        assert broker.recover(tmp_path) == 1
        assert files(tmp_path) == 1
        assert take(queue) == "task"


def test_control_messages_need_no_acknowledgement(tmp_path: Path) -> None:
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("here.celery.pidbox")
        queue.put("ping")
        assert queue.get(timeout=5).payload == "ping"
        assert files(tmp_path) == 0
