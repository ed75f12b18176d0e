"""The screening of a round, done here at once instead of by workers, from vectors that come with the city."""

from __future__ import annotations

from celery import current_app
from django.test.utils import override_settings
from django.utils import timezone

from common.models import OutboxMessage
from config.demo import vectors
from governance.models import Round, User
from projects.models import Application
from projects.states import ApplicationStatus
from reviews.services.intake import SCREEN
from reviews.services.screening import acceptance, jobs


def screen(round: Round, *, by: User) -> None:
    """Compare the whole round; alike texts are shown by characters, for reading word by word takes minutes."""
    vectors.load()
    with override_settings(SCREENING_WORD_PAIRS=0):
        jobs.start(round, by=by)
        _deliver(jobs.RUN_CHUNK)


def screen_late(round: Round) -> None:
    """What came in since; what was submitted before stands in the screening of the round already."""
    with override_settings(SCREENING_WORD_PAIRS=0):
        for application in Application.objects.filter(round=round, status=ApplicationStatus.SUBMITTED).order_by("pk"):
            acceptance.screen_application(application)
    OutboxMessage.objects.filter(task=SCREEN, sent_at=None).update(sent_at=timezone.now())


def _deliver(task: str) -> None:
    """Run what waits in the outbox for this task, and what that asks for in turn."""
    current_app.loader.import_default_modules()
    while message := OutboxMessage.objects.filter(sent_at=None, task=task).order_by("pk").first():
        current_app.tasks[message.task](**message.payload)
        OutboxMessage.objects.filter(pk=message.pk).update(sent_at=timezone.now())
