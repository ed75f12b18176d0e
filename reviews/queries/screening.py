"""How far the screening of a round is, and what it found: pools by bands."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import System, SystemFunction
from catalog.states import RUNS
from governance.models import Round
from projects.models import Line
from projects.states import UNDER_WAY
from reviews.models import Finding, Intake, Screening, ScreeningChunk
from reviews.states import Band, CellWork, JobState, Pool, ScreeningStep

# What share of the whole each step takes, in hundredths; reading takes longest.
SHARES = {ScreeningStep.PREPARE: 5, ScreeningStep.READ: 65, ScreeningStep.COMPARE: 25, ScreeningStep.GROUP: 5}
# What share of comparing a large round each part of it takes.
OF_COMPARING = {CellWork.PLACE: 0.1, CellWork.PAIR: 0.3, "": 0.6}
TELLING = 10  # per cent from which the time that is left can be told
ENDED = (JobState.DONE, JobState.FAILED)
Counts = Counter[tuple[str, str, bool]]  # of step, work in cells and whether it has ended
WORDS = {
    ScreeningStep.PREPARE: _(
        "Sentences that unrelated projects copy from each other are set aside: they do not count as likeness."
    ),
    ScreeningStep.READ: _(
        "The text of every module is read by the language model, on this machine, once for each text."
    ),
    ScreeningStep.COMPARE: _(
        "Every module is held against this round, earlier rounds, running systems and the catalog; "
        "the wording that two of them share is kept as evidence."
    ),
    ScreeningStep.GROUP: _("Modules that do the same thing are put together into clusters for the workbench."),
}


@dataclass(frozen=True)
class StepWords:
    """A step of the screening in words: done, now, or still to come."""

    label: str
    what: Promise
    state: str


@dataclass(frozen=True)
class Progress:
    """One screening: what is done now, how much of it, how much of all."""

    pk: int
    state: JobState
    step: ScreeningStep
    done: int
    all: int
    percent: int
    minutes_left: int | None
    work: str
    applications: int
    given_up: int
    is_degraded: bool
    model: str
    asked_at: datetime
    asked_by: str
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def steps(self) -> list[StepWords]:
        """What it does, step by step, and where it is."""
        order = list(ScreeningStep)
        here = order.index(self.step) if self.is_open else len(order)
        begun = self.state != JobState.WAITING
        return [
            StepWords(str(step.label), WORDS[step], "done" if at < here else "now" if begun and at == here else "")
            for at, step in enumerate(order)
        ]


@dataclass(frozen=True)
class PoolRow:
    """What was found in one pool: findings and modules by band."""

    pool: Pool
    likely: int
    look: int
    doubtful: int


@dataclass(frozen=True)
class Summary:
    """What stands now for the round, whichever screening found it."""

    pools: list[PoolRow]
    modules: int
    touched: int
    unjudged: int
    generic: int
    unscreened: int
    silent_systems: int


def progress(screening: Screening) -> Progress:
    """From the chunks of the screening; without a query when they were prefetched."""
    chunks = list(screening.chunks.all())
    counts = Counter((chunk.step, chunk.cells, chunk.state in ENDED) for chunk in chunks)
    now = [(step, work) for step in ScreeningStep for work in OF_COMPARING if _all(counts, step, work)][-1:]
    step, work = now[0] if now else (ScreeningStep.PREPARE, "")
    percent = int(_share(counts, is_in_cells=bool(screening.shares)))
    return Progress(
        pk=screening.pk,
        state=JobState(screening.state),
        step=step,
        done=counts[step, work, True],
        all=_all(counts, step, work),
        percent=percent,
        minutes_left=_minutes_left(screening, percent),
        work=str(CellWork(work).label) if work else "",
        applications=sum(len(chunk.applications) for chunk in chunks if chunk.step == ScreeningStep.READ),
        given_up=sum(chunk.state == JobState.FAILED for chunk in chunks),
        is_degraded=screening.is_degraded,
        model=screening.model_id,
        asked_at=screening.asked_at,
        asked_by=str(screening.asked_by or ""),
        finished_at=screening.finished_at,
    )


def _all(counts: Counts, step: str, work: str) -> int:
    return counts[step, work, True] + counts[step, work, False]


def _share(counts: Counts, *, is_in_cells: bool) -> float:
    """How much of the whole is done, in hundredths."""
    parts = OF_COMPARING if is_in_cells else {"": 1.0}
    return sum(
        SHARES[step] * (parts[work] if step == ScreeningStep.COMPARE else 1.0) * counts[step, work, True] / every
        for step in ScreeningStep
        for work in parts
        if (every := _all(counts, step, work))
    )


def _minutes_left(screening: Screening, percent: int) -> int | None:
    """What is still to come, if it goes on as it did; nothing before that can be told."""
    if screening.state in ENDED or percent < TELLING:
        return None
    passed = (timezone.now() - screening.asked_at).total_seconds() / 60
    return math.ceil(passed * (100 - percent) / percent)


def summary(round: Round) -> Summary:
    """Findings of the round's applications that are under way."""
    found = Finding.objects.filter(line__application__round=round, line__application__status__in=UNDER_WAY)
    counted = found.order_by().values_list("pool", "band").annotate(count=Count("pk"))
    counts = {(pool, band): count for pool, band, count in counted}
    modules = Line.objects.of_round(round).modules().filter(application__status__in=UNDER_WAY)
    judging = Q(pk__in=found.unjudged().values("pk"))
    said = found.aggregate(touched=Count("line", distinct=True), unjudged=Count("pk", filter=judging))
    functions = SystemFunction.objects.filter(system=OuterRef("pk"))
    systems = System.objects.filter(owner__jurisdiction=round.jurisdiction_id, status__in=RUNS, is_classified=False)
    return Summary(
        pools=[
            PoolRow(pool, *(counts.get((pool, band), 0) for band in (Band.LIKELY, Band.LOOK, Band.DOUBTFUL)))
            for pool in Pool
        ],
        modules=modules.count(),
        touched=said["touched"],
        unjudged=said["unjudged"],
        generic=len(generic_modules(round)),
        unscreened=Intake.objects.filter(
            application__round=round, application__status__in=UNDER_WAY, screened_at__isnull=True
        ).count(),
        silent_systems=systems.exclude(Exists(functions)).count(),
    )


def generic_modules(round: Round) -> list[int]:
    """Modules that the last screening took for generic functions: they are reported, and not compared."""
    last = round.screenings.filter(state__in=ENDED).values("pk")[:1]
    chunks = ScreeningChunk.objects.filter(screening=Subquery(last), step=ScreeningStep.COMPARE, cells="")
    return [pk for generic in chunks.values_list("generic", flat=True) for pk in generic]
