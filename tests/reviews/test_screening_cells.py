"""The screening of a large round: its modules go into cells, in chunks that must all see the same texts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from reviews.models import CellResult, Finding, Screening, ScreeningChunk
from reviews.queries.screening import progress
from reviews.services.screening import cells, corpora, jobs, steps, vectors
from reviews.services.screening.lease import LEASE, Lost
from reviews.states import CellWork, JobState, ScreeningStep
from tests.factories import LineFactory, city
from tests.matching.conftest import Quick
from tests.reviews.pages import look, text
from tests.reviews.screening import GRID, SEAL, SEAL_TOO, WATER, application, deliver, pairs, screened

pytestmark = pytest.mark.django_db

MORE = [
    (f"{thing}{work}", f"为{thing}提供{work}，并保存记录。") for thing in ("桥梁", "档案") for work in ("巡检", "借阅")
]


@pytest.fixture(autouse=True)
def _large(monkeypatch, settings):
    settings.SCREENING_CELLS_FROM = 1
    model = Quick()
    monkeypatch.setattr(vectors, "embedder", lambda: model)
    yield
    forget()


@pytest.fixture
def place():
    return city()


@pytest.fixture
def made(place):
    return application(place, "health", SEAL, WATER, *MORE[:2]), application(place, "police", SEAL_TOO, GRID, *MORE[2:])


def forget():
    """As a worker that has just been started."""
    corpora.forget()
    cells.forget()


def begun(place, work=CellWork.PLACE) -> Screening:
    """A screening whose chunks of cells wait."""
    screening = jobs.start(place.round, by=place.people.li)
    while not screening.chunks.filter(cells=work).exists():
        do(screening.chunks.filter(state=JobState.WAITING))
    return screening


def do(chunks):
    for key in chunks.values_list("pk", flat=True):
        jobs.run_chunk(key)


def found():
    rows = Finding.objects.exclude(other_line=None).order_by("line", "other_line")
    return list(rows.values_list("line", "other_line", "pool", "band", "score"))


def test_what_is_near_is_found_in_cells_as_without(place, made, settings):
    settings.SCREENING_CELLS_FROM = 1000
    assert screened(place).shares == 0
    without = found()
    settings.SCREENING_CELLS_FROM = 8
    screening = screened(place)
    assert found() == without
    assert pairs() == {(made[0].number, made[1].number), (made[1].number, made[0].number)}
    kinds = screening.chunks.filter(step=ScreeningStep.COMPARE, state=JobState.DONE).values_list("cells", flat=True)
    assert sorted(kinds) == ["", *["pair"] * 10, *["place"] * 10]
    assert not CellResult.objects.exists(), "what cells held is of no use when the screening has ended"


def test_workers_that_share_nothing_but_the_database_find_the_same(place, made):
    whole = screened(place)
    wanted = found()
    screening = jobs.start(place.round, by=place.people.head)
    while (chunk := screening.chunks.filter(state=JobState.WAITING).order_by("?").first()) is not None:
        forget()
        jobs.run_chunk(chunk.pk)
    assert found() == wanted
    screening.refresh_from_db()
    assert screening.corpus == Screening.objects.get(pk=whole.pk).corpus


def test_texts_that_change_under_the_work_are_put_into_cells_anew(place, made):
    screening = begun(place)
    earlier = list(screening.chunks.filter(cells=CellWork.PLACE).values_list("pk", flat=True))
    jobs.run_chunk(earlier[0])
    made[0].lines.filter(name=WATER[0]).update(name=GRID[0], description=GRID[1])
    jobs.run_chunk(earlier[1])
    assert CellResult.objects.count() == 2, "a worker that has read the texts goes on with them"
    forget()
    jobs.run_chunk(earlier[2])
    screening.refresh_from_db()
    assert screening.changes == 1
    assert not screening.chunks.filter(pk__in=earlier).exists()
    deliver()
    screening.refresh_from_db()
    assert (screening.state, screening.changes) == (JobState.DONE, 1)
    names = Finding.objects.filter(line__application=made[0], other_line__isnull=False)
    told = set(names.values_list("line__name", flat=True))
    assert (SEAL[0] in told, GRID[0] in told, WATER[0] in told) == (True, True, False)
    assert not Finding.objects.filter(evidence__has_key="reasons").exists()


def test_a_worker_with_the_texts_of_before_reads_them_anew(place, made):
    screening = begun(place)
    first, *others = screening.chunks.filter(cells=CellWork.PLACE).values_list("pk", flat=True)
    jobs.run_chunk(first)
    LineFactory(application=made[0], sequence=9, name="另一件事", description="做另一件事，与别的无关。")
    screening.chunks.filter(pk=first).delete()
    Screening.objects.filter(pk=screening.pk).update(corpus="what a quicker worker saw")
    jobs.run_chunk(others[0])
    screening.refresh_from_db()
    assert screening.changes == 1
    assert screening.corpus == cells.Batch(corpora.of_screening(screening), "round", 1).fingerprint


def test_texts_that_never_rest_are_compared_without_cells(place, made):
    screening = begun(place)
    for number in range(cells.CHANGES + 1):
        do(screening.chunks.filter(cells=CellWork.PLACE)[:1])
        made[0].lines.filter(sequence=2).update(description=f"{WATER[1]}第{number}版有改动。")
        forget()
        do(screening.chunks.filter(cells=CellWork.PLACE, state=JobState.WAITING)[:1])
    screening.refresh_from_db()
    assert screening.shares == 0
    assert not screening.chunks.exclude(cells="").exists()
    deliver()
    screening.refresh_from_db()
    assert screening.state == JobState.DONE
    assert len(pairs()) == 2


@pytest.mark.parametrize("work", list(CellWork))
def test_cells_that_cannot_be_searched_cost_no_finding(place, made, monkeypatch, work):
    monkeypatch.setitem(steps.STEPS, work, lambda chunk: 1 / 0)
    screening = screened(place)
    assert (screening.state, screening.shares) == (JobState.DONE, 0)
    assert len(pairs()) == 2


def test_a_worker_killed_three_times_on_a_cell_costs_no_finding(place, made):
    screening = begun(place, CellWork.PAIR)
    chunk = screening.chunks.filter(cells=CellWork.PAIR).first()
    for _ in range(jobs.TRIES):
        assert jobs.claim(chunk.pk)
        ScreeningChunk.objects.filter(pk=chunk.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    jobs.resume()
    deliver()
    screening.refresh_from_db()
    assert (screening.state, screening.shares) == (JobState.DONE, 0)
    assert len(pairs()) == 2


def test_who_lost_a_cell_keeps_nothing(place, made):
    screening = begun(place)
    key = screening.chunks.filter(cells=CellWork.PLACE).first().pk
    first = jobs.claim(key)
    ScreeningChunk.objects.filter(pk=key).update(leased_until=timezone.now() - LEASE)
    second = jobs.claim(key)
    with pytest.raises(Lost):
        cells.place(first)
    assert not CellResult.objects.exists()
    cells.place(second)
    cells.place(second)
    assert CellResult.objects.count() == 1


def test_texts_that_change_while_modules_are_compared_are_held_against_everything(place, made):
    screening = begun(place, CellWork.PAIR)
    do(screening.chunks.filter(cells=CellWork.PAIR))
    made[0].lines.filter(name=WATER[0]).update(name=GRID[0], description=GRID[1])
    forget()
    deliver()
    screening.refresh_from_db()
    assert (screening.state, screening.changes) == (JobState.DONE, 0)
    assert Finding.objects.filter(line__application=made[0], line__name=GRID[0], other_line__name=GRID[0]).exists()


def test_only_characters_need_no_cells(place, made, monkeypatch):
    model = Quick()
    model.is_degraded = True
    monkeypatch.setattr(vectors, "embedder", lambda: model)
    assert screened(place).shares == 0


def test_the_page_tells_how_far_the_cells_are_and_how_long_it_may_take(place, made):
    screening = begun(place, CellWork.PAIR)
    do(screening.chunks.filter(cells=CellWork.PAIR)[:5])
    Screening.objects.update(asked_at=timezone.now() - timedelta(minutes=10))
    screening = Screening.objects.get()
    state = progress(screening)
    assert (state.done, state.all, state.percent) == (5, 10, 76)
    assert state.minutes_left == 4
    page = text(look(place.people.li, "screening", place.round.pk))
    assert "looking for the nearest" in page
    assert "part 5 of 10" in page
    assert "about 4 minutes left" in page


def test_nothing_is_said_of_the_time_before_it_can_be_told(place, made):
    assert progress(jobs.start(place.round, by=place.people.li)).minutes_left is None
    deliver()
    assert progress(Screening.objects.get()).minutes_left is None
