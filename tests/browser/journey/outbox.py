"""What relay and worker do in the product, done here at once: every task that waits is run, in order."""

from __future__ import annotations

from django.utils import timezone

from common.models import OutboxMessage
from config.celery import app


def deliver() -> int:
    """Run what the outbox holds, and what that asks for in turn; says how many tasks ran. A failure is the test's."""
    app.loader.import_default_modules()
    ran = 0
    while message := OutboxMessage.objects.filter(sent_at=None).order_by("pk").first():
        app.tasks[message.task](**message.payload)
        OutboxMessage.objects.filter(pk=message.pk).update(sent_at=timezone.now())
        ran += 1
    return ran
