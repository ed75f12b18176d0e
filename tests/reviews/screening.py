"""What the tests of the screening share: a quick model that can be told to fail, and workers that run at once."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

from django.utils import timezone

from common.models import OutboxMessage
from config.celery import app
from matching.embed import Vectors
from projects.models import Application
from projects.states import ApplicationStatus
from reviews.models import Finding, Intake, Screening
from reviews.services.screening import jobs
from tests.factories import ApplicationFactory, LineFactory
from tests.matching.conftest import Quick

SEAL = ("电子印章服务", "提供电子印章的制作、签署、验章和用印日志。")
SEAL_TOO = ("电子印章服务", "提供电子印章的制作、签署、验章和用印日志，支持批量用印。")
WATER = ("水质断面监测", "采集河道断面的水质数据，超标时预警。")
GRID = ("网格巡查调度", "安排网格员的巡查路线，记录巡查轨迹。")


class Broken(Quick):
    """A model that never answers."""

    id = "broken"

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise MemoryError("the model is gone")


def application(place: SimpleNamespace, department: str, *texts: tuple[str, str], **more: object) -> Application:
    """An accepted application whose modules are these texts; not screened yet."""
    more = {"round": place.round, "status": ApplicationStatus.CONSOLIDATION} | more
    made = ApplicationFactory(department=getattr(place, department), drafter=getattr(place.people, department), **more)
    for number, (name, description) in enumerate(texts, 1):
        LineFactory(application=made, sequence=number, name=name, description=description)
    Intake.objects.create(application=made, accepted_at=timezone.now(), accepted_by=place.people.intake)
    return made


def deliver() -> int:
    """Run every task that waits in the outbox, and what these ask for, as relay and worker do."""
    app.loader.import_default_modules()
    ran = 0
    while message := OutboxMessage.objects.filter(sent_at=None).order_by("pk").first():
        OutboxMessage.objects.filter(pk=message.pk).update(sent_at=timezone.now())
        app.tasks[message.task](**message.payload)
        ran += 1
    return ran


def screened(place: SimpleNamespace) -> Screening:
    """The whole round, compared."""
    screening = jobs.start(place.round, by=place.people.li)
    deliver()
    screening.refresh_from_db()
    return screening


def pairs() -> set[tuple[str, str]]:
    """What was found between modules, by application."""
    rows = Finding.objects.filter(other_line__isnull=False)
    return set(rows.values_list("line__application__number", "other_line__application__number"))
