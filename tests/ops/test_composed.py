"""What docker-compose.yml would start, started without an engine: the same commands, environment and health checks,
against real PostgreSQL and Redis, and ended as an engine ends it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psycopg2
import pytest
import yaml

from tests import services
from tests.ops.processes import ROOT, kill

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.slow]
HOST = "tongchou.example.gov.cn"
RUNNING = ("web", "worker", "beat", "relay")
LOGGED = {"worker": "ready.", "beat": "beat: Starting"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"])


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty database."""
    server, name = services.postgres_url(), f"composed_{uuid.uuid4().hex[:8]}"
    connection = psycopg2.connect(server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield re.sub(r"/postgres(\?|$)", rf"/{name}\1", server)
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


@pytest.fixture
def environment(compose: dict[str, Any], database: str, redis_url: str, tmp_path: Path) -> dict[str, str]:
    """As the file gives it, with the places of this machine."""
    told = {key: value.replace("${HOSTNAME_PUBLIC:?the name that people type}", HOST).replace("${HOSTNAME_PUBLIC}", HOST)
            for key, value in compose["web"]["environment"].items()}  # fmt: skip
    told |= {"SECRET_KEY": "composed-" * 8, "DATABASE_URL": database, "REDIS_URL": redis_url}
    told |= {"VAR_DIR": str(tmp_path), "STATIC_ROOT": str(tmp_path / "assets"), "HOSTNAME": "composed"}
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "MODEL_DIR") if key in os.environ}
    return {**kept, **told, "READ_DOT_ENV": "0", "PYTHONUNBUFFERED": "1"}


def words(command: list[str], port: int) -> list[str]:
    """A command of the file for this machine: its interpreter, and a port that is free here."""
    return [sys.executable if word == "python" else word.replace("8000", str(port)) for word in command]


def check(service: dict[str, Any], port: int, environment: dict[str, str]) -> int:
    """The exit code of a service's own health check."""
    kind, *test = service["healthcheck"]["test"]
    if kind == "CMD-SHELL":
        name = subprocess.run(["hostname"], capture_output=True, text=True).stdout.strip()
        test = ["sh", "-c", test[0].replace("$$HOSTNAME", name).replace("python", sys.executable, 1)]
    done = subprocess.run(words(test, port), cwd=ROOT, env=environment, capture_output=True, timeout=60)
    return done.returncode


def test_the_processes_of_the_compose_file_are_healthy_and_end_by_themselves(
    compose: dict[str, Any], environment: dict[str, str], tmp_path: Path
) -> None:
    port = services.free_port()
    assets = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    before = [
        services.start(*command, cwd=ROOT, env=environment)
        for command in (words(compose["migrate"]["command"], port), assets)
    ]
    assert [process.wait(120) for process in before] == [0, 0]
    logs = {name: tmp_path / f"{name}.log" for name in RUNNING}
    running = {name: start(compose[name]["command"], port, environment, logs[name]) for name in RUNNING}
    try:
        assert services.wait_until(lambda: all(said(logs[name], word) for name, word in LOGGED.items()), seconds=60)
        assert services.wait_until(lambda: check(compose["web"], port, environment) == 0)
        assert check(compose["worker"], port, environment) == 0
        assert signing_in(port) == 200
        assert all(process.poll() is None for process in running.values())
        for process in running.values():
            process.send_signal(signal.SIGTERM)
        assert {name: process.wait(30) for name, process in running.items()} == dict.fromkeys(RUNNING, 0)
    finally:
        for name, process in running.items():
            kill(process)
            print(f"--- {name}\n{logs[name].read_text()[-2000:]}")  # noqa: T201


def start(command: list[str], port: int, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return services.start(
            *words(command, port), cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True
        )


def said(log: Path, word: str) -> bool:
    return word in log.read_text()


def signing_in(port: int) -> int:
    """The sign-in page as the proxy asks for it."""
    headers = {"Host": HOST, "X-Forwarded-Proto": "https"}
    with urlopen(Request(f"http://127.0.0.1:{port}/accounts/login/", headers=headers), timeout=20) as answer:
        return int(answer.status)
