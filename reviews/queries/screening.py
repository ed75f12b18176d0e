"""How far the screening of a round is, and what it found: pools by bands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import System, SystemFunction
from catalog.states import RUNS
from governance.models import Round
from projects.models import Line
from projects.states import UNDER_WAY
from reviews.models import Finding, Intake, Screening, ScreeningChunk
from reviews.states import Band, JobState, Pool, ScreeningStep

# What share of the whole each step takes, in hundredths; reading takes longest.
SHARES = {ScreeningStep.PREPARE: 5, ScreeningStep.READ: 65, ScreeningStep.COMPARE: 25, ScreeningStep.GROUP: 5}
ENDED = (JobState.DONE, JobState.FAILED)
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
    counts: dict[str, Counter[str]] = {}
    for chunk in chunks:
        counts.setdefault(chunk.step, Counter())[chunk.state] += 1
    reached = [step for step in ScreeningStep if step in counts]
    now = reached[-1] if reached else ScreeningStep.PREPARE
    done = {step: sum(counts[step][state] for state in ENDED) for step in reached}
    share = sum(SHARES[step] * done[step] / sum(counts[step].values()) for step in reached)
    return Progress(
        pk=screening.pk,
        state=JobState(screening.state),
        step=now,
        done=done.get(now, 0),
        all=sum(counts.get(now, Counter()).values()),
        percent=int(share),
        applications=sum(len(chunk.applications) for chunk in chunks if chunk.step == ScreeningStep.READ),
        given_up=sum(states[JobState.FAILED] for states in counts.values()),
        is_degraded=screening.is_degraded,
        model=screening.model_id,
        asked_at=screening.asked_at,
        asked_by=str(screening.asked_by or ""),
        finished_at=screening.finished_at,
    )


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
    chunks = ScreeningChunk.objects.filter(screening=Subquery(last), step=ScreeningStep.COMPARE)
    return [pk for generic in chunks.values_list("generic", flat=True) for pk in generic]
