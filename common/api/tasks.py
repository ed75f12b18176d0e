"""What a clock does for the API."""

from __future__ import annotations

from celery import shared_task

from common.api import idempotency


@shared_task
def forget_old_keys() -> int:
    """Let go of the answers that nobody will ask for again."""
    return idempotency.forget_old_keys()
