"""Tasks that leave a trace, for tests with real worker processes."""

from __future__ import annotations

import time

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from common.models import AuditEvent


def trace(label: str) -> None:
    AuditEvent.objects.create(actor_code="system", action="trace", target_type="tests", target_id=0, target_name=label)


@shared_task(name="tests.once")
def once(label: str) -> None:
    """Notes each run, and has its effect once however often it runs."""
    trace(label)
    Session.objects.get_or_create(session_key=label, defaults={"expire_date": timezone.now()})


@shared_task(name="tests.slow")
def slow(label: str, seconds: float) -> None:
    trace(f"{label} began")
    time.sleep(seconds)
    trace(f"{label} done")
