"""What nobody needs any more is let go, by the clock."""

from __future__ import annotations

from importlib import import_module

from celery import shared_task
from django.conf import settings

from common.api.idempotency import forget_old_keys
from common.outbox import forget_sent


@shared_task
def tidy() -> None:
    """Old answers to programs, delivered messages and ended sessions; may run any number of times."""
    forget_old_keys()
    forget_sent()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
