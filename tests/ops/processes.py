"""The product's processes, started for one test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from tests import services

ROOT = Path(__file__).resolve().parents[2]
WORKER = ("-m", "celery", "-q", "-A", "config", "worker", "-c", "1", "--without-gossip", "--without-mingle")
RELAY = ("manage.py", "relay", "--pause", "0.1")


def database_url() -> str:
    """The database of the tests, as another process names it."""
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    host = chosen["HOST"] or chosen["OPTIONS"].get("host", "")
    port = f":{chosen['PORT']}" if chosen["PORT"] else ""
    account = f"{quote(chosen['USER'])}:{quote(chosen['PASSWORD'])}@" if chosen["PASSWORD"] else f"{chosen['USER']}@"
    if host.startswith("/"):
        return f"postgresql://{account}/{chosen['NAME']}?host={host}"
    return f"postgresql://{account}{host}{port}/{chosen['NAME']}"


def environment(var: Path, **more: str) -> dict[str, str]:
    """As the product sees it in production: none of the tests' own settings."""
    mine = {"DJANGO_SETTINGS_MODULE": "tests.ops.settings", "READ_DOT_ENV": "0", "VAR_DIR": str(var)}
    mine |= {"DATABASE_URL": database_url(), "PYTHONUNBUFFERED": "1"}
    kept = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "QUEUE_DIR")}
    return {**kept, **mine, **more}


@contextmanager
def running(*words: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process of the product, in a group of its own; its log is shown when a test fails."""
    with log.open("ab") as out:
        process = services.start(
            sys.executable, *words, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield process
    finally:
        kill(process)
        print(f"--- {words[-1]}\n{log.read_text()[-3000:]}")  # noqa: T201


def kill(process: subprocess.Popen[bytes]) -> None:
    """The process and its children, as a power failure would."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def run(*words: str, env: dict[str, str], timeout: float = 60) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=timeout)
