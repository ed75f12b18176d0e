"""The screening of single applications, as they come in: at once, and again when their texts changed."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db.models import QuerySet

from projects.models import Application
from projects.states import ApplicationStatus
from reviews.models import Intake
from reviews.services.screening import corpora, findings, grouping, records, vectors

log = structlog.get_logger(__name__)

TOGETHER = 25  # applications that one task takes along
WORDS = 1000  # pairs that are explained word by word, where any are
READY = [ApplicationStatus.SUBMITTED, ApplicationStatus.CONSOLIDATION]


def screen_application(application: Application) -> int:
    """Compare an application with everything, and others of its round that wait for it; says how many.

    Nothing is done twice: what was screened since its texts changed last is left alone. What cannot be computed is
    doubtful. The clusters of the round follow.
    """
    if not _waiting(application).filter(application=application).exists():
        return 0
    others = _waiting(application).exclude(application=application).values_list("application", flat=True)
    wanted = [application.pk, *others.order_by("pk")[: TOGETHER - 1]]
    try:
        _screen(application, wanted)
    except Exception:  # never open: a person looks instead
        log.exception("screening.applications_failed", applications=wanted)
        for pk in _unscreened(wanted):
            findings.doubt(pk, findings.FAILED)
    return len(wanted)


def _screen(application: Application, wanted: list[int]) -> None:
    place = application.round.jurisdiction_id
    corpus = corpora.of_round(application.round, records.of_applications(wanted, place))
    words = findings.Words(corpus, vectors.embedder(), WORDS if settings.SCREENING_WORD_PAIRS else 0)
    for pk in wanted:
        outcomes = corpora.compare(corpus, records.of_applications([pk], place), findings.SHOWN)
        findings.store(pk, findings.found_by(outcomes, corpus, words), both_ways=True)
    try:
        grouping.regroup(application.round, corpus.weights)
    except Exception:  # the findings stand; the next screening groups again
        log.exception("screening.grouping_failed", round=application.round_id)


def _waiting(application: Application) -> QuerySet[Intake]:
    return Intake.objects.filter(
        application__round=application.round_id, application__status__in=READY, screened_at__isnull=True
    )


def _unscreened(wanted: list[int]) -> list[int]:
    rows = Intake.objects.filter(application__in=wanted, screened_at__isnull=True)
    return list(rows.values_list("application", flat=True))
