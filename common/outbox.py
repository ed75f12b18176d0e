"""The outbox: slow work is written down with its reason, and handed to Celery after the commit.

A service calls `enqueue` inside its transaction, so that the work exists if and only if the change
does. The relay, a process of its own, publishes what waits. No page ever talks to the message
server: when that is down or hangs, people go on working and the work starts later.
Publishing may happen twice (the relay dies between publishing and noting it), never zero times:
tasks may run twice without harm.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import current_app
from django.db import transaction
from django.db.models import F, Q
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from kombu.exceptions import OperationalError

from common.models import OutboxMessage

log = structlog.get_logger(__name__)

BATCH = 100
CLAIM = timedelta(seconds=30)  # a relay that dies leaves its claims to the next after this time
KEPT = timedelta(days=7)  # delivered messages, for whoever looks into what happened
LONGEST_PAUSE = 60  # seconds between two attempts
AWAY = (OSError, OperationalError)  # the message server, not the message, is the reason

Publish = Callable[[OutboxMessage], None]


def enqueue(task: str, **ids: Any) -> OutboxMessage:
    """Ask for a task, by its full name and with ids only, as part of the caller's transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError(f"{task} is asked for outside a transaction")
    return OutboxMessage.objects.create(task=task, payload=ids)


def to_celery(message: OutboxMessage) -> None:
    """Publish one message; a name that no worker knows is refused, for a worker would drop it."""
    if message.task not in current_app.tasks:
        raise LookupError(f"no task is called {message.task}")
    current_app.send_task(message.task, kwargs=message.payload, task_id=f"outbox-{message.pk}")


def relay_once(publish: Publish = to_celery) -> int:
    """Publish what waits, oldest first; says how many messages went out.

    Any number of relays may run: a message belongs to the one whose UPDATE claimed it.
    """
    now, sent = timezone.now(), 0
    waiting = list(OutboxMessage.objects.filter(_due(now)).order_by("pk").values_list("pk", flat=True)[:BATCH])
    for pk in waiting:
        if not _claimed(pk):
            continue
        try:
            sent += _send(OutboxMessage.objects.get(pk=pk), publish)
        except AWAY:
            break  # the other messages would each wait as long
    return sent


def _due(now: datetime) -> Q:
    return Q(sent_at=None) & (Q(claimed_until=None) | Q(claimed_until__lt=now))


def _claimed(pk: int) -> bool:
    now = timezone.now()
    mine = OutboxMessage.objects.filter(_due(now), pk=pk)
    return bool(mine.update(claimed_until=now + CLAIM, attempts=F("attempts") + 1))


def _send(message: OutboxMessage, publish: Publish) -> bool:
    mine = OutboxMessage.objects.filter(pk=message.pk)
    try:
        publish(message)
    except Exception as error:
        # Whatever the reason is, the row must stay, and be tried again later and later.
        pause = min(2**message.attempts, LONGEST_PAUSE)
        mine.update(claimed_until=timezone.now() + timedelta(seconds=pause))
        log.warning("outbox.not_sent", message=message.pk, task=message.task, error=str(error), next_try=pause)
        if isinstance(error, AWAY):
            raise
        return False
    mine.update(sent_at=timezone.now(), claimed_until=None)
    return True


def forget_sent() -> int:
    """Delete what was delivered long ago; says how many. What was not delivered stays, however old."""
    return OutboxMessage.objects.filter(sent_at__lt=timezone.now() - KEPT).delete()[0]
