"""Everything on one machine, in the foreground: web, worker, scheduler and relay."""

from __future__ import annotations

import fcntl
import os
import shlex
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from honcho.manager import Manager

from common import broker
from config import safety, starter


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
            self.stdout.write(f"\n  http://{host}:{port}/   (Ctrl-C stops it)\n")
            self.stdout.flush()
            sys.exit(run_all(host, port))


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
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    starter.load()
    if settings.CELERY_BROKER_URL == broker.URL:
        broker.recover(settings.QUEUE_DIR)


def commands(host: str, port: int) -> dict[str, list[str]]:
    """The processes by name. Beat and relay are single; web and worker may be many elsewhere."""
    python = [sys.executable, "-m"]
    web = ["gunicorn", "config.wsgi", "--bind", f"{host}:{port}", "--worker-class", "gthread"]
    web += ["--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning"]
    worker = ["celery", "-A", "config", "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    return {
        "web": [*python, *web],
        "worker": [*python, *worker],
        "beat": [*python, "celery", "-A", "config", "beat"],
        "relay": [sys.executable, "manage.py", "relay"],
    }


def run_all(host: str, port: int) -> int:
    """Run until one of them ends or a signal comes; none is left behind."""
    manager = Manager()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "ORT_DISABLE_TELEMETRY": "1"}
    for name, command in commands(host, port).items():
        manager.add_process(name, f"exec {shlex.join(command)}", env=environment, cwd=str(settings.BASE_DIR))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))  # the terminal was closed
    manager.loop()
    return int(manager.returncode or 0)
