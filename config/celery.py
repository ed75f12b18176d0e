"""The Celery application: what the relay publishes to and the worker takes from."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, setup_logging

from common import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
broker.register()

app = Celery("tongchou")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["common"], related_name="housekeeping")
app.autodiscover_tasks(["config.notifications"])


@setup_logging.connect(weak=False)
def keep_logging(**_: Any) -> None:
    """Celery logs as Django does: having a receiver keeps it from setting up its own."""


@celeryd_init.connect(weak=False)
def stop_soon(**_: Any) -> None:
    """A worker that waits for messages looks up twice a second: whoever presses Ctrl-C waits for it."""
    broker.Transport.longest_wait = 0.5
