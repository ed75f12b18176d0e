"""The screening of a round as chunks: claimed with a lease, resumable after a kill, never failing open.

One step follows the other: prepare → read → compare → group; before a large round is compared, its modules are placed
in cells and paired within them. The chunks of a step are cut when the step before has ended, so whoever ends the last
one, or the clock, goes on. What fails three times is given up: its modules are doubtful.
"""

from __future__ import annotations

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from common.outbox import enqueue
from governance.models import Round, User
from projects.models import Application
from projects.states import UNDER_WAY
from reviews.models import Intake, Screening, ScreeningChunk
from reviews.queries.weights import in_use
from reviews.services.screening import cells, corpora, findings, vectors
from reviews.services.screening.lease import LEASE, Lease, Lost, mine
from reviews.services.screening.steps import STEPS
from reviews.states import CellWork, JobState, ScreeningStep

log = structlog.get_logger(__name__)

SIZE = 25  # applications in a chunk
TRIES = 3
RUN_CHUNK = "reviews.tasks.run_chunk"
OPEN = [JobState.WAITING, JobState.RUNNING]
ORDER: list[tuple[str, str]] = [
    (ScreeningStep.PREPARE, ""),
    (ScreeningStep.READ, ""),
    (ScreeningStep.COMPARE, CellWork.PLACE),
    (ScreeningStep.COMPARE, CellWork.PAIR),
    (ScreeningStep.COMPARE, ""),
    (ScreeningStep.GROUP, ""),
]


@transaction.atomic
def start(round: Round, *, by: User) -> Screening:
    """Ask for the screening of a whole round; the workers do it, the page shows how far they are."""
    round = Round.objects.locked(round.pk)
    demand(by.is_judge_of(round.jurisdiction_id), _("Only a reviewer or head of the authority starts a screening."))
    demand(not round.screenings.filter(state__in=OPEN).exists(), _("This round is being screened already."))
    demand(_applications(round), _("There is no application in this round to screen."))
    model = vectors.embedder()
    screening = Screening.objects.create(
        round=round,
        asked_by=by,
        model_id=model.id,
        weights=in_use(round.jurisdiction_id),
        is_degraded=model.is_degraded,
        shares=0 if model.is_degraded else cells.shares_of(round),
    )
    _cut(screening, ScreeningStep.PREPARE, "")
    audit.record("round.screening_asked", round, by=by)
    return screening


def run_chunk(chunk_id: int) -> None:
    """Do a chunk that nobody else does. What fails is tried again, and in the end its modules are doubtful."""
    chunk = claim(chunk_id)
    if chunk is None:
        return
    try:
        with Lease(chunk):
            STEPS[chunk.cells or chunk.step](chunk)
    except Lost:
        log.warning("screening.chunk_lost", chunk=chunk_id)
        return
    except cells.Changed as changed:
        cells.begin_anew(chunk, changed.corpus)
    except Exception as error:  # whatever it was, the chunk must not be forgotten
        log.exception("screening.chunk_failed", chunk=chunk_id)
        corpora.forget()
        _fail(chunk, repr(error)[:500])
    else:
        mine(chunk).update(state=JobState.DONE, leased_until=None)
    if not chunk.screening.chunks.filter(state=JobState.WAITING).exists():
        corpora.forget()
        cells.forget()
    advance(chunk.screening_id)


