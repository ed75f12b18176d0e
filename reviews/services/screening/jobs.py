"""The screening of a round as chunks: claimed with a lease, resumable after a kill, never failing open."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from common.outbox import enqueue
from governance.models import Round, User
from matching.corpus import Corpus
from matching.reading import boilerplate_of, vectors_of
from matching.records import Record, prepare
from matching.space import load_background
from projects.models import Application, Line
from projects.states import UNDER_WAY
from reviews.models import Screening, ScreeningChunk
from reviews.services.screening import findings
from reviews.services.screening.texts import StoredVectors, embedder, records_of
from reviews.states import JobState, ScreeningStep

log = structlog.get_logger(__name__)

SIZE = 25  # applications in a chunk
LEASE = timedelta(minutes=5)
TRIES = 3
RUN_CHUNK = "reviews.tasks.run_chunk"
PREPARE = "reviews.tasks.prepare_screening"
OPEN = [JobState.WAITING, JobState.RUNNING]


@transaction.atomic
def start(round: Round, *, by: User) -> Screening:
    """Ask for the screening of a whole round; the workers do it, the page shows how far they are."""
    round = Round.objects.locked(round.pk)
    demand(by.is_judge_of(round.jurisdiction_id), _("Only a reviewer or head of the authority starts a screening."))
    demand(
        not round.screenings.filter(state__in=OPEN).exists(), _("This round is being screened already: wait for its end.")
    )
    demand(
        Application.objects.filter(round=round, status__in=UNDER_WAY).exists(),
        _("There is no application in this round to screen."),
    )
    screening = Screening.objects.create(round=round, asked_by=by)
    enqueue(PREPARE, screening_id=screening.pk)
    audit.record("round.screening_asked", round, by=by)
    return screening


def prepare_screening(screening: Screening) -> None:
    """Find the boilerplate of the corpus and cut the round into chunks. May run twice without harm."""
    if screening.state != JobState.WAITING:
        return
    model = embedder()
    records = records_of(screening.round)
    found = boilerplate_of(records, model, cache=StoredVectors(model).load())
    with transaction.atomic():
        screening = Screening.objects.select_for_update(of=("self",)).select_related("round").get(pk=screening.pk)
        if screening.state != JobState.WAITING:
            return
        screening.state, screening.model_id, screening.is_degraded = JobState.RUNNING, model.id, model.is_degraded
        screening.boilerplate = sorted(found)
        screening.save(update_fields=["state", "model_id", "is_degraded", "boilerplate"])
        _cut(screening)
        _publish(screening, ScreeningStep.READ)


def _cut(screening: Screening) -> None:
    applications = list(
        Application.objects.filter(round=screening.round, status__in=UNDER_WAY).order_by("pk").values_list("pk", flat=True)
    )
    parts = [applications[at : at + SIZE] for at in range(0, len(applications), SIZE)]
    ScreeningChunk.objects.bulk_create(
        ScreeningChunk(screening=screening, step=step, number=number, applications=part)
        for step in ScreeningStep
        for number, part in enumerate(parts, 1)
    )


def _publish(screening: Screening, step: ScreeningStep) -> None:
    for pk in screening.chunks.filter(step=step, state=JobState.WAITING).values_list("pk", flat=True):
        enqueue(RUN_CHUNK, chunk_id=pk)


def claim(chunk_id: int) -> ScreeningChunk | None:
    """Take a chunk for a while, in one conditional UPDATE; None when another worker has it or it is done."""
    now = timezone.now()
    free = Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, leased_until__lt=now)
    taken = ScreeningChunk.objects.filter(free, pk=chunk_id, attempts__lt=TRIES).update(
        state=JobState.RUNNING, leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    return ScreeningChunk.objects.select_related("screening__round").get(pk=chunk_id) if taken else None


def run_chunk(chunk_id: int) -> None:
    """Read or compare one chunk. What fails is tried again, and in the end its modules are doubtful."""
    chunk = claim(chunk_id)
    if chunk is None:
        return
    try:
        if chunk.step == ScreeningStep.READ:
            _read(chunk)
        else:
            _compare(chunk)
    except Exception as error:  # whatever it was, the chunk must not be forgotten
        log.exception("screening chunk failed", chunk=chunk_id)
        _fail(chunk, repr(error)[:500])
    else:
        ScreeningChunk.objects.filter(pk=chunk.pk).update(state=JobState.DONE, leased_until=None)
    advance(chunk.screening_id)


def _fail(chunk: ScreeningChunk, error: str) -> None:
    with transaction.atomic():
        gone = chunk.attempts >= TRIES
        state = JobState.FAILED if gone else JobState.WAITING
        ScreeningChunk.objects.filter(pk=chunk.pk).update(state=state, leased_until=None, error=error)
        if not gone:
            enqueue(RUN_CHUNK, chunk_id=chunk.pk)
        elif chunk.step == ScreeningStep.COMPARE:
            findings.doubt(chunk.applications, "failed")


def _read(chunk: ScreeningChunk) -> None:
    """Put the vectors of the chunk's modules, and of every n-th other text, into the store."""
    model, boilerplate = embedder(), frozenset(chunk.screening.boilerplate)
    parts = ScreeningChunk.objects.filter(screening=chunk.screening, step=ScreeningStep.READ).count()
    own = {f"application-{pk}" for pk in chunk.applications}
    mine = [
        record
        for place, record in enumerate(records_of(chunk.screening.round))
        if record.project in own or (record.pool != "round" and place % parts == chunk.number - 1)
    ]
    vectors_of([prepare(record, boilerplate) for record in mine], model, cache=StoredVectors(model).load())


