"""Whatever fails in a screening, its modules end doubtful and nobody keeps them unseen."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest

from common.errors import DomainError
from matching.isolated import IsolatedEmbedder
from matching.space import load_background
from projects.models import Application, Line
from reviews.models import Finding, Intake, Screening, ScreeningChunk
from reviews.services import acts, verdicts
from reviews.services.plan import plan
from reviews.services.screening import acceptance, corpora, findings, jobs, steps, vectors
from reviews.states import Band, JobState, ScreeningStep
from tests.conftest import missing
from tests.factories import city
from tests.matching.conftest import MODEL, Quick
from tests.reviews.screening import GRID, SEAL, WATER, Broken, application, screened
from tests.scenes import keep

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    yield city()
    corpora.forget()


@pytest.fixture
def with_model(monkeypatch):
    """Let the screening use this model."""
    return lambda model: monkeypatch.setattr(vectors, "embedder", lambda: model)


@pytest.fixture
def model_directory() -> Path:
    if not (MODEL / "model.onnx").exists():
        missing("the similarity model", "make setup, or set MODEL_DIR")
    return MODEL


class Killed(IsolatedEmbedder):
    """Once told so, its process is killed for real, and so is each that is started in its place."""

    is_dying = False

    def die(self) -> None:
        self.is_dying = True
        if self.process_id:
            os.kill(self.process_id, signal.SIGKILL)

    def _start(self) -> subprocess.Popen[bytes]:
        child = super()._start()
        if self.is_dying:
            os.kill(child.pid, signal.SIGKILL)
        return child


def propose(place, line: Line):
    act = plan("自建", [keep(line)], by=place.people.li, title="保留")
    return acts.propose(act, by=place.people.li)


def demand_all_doubtful(place, *made: Application) -> None:
    """Every module has a doubtful finding, and none of them can be kept before a person has judged it."""
    for line in Line.objects.filter(application__in=made):
        assert Finding.objects.filter(line=line, band=Band.DOUBTFUL).exists(), line
        with pytest.raises(DomainError, match="no verdict yet"):
            propose(place, line)


def test_a_model_that_raises_leaves_every_module_doubtful(place, with_model):
    with_model(Broken())
    made = application(place, "health", SEAL, WATER), application(place, "police", SEAL, GRID)
    screening = screened(place)
    assert screening.state == JobState.DONE, "doubt is an answer"
    demand_all_doubtful(place, *made)
    assert Intake.objects.filter(screened_at=None).count() == 0


def test_a_model_whose_process_is_killed_in_the_middle_of_a_screening_leaves_the_modules_doubtful(
    place, with_model, model_directory
):
    made = application(place, "health", SEAL, WATER), application(place, "police", SEAL, GRID)
    with Killed(model_directory) as model:
        with_model(model)
        screening = jobs.start(place.round, by=place.people.li)
        jobs.run_chunk(screening.chunks.get().pk)
        assert np.isfinite(load_background(model).vectors).all(), "it worked at first"
        model.die()
        while (chunk := screening.chunks.filter(state=JobState.WAITING).first()) is not None:
            jobs.run_chunk(chunk.pk)
        assert model.has_given_up
    screening.refresh_from_db()
    assert screening.state == JobState.DONE
    demand_all_doubtful(place, *made)


def test_a_model_that_dies_after_some_texts_asks_a_person_about_all_that_it_may_have_missed(
    place, with_model, model_directory
):
    read, unread = application(place, "health", SEAL), application(place, "police", WATER)
    with Killed(model_directory) as model:
        with_model(model)
        corpora.of_round(place.round)
        unread.lines.update(name=GRID[0], description=GRID[1])
        model.die()
        screened(place)
    demand_all_doubtful(place, read, unread)
    reasons = {one.line.application_id: one.evidence["reasons"] for one in Finding.objects.filter(band="doubtful")}
    assert reasons == {read.pk: ["pool_incomplete"], unread.pk: ["not_embedded"]}


def test_without_a_model_what_is_not_found_is_doubtful(place, with_model):
    made = application(place, "health", SEAL), application(place, "police", WATER)
    with IsolatedEmbedder(None) as model:
        with_model(model)
        screening = screened(place)
    assert screening.is_degraded
    demand_all_doubtful(place, *made)


def test_a_verdict_on_the_doubt_lets_the_module_be_kept(place, with_model):
    with_model(Broken())
    made = application(place, "health", SEAL)
    screened(place)
    verdicts.judge(Finding.objects.get(line__application=made), "different", by=place.people.li)
    assert propose(place, made.lines.get())


def test_what_was_proposed_before_a_finding_came_is_not_confirmed(place, with_model):
    with_model(Quick())
    made = application(place, "health", SEAL)
    screened(place)
    act = propose(place, made.lines.get())
    application(place, "police", SEAL)
    screened(place)
    with pytest.raises(DomainError, match="no verdict yet"):
        acts.confirm(act, by=place.people.wang)


def test_what_was_not_screened_is_not_kept(place):
    made = application(place, "health", SEAL)
    with pytest.raises(DomainError, match="start the screening"):
        propose(place, made.lines.get())


def test_a_chunk_that_fails_three_times_leaves_its_modules_doubtful_and_the_round_goes_on(
    place, with_model, monkeypatch
):
    with_model(Quick())
    made = application(place, "health", SEAL, WATER)
    calls = []

    def fail(chunk):
        calls.append(chunk.attempts)
        raise ValueError("no")

    monkeypatch.setitem(steps.STEPS, ScreeningStep.COMPARE, fail)
    screening = screened(place)
    assert calls == [1, 2, 3]
    assert screening.state == JobState.FAILED
    assert "no" in screening.chunks.get(step=ScreeningStep.COMPARE).error
    assert screening.chunks.get(step=ScreeningStep.GROUP).state == JobState.DONE
    demand_all_doubtful(place, made)


def test_a_worker_killed_three_times_on_a_chunk_leaves_its_modules_doubtful(place, with_model):
    with_model(Quick())
    made = application(place, "health", SEAL)
    screening = jobs.start(place.round, by=place.people.li)
    while not (chunk := screening.chunks.filter(step=ScreeningStep.COMPARE).first()):
        jobs.run_chunk(screening.chunks.get(state=JobState.WAITING).pk)
    for _ in range(jobs.TRIES):
        assert jobs.claim(chunk.pk)
        ScreeningChunk.objects.filter(pk=chunk.pk).update(leased_until="2020-01-01T00:00Z")
    assert jobs.claim(chunk.pk) is None
    jobs.resume()
    assert ScreeningChunk.objects.get(pk=chunk.pk).state == JobState.FAILED
    demand_all_doubtful(place, made)
    assert Screening.objects.get().state == JobState.RUNNING, "its clusters are still to be made"


def test_one_application_that_cannot_be_compared_does_not_cost_the_others(place, with_model, monkeypatch):
    with_model(Quick())
    bad, good = application(place, "health", WATER), application(place, "police", GRID)
    store = findings.store

    def choosy(application, *args, **more):
        if application == bad.pk:
            raise ValueError("no")
        return store(application, *args, **more)

    monkeypatch.setattr(findings, "store", choosy)
    assert screened(place).state == JobState.FAILED
    demand_all_doubtful(place, bad)
    assert not Finding.objects.filter(line__application=good).exists()
    assert not Intake.objects.filter(screened_at=None).exists()


def test_boilerplate_that_cannot_be_looked_for_is_kept_and_the_rest_goes_on(place, with_model, monkeypatch):
    with_model(Quick())
    application(place, "health", SEAL)
    application(place, "police", SEAL)
    monkeypatch.setattr(corpora, "boilerplate", lambda found: 1 / 0)
    screening = screened(place)
    assert (screening.state, screening.boilerplate) == (JobState.FAILED, [])
    assert Finding.objects.filter(band=Band.LIKELY).count() == 2


def test_a_single_application_that_cannot_be_screened_is_doubtful(place, with_model, monkeypatch):
    with_model(Quick())
    made = application(place, "health", SEAL, WATER)
    monkeypatch.setattr(corpora, "of_round", lambda round: 1 / 0)
    acceptance.screen_application(Application.objects.select_related("round").get(pk=made.pk))
    demand_all_doubtful(place, made)


def test_clusters_that_fail_do_not_cost_the_findings(place, with_model, monkeypatch):
    with_model(Quick())
    made = application(place, "health", SEAL)
    application(place, "police", SEAL)
    monkeypatch.setattr("reviews.services.screening.grouping.regroup", lambda *a, **k: 1 / 0)
    acceptance.screen_application(Application.objects.select_related("round").get(pk=made.pk))
    assert Finding.objects.filter(line__application=made, band=Band.LIKELY).exists()
