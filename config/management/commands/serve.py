"""Everything on one machine, in the foreground: web, worker, scheduler and relay."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from honcho import manager as honcho
from honcho.compat import ProcessManager

from common import broker
from config import safety

PATIENCE = 15  # seconds in which a process may end what it has in hand, before it is killed


class Command(BaseCommand):
    help = "Bring the database up to date, then run web, worker, scheduler and relay until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        if not safety.is_loopback(host):
            hosts = settings.ALLOWED_HOSTS
            key = "" if settings.SECRET_KEY_IS_LOCAL else settings.SECRET_KEY
            if unsafe := safety.problems(hosts=[host, *hosts], key=key, debug=settings.DEBUG):
                raise CommandError(f"Refusing to serve {host}: {'; '.join(unsafe)}. See .env.example.")
        with alone():
            prepare()
            address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            self.stdout.write(f"\n  http://{address}/   (Ctrl-C stops it)\n")
            self.stdout.flush()
            sys.exit(run_all(address))


@contextmanager
def alone() -> Iterator[None]:
    """The queue in the folder belongs to one set of processes."""
    with (settings.VAR / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(f"Another server is running with the data in {settings.VAR}: stop it first.") from None
        yield


def prepare() -> None:
    call_command("prepare", verbosity=0)
    collect_assets()
    if settings.CELERY_BROKER_URL == broker.URL:
        broker.recover(settings.QUEUE_DIR)


def collect_assets() -> None:
    """Gather and compress what browsers load; skipped when that is unchanged (it takes seconds)."""
    files = sorted(Path(path) for finder in get_finders() for path in found_by(finder))
    facts = [f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]
    now = hashlib.sha256("\n".join(facts).encode()).hexdigest()
    stamp = settings.STATIC_ROOT / ".stamp"
    if not stamp.exists() or stamp.read_text() != now:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(now)


def found_by(finder: BaseFinder) -> Iterator[str]:
    for name, storage in finder.list([]):
        yield storage.path(name)


def commands(address: str) -> dict[str, list[str]]:
    """The processes by name. Beat and relay are single; web and worker may be many elsewhere."""
    python = [sys.executable, "-m"]
    web = ["gunicorn", "config.wsgi", "--bind", address, "--worker-class", "gthread"]
    web += ["--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning"]
    worker = ["celery", "-q", "-A", "config", "worker", "-c", "2", "--without-gossip", "--without-mingle"]
    return {
        "web": [*python, *web],
        "worker": [*python, *worker],
        "beat": [*python, "celery", "-q", "-A", "config", "beat"],
        "relay": [sys.executable, "manage.py", "relay"],
    }


class Leaders(ProcessManager):
    """Asks the first process of a group only: the worker waits for ever for children that somebody else has ended."""

    def terminate(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def run_all(address: str) -> int:
    """Run until one of them ends or a signal comes; none is left behind."""
    honcho.KILL_WAIT = PATIENCE
    manager = honcho.Manager()
    manager._procmgr = Leaders()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "ORT_DISABLE_TELEMETRY": "1"}
    for name, command in commands(address).items():
        manager.add_process(name, f"exec {shlex.join(command)}", env=environment, cwd=str(settings.BASE_DIR))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))  # the terminal was closed
    manager.loop()
    return int(manager.returncode or 0)
