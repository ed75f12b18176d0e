"""`make run` on this machine: everything comes up, Ctrl-C leaves nothing, data stays."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests import services
from tests.ops.processes import ROOT, run, running

MARK = "TONGCHOU_TEST_RUN"


def environment(var: Path, mark: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    kept["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return {**kept, MARK: mark, "VAR_DIR": str(var), "READ_DOT_ENV": "0", "DEMO_CITY": "0"}


def left(mark: str) -> list[str]:
    """Command lines of the processes that carry the mark in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def status(port: int, path: str = "/healthz/ready") -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except (URLError, ConnectionError, TimeoutError):
        return 0


@contextmanager
def serving(var: Path, port: int, mark: str) -> Iterator[subprocess.Popen[bytes]]:
    log = var.with_suffix(".log")
    words = ("manage.py", "serve", "--port", str(port))
    with running(*words, env=environment(var, mark), log=log) as process:
        assert services.wait_until(lambda: status(port) == 200 and "ready." in log.read_text(), seconds=90)
        yield process


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.slow
def test_everything_runs_ends_and_keeps_its_data(tmp_path: Path) -> None:
    var, port, mark = tmp_path / "var", services.free_port(), uuid.uuid4().hex
    var.mkdir()
    with serving(var, port, mark) as process:
        assert status(port, "/accounts/login/") == 200
        names = " ".join(left(mark))
        assert all(word in names for word in ("gunicorn", " worker ", " beat", " relay"))
        second = run("manage.py", "serve", "--port", str(services.free_port()), env=environment(var, mark))
        assert "Another server is running with the data in" in second.stderr
        add = "from governance.models import User; User.objects.create(username='kept')"
        run("manage.py", "shell", "-c", add, env=environment(var, mark))
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(20) == 130
    assert left(mark) == []
    assert "SIGKILL" not in var.with_suffix(".log").read_text(), "each ended by itself"
    with serving(var, port, mark) as process:
        count = "from governance.models import User; print(User.objects.filter(username='kept').count())"
        assert run("manage.py", "shell", "-v", "0", "-c", count, env=environment(var, mark)).stdout == "1\n"
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(20) == 143
    assert left(mark) == []


def test_a_taken_port_is_said_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        result = run("tools/bootstrap.py", "run", "--port", str(port), env=dict(os.environ), timeout=20)
    assert result.returncode == 1
    assert result.stderr == f"port {port} of 127.0.0.1 is taken: make run PORT={port + 1}\n"
    assert str(ROOT) not in result.stderr


def test_a_host_of_another_machine_is_said_in_a_sentence() -> None:
    result = run("tools/bootstrap.py", "run", "--host", "192.0.2.1", env=dict(os.environ), timeout=20)
    assert result.returncode == 1
    assert result.stderr.startswith("set-up stopped: cannot listen on 192.0.2.1 port 8000")
