"""The relay: hands the outbox to Celery until it is told to stop."""

from __future__ import annotations

import signal
from threading import Event
from types import FrameType
from typing import Any

import structlog
from celery import current_app
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections, connection

from common.outbox import relay_once

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Publish the outbox to the task queue until stopped; with --once, what waits now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true")
        parser.add_argument("--pause", type=float, default=0.5, help="seconds between two looks")

    def handle(self, *args: Any, once: bool, pause: float, **options: Any) -> None:
        current_app.loader.import_default_modules()  # so that names which no worker knows are seen
        if once:
            self.stdout.write(f"{relay_once()} sent")
            return
        stop = Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        while not stop.is_set():
            if not self.look():
                stop.wait(pause)

    def look(self) -> int:
        """One look; a database that is away is waited for."""
        try:
            close_old_connections()
            return relay_once()
        except DatabaseError as error:
            log.warning("outbox.no_database", error=str(error))
            connection.close()
            return 0