def _compare(chunk: ScreeningChunk) -> None:
    corpus = _corpus(chunk.screening)
    wanted = _modules_of(chunk, records_of(chunk.screening.round))
    outcomes = corpus.compare([record for record in wanted if record.id in corpus], top=findings.SHOWN)
    findings.store(chunk.applications, outcomes, corpus, corpus.explainer(embedder()))


def _modules_of(chunk: ScreeningChunk, records: list[Record]) -> list[Record]:
    own = set(Line.objects.modules().filter(application__in=chunk.applications).values_list("pk", flat=True))
    return [record for record in records if record.pool == "round" and int(record.id.partition("-")[2]) in own]


_CORPORA: dict[int, Corpus] = {}


def _corpus(screening: Screening) -> Corpus:
    """All texts of the screening with their vectors; the newest stays in the process for its other chunks."""
    if screening.pk not in _CORPORA:
        model, boilerplate = embedder(), frozenset(screening.boilerplate)
        cache = StoredVectors(model).load()
        records = records_of(screening.round)
        corpus = Corpus(load_background(model, cache=cache), boilerplate=boilerplate)
        corpus.add(records, vectors_of([prepare(record, boilerplate) for record in records], model, cache=cache))
        _CORPORA.clear()
        _CORPORA[screening.pk] = corpus
    return _CORPORA[screening.pk]


def advance(screening_id: int) -> None:
    """Go on to comparing when all is read, and end when all is compared. Safe to call at any time."""
    with transaction.atomic():
        screening = Screening.objects.select_for_update(of=("self",)).select_related("round").get(pk=screening_id)
        if screening.state != JobState.RUNNING:
            return
        _give_up_dead(screening)
        pending = set(screening.chunks.filter(state__in=OPEN).values_list("step", flat=True))
        if ScreeningStep.READ in pending:
            return
        started = screening.chunks.filter(step=ScreeningStep.COMPARE).exclude(state=JobState.WAITING, attempts=0)
        if ScreeningStep.COMPARE in pending:
            if not started.exists():
                _publish(screening, ScreeningStep.COMPARE)
            return
        failed = screening.chunks.filter(state=JobState.FAILED, step=ScreeningStep.COMPARE).exists()
        screening.state = JobState.FAILED if failed else JobState.DONE
        screening.finished_at = timezone.now()
        screening.save(update_fields=["state", "finished_at"])
        findings.rebuild_clusters(screening.round, _corpus(screening))
        audit.record("round.screened", screening.round, by=None, state=screening.state, degraded=screening.is_degraded)


def _give_up_dead(screening: Screening) -> None:
    """A chunk whose worker died on its last try is failed, and its modules are doubtful."""
    dead = screening.chunks.filter(state=JobState.RUNNING, leased_until__lt=timezone.now(), attempts__gte=TRIES)
    for chunk in dead:
        _fail(chunk, "the worker died")


def resume() -> int:
    """By the clock: hand out again what waits or whose worker died, in every running screening."""
    handed = 0
    now = timezone.now()
    for screening in Screening.objects.filter(state__in=OPEN):
        if screening.state == JobState.WAITING:
            if screening.asked_at < now - LEASE:
                with transaction.atomic():
                    enqueue(PREPARE, screening_id=screening.pk)
            continue
        advance(screening.pk)
        lost = screening.chunks.filter(state=JobState.RUNNING, leased_until__lt=now, attempts__lt=TRIES)
        for pk in lost.values_list("pk", flat=True):
            with transaction.atomic():
                enqueue(RUN_CHUNK, chunk_id=pk)
            handed += 1
    return handed


def screen_application(application: Application) -> int:
    """Compare the modules of one accepted application with everything; at acceptance, and when its texts change."""
    round, model = application.round, embedder()
    try:
        cache = StoredVectors(model).load()
        records = records_of(round)
        corpus = Corpus.build(records, model, cache=cache)
        own = f"application-{application.renews_id or application.pk}"
        wanted = [record for record in records if record.pool == "round" and record.project == own]
        outcomes = corpus.compare(wanted, top=findings.SHOWN)
        return findings.store([application.pk], outcomes, corpus, corpus.explainer(model))
    except Exception:  # never open: what could not be computed is doubtful
        log.exception("screening failed", application=application.pk)
        return findings.doubt([application.pk], "failed")