def claim(chunk_id: int) -> ScreeningChunk | None:
    """Take a chunk for a while, in one conditional UPDATE; None when another worker has it or it is done."""
    now = timezone.now()
    free = Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, leased_until__lt=now)
    taken = ScreeningChunk.objects.filter(free, pk=chunk_id, attempts__lt=TRIES).update(
        state=JobState.RUNNING, leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    if not taken:
        return None
    chunk = ScreeningChunk.objects.select_related("screening__round").get(pk=chunk_id)
    Screening.objects.filter(pk=chunk.screening_id, state=JobState.WAITING).update(state=JobState.RUNNING)
    return chunk


def advance(screening_id: int) -> None:
    """Go on to the next step when all chunks of one have ended, and end after the last. Safe at any time."""
    with transaction.atomic():
        screening = Screening.objects.locked(screening_id)
        if screening.state not in OPEN or screening.chunks.filter(state__in=OPEN).exists():
            return
        done = max(ORDER.index(turn) for turn in screening.chunks.values_list("step", "cells"))
        follow = [(step, work) for step, work in ORDER[done + 1 :] if screening.shares or not work]
        if follow:
            _cut(screening, *follow[0])
        else:
            _end(screening)


def resume() -> int:
    """By the clock: hand out again what waits or whose worker died, in every running screening."""
    handed = 0
    for screening in Screening.objects.filter(state__in=OPEN):
        handed += _hand_out(screening)
        advance(screening.pk)
    return handed


def _hand_out(screening: Screening) -> int:
    """Chunks whose worker died; those that wait too when nobody works, for their messages may be lost."""
    now = timezone.now()
    dead = Q(state=JobState.RUNNING, leased_until__lt=now)
    for chunk in screening.chunks.filter(dead, attempts__gte=TRIES).select_related("screening"):
        _fail(chunk, "the worker died")
    free = dead
    if not screening.chunks.filter(state=JobState.RUNNING, leased_until__gte=now).exists():
        free |= Q(state=JobState.WAITING)
    keys = list(screening.chunks.filter(free, attempts__lt=TRIES).values_list("pk", flat=True))
    with transaction.atomic():
        for key in keys:
            enqueue(RUN_CHUNK, chunk_id=key)
    return len(keys)


def _cut(screening: Screening, step: str, work: str) -> None:
    """Make the chunks of a step, and ask for each."""
    first = screening.chunks.filter(step=step).count() + 1
    for number, part in enumerate(_parts(screening, step, work), first):
        chunk = ScreeningChunk.objects.create(
            screening=screening, step=step, cells=work, number=number, applications=part
        )
        enqueue(RUN_CHUNK, chunk_id=chunk.pk)


def _parts(screening: Screening, step: str, work: str) -> list[list[int]]:
    """The applications of each chunk of a step; those of cells have none."""
    if work:
        return [[]] * cells.parts(screening)
    found = _applications(screening.round) if step in (ScreeningStep.READ, ScreeningStep.COMPARE) else []
    return [found[at : at + SIZE] for at in range(0, len(found), SIZE)] or [[]]


def _applications(round: Round) -> list[int]:
    rows = Application.objects.filter(round=round, status__in=UNDER_WAY).order_by("pk")
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def _fail(chunk: ScreeningChunk, error: str) -> None:
    """Try again; after the last time what was not compared is doubtful, and what has no cells is compared without."""
    if chunk.cells:
        cells.lock(chunk)
    gone = chunk.attempts >= TRIES
    state = JobState.FAILED if gone else JobState.WAITING
    if not mine(chunk).update(state=state, leased_until=None, error=error):
        return
    if not gone:
        enqueue(RUN_CHUNK, chunk_id=chunk.pk)
    elif chunk.cells:
        cells.leave(chunk.screening)
    elif chunk.step == ScreeningStep.COMPARE:
        done = Intake.objects.filter(screened_at__gte=chunk.screening.asked_at).values_list("application", flat=True)
        for application in set(chunk.applications) - set(done.filter(application__in=chunk.applications)):
            findings.doubt(application, findings.FAILED)


def _end(screening: Screening) -> None:
    failed = screening.chunks.filter(state=JobState.FAILED).exists()
    screening.state = JobState.FAILED if failed else JobState.DONE
    screening.finished_at = timezone.now()
    screening.save(update_fields=["state", "finished_at"])
    cells.tidy(screening)
    audit.record("round.screened", screening.round, by=None, state=screening.state, degraded=screening.is_degraded)
