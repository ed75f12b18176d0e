"""Work of governance that a clock asks for; it may run twice without harm."""

from __future__ import annotations

from celery import shared_task

from governance.services import notifications, rounds


@shared_task
def close_ended_rounds() -> int:
    """Take no more applications once the last day is over."""
    return rounds.close_ended_rounds()


@shared_task
def forget_read_notifications() -> int:
    """Let go what people read long ago."""
    return notifications.forget_read()
