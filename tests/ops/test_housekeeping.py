"""What the clock lets go, and that it starts only what a worker knows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from common.housekeeping import tidy
from common.models import OutboxMessage
from config.celery import app


def test_every_task_of_the_clock_is_known_to_the_workers():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


@pytest.mark.django_db
def test_delivered_messages_and_ended_sessions_go_and_the_rest_stays():
    now = timezone.now()
    sent = {"gone": now - timedelta(days=8), "recent": now - timedelta(days=6), "waiting": None}
    OutboxMessage.objects.bulk_create(OutboxMessage(task=name, sent_at=at) for name, at in sent.items())
    OutboxMessage.objects.filter(task="waiting").update(created_at=now - timedelta(days=300))
    for name, expires in {"ended": now - timedelta(seconds=1), "live": now + timedelta(hours=1)}.items():
        Session.objects.create(session_key=name, session_data="", expire_date=expires)
    tidy()
    assert set(OutboxMessage.objects.values_list("task", flat=True)) == {"recent", "waiting"}
    assert set(Session.objects.values_list("session_key", flat=True)) == {"live"}
