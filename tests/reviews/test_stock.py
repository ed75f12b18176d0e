"""What stands on shelves follows the database, and everybody who asks gets the same scores."""

from __future__ import annotations

import os
import time

import numpy as np
import pytest

from common.models import OutboxMessage
from matching.embed import HashEmbedder
from matching.records import prepare
from projects.models import Application
from reviews.models import Finding, Screening, TextVector
from reviews.queries.texts import text_of
from reviews.services.screening import acceptance, corpora, records, shelved, stock, suggestions, vectors
from reviews.states import Pool
from tests.factories import CapabilityFactory, LineFactory, SystemFactory, SystemFunctionFactory, city
from tests.matching.conftest import Quick
from tests.reviews.screening import GRID, SEAL, SEAL_TOO, WATER, Broken, application, deliver, screened

pytestmark = pytest.mark.django_db
CHARACTERS = HashEmbedder()
LIKE_SEAL = ("印章管理", "电子印章的制作、签署和用印日志。")


@pytest.fixture
def model(monkeypatch, settings, tmp_path):
    settings.INDEX_DIR = tmp_path
    found = Quick()
    monkeypatch.setattr(vectors, "embedder", lambda: found)
    stock.forget()
    yield found
    stock.forget()
    corpora.forget()


@pytest.fixture
def place(model):
    return city()


@pytest.fixture(params=[corpora.WHOLE, 0], ids=["all in memory", "chosen"])
def _either_way(request, monkeypatch):
    monkeypatch.setattr(corpora, "WHOLE", request.param)


def held(place):
    return stock.held(place.jurisdiction.pk, vectors.embedder())


def on(place, shelf):
    return {int(one) for one in held(place).stock.shelves[shelf].rows["id"]}


def suggested(place, text):
    found = suggestions.suggest(place.jurisdiction.pk, *text)
    assert found.is_complete
    return {one.thing.pk: one.score for one in [*found.systems, *found.capabilities]}


@pytest.mark.usefixtures("_either_way")
def test_suggestion_screening_and_explanation_give_a_pair_the_same_score(place):
    function = SystemFunctionFactory(
        system=SystemFactory(owner=place.transport), name=SEAL_TOO[0], description=SEAL_TOO[1]
    )
    SystemFunctionFactory(system=SystemFactory(owner=place.police), name=LIKE_SEAL[0], description=LIKE_SEAL[1])
    CapabilityFactory(jurisdiction=place.jurisdiction, name=LIKE_SEAL[0], services_offered=LIKE_SEAL[1])
    mine = application(place, "health", SEAL, WATER, GRID).lines.get(sequence=1)
    application(place, "police", WATER, GRID)
    screening = screened(place)
    rows = Finding.objects.filter(line=mine).exclude(pool__in=[Pool.ROUND, Pool.EARLIER])
    found = {(one.function_id or one.capability_id): one.score for one in rows}
    assert function.pk in found
    assert len(found) >= 2
    assert suggested(place, SEAL) == pytest.approx(found, abs=2e-6)
    corpus = corpora.of_screening(Screening.objects.select_related("round").get(pk=screening.pk))
    explained = {
        one.function_id: corpus.match(f"line-{mine.pk}", f"function-{one.function_id}").score
        for one in rows
        if one.function_id
    }
    assert explained == pytest.approx({pk: found[pk] for pk in explained}, abs=2e-6)


@pytest.mark.usefixtures("_either_way")
def test_an_application_is_screened_alike_whether_all_is_in_memory_or_not(place):
    first, second = application(place, "health", SEAL, WATER), application(place, "police", SEAL_TOO, GRID)
    CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered=SEAL[1])
    acceptance.screen_application(Application.objects.select_related("round").get(pk=first.pk))
    rows = Finding.objects.order_by("line_id", "pool").values_list("line__application", "pool", "band")
    assert list(rows) == [
        (first.pk, Pool.CATALOG, "likely"),
        (first.pk, Pool.ROUND, "likely"),
        (second.pk, Pool.CATALOG, "likely"),
        (second.pk, Pool.ROUND, "likely"),
    ]


@pytest.mark.usefixtures("_either_way")
def test_what_nobody_could_read_leaves_its_pool_incomplete(place, monkeypatch):
    made = application(place, "health", SEAL)
    screened(place)
    CapabilityFactory(jurisdiction=place.jurisdiction, name=WATER[0], services_offered=WATER[1])
    monkeypatch.setattr(Quick, "encode", Broken.encode)
    corpora.forget()
    corpus = corpora.of_round(place.round, records.of_applications([made.pk], place.jurisdiction.pk))
    (outcome,) = corpora.compare(corpus, [f"line-{made.lines.get().pk}"], 5)
    assert outcome.reasons == ("pool_incomplete",)
    assert not suggestions.suggest(place.jurisdiction.pk, *SEAL).is_complete


def test_the_shelves_follow_what_is_made_changed_and_ended(place):
    made = application(place, "health", SEAL, WATER)
    function = SystemFunctionFactory(system=SystemFactory(owner=place.police), name=GRID[0], description=GRID[1])
    entry = CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered="制作\n验章")
    lines = set(made.lines.values_list("pk", flat=True))
    assert on(place, shelved.LINES) == lines
    assert on(place, shelved.FUNCTIONS) == {function.pk}
    assert on(place, shelved.CATALOG) == {entry.pk}
    assert {entry.pk * shelved.MANY + number for number in (0, 1)} <= on(place, shelved.SERVICES)

    third = LineFactory(application=made, sequence=3, name=GRID[0], description=GRID[1])
    Application.touch(made.pk)
    assert on(place, shelved.LINES) == lines | {third.pk}
    made.lines.filter(sequence=1).delete()
    function.system.delete()
    Application.touch(made.pk)
    assert on(place, shelved.LINES) == {*made.lines.values_list("pk", flat=True)}
    assert on(place, shelved.FUNCTIONS) == set()


def test_other_words_take_the_place_of_the_earlier_ones_and_the_same_words_are_not_read_again(place, monkeypatch):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered=SEAL[1])
    for number in range(30):
        CapabilityFactory(jurisdiction=place.jurisdiction, name=f"{WATER[0]}{number}", services_offered=WATER[1])
    assert entry.pk in suggested(place, SEAL)
    type(entry).objects.filter(pk=entry.pk).update(name=GRID[0], services_offered=GRID[1])
    entry.touch(entry.pk)
    assert entry.pk not in suggested(place, SEAL)
    assert entry.pk in suggested(place, GRID)

    before = held(place).stock
    entry.touch(entry.pk)
    monkeypatch.setattr(stock, "prepare", lambda *_: pytest.fail("read again"))
    assert held(place).stock is before


def test_a_stock_is_made_anew_when_a_tenth_has_changed(place):
    for number in range(40):
        CapabilityFactory(jurisdiction=place.jurisdiction, name=f"{WATER[0]}{number}", services_offered="")
    first = held(place).stock
    for number in range(4):
        CapabilityFactory(jurisdiction=place.jurisdiction, name=f"{GRID[0]}{number}", services_offered="")
    assert held(place).stock is first
    CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered="")
    second = held(place).stock
    assert second is not first
    assert (second.changed, len(second.shelves[shelved.CATALOG])) == (0, 45)


def test_in_a_large_place_a_worker_makes_the_stock_and_nobody_waits(place, monkeypatch):
    monkeypatch.setattr(stock, "SMALL", 3)
    for number in range(6):
        CapabilityFactory(jurisdiction=place.jurisdiction, name=f"{WATER[0]}{number}", services_offered=WATER[1])
    for _ in range(2):
        assert not suggestions.suggest(place.jurisdiction.pk, *WATER).is_complete
    (asked,) = OutboxMessage.objects.filter(task=stock.READ)
    assert asked.payload == {"jurisdiction_id": place.jurisdiction.pk}
    deliver()
    stock.forget()  # as another process, that only opens the files
    assert len(suggested(place, WATER)) == suggestions.SHOWN


def test_what_another_process_read_is_taken_along(place, model, monkeypatch):
    held(place)
    monkeypatch.setattr(Quick, "encode", Broken.encode)
    entry = CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered=SEAL[1])
    assert not held(place).is_whole
    monkeypatch.undo()
    monkeypatch.setattr(vectors, "embedder", lambda: model)
    one = prepare(next(iter(shelved.rows(shelved.CATALOG, place.jurisdiction.pk))).record)
    services = [prepare(row.record) for row in shelved.rows(shelved.SERVICES, place.jurisdiction.pk)]
    corpora.read([one.record, *(two.record for two in services)], ())
    monkeypatch.setattr(stock, "LOOK", 0.0)
    assert held(place).is_whole
    assert suggested(place, text_of(entry)) == {entry.pk: 1.0}


def test_another_model_has_files_of_its_own(place, model, monkeypatch):
    CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered=SEAL[1])
    first = held(place).stock.sheet.label
    other = Quick()
    other.id = "quick-2"
    monkeypatch.setattr(vectors, "embedder", lambda: other)
    assert held(place).stock.sheet.label != first
    assert held(place).is_whole
    models = TextVector.objects.values_list("model", flat=True).distinct()
    assert len(models) == 2


def test_a_process_without_the_model_leaves_the_files_of_the_others_alone(place, model, monkeypatch):
    CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered=SEAL[1])
    mine = held(place).stock
    monkeypatch.setattr(vectors, "embedder", lambda: CHARACTERS)
    found = suggestions.suggest(place.jurisdiction.pk, *SEAL)
    assert found.is_degraded
    assert found.capabilities
    monkeypatch.setattr(vectors, "embedder", lambda: model)
    assert held(place).stock is mine


def test_the_files_of_a_model_of_earlier_times_go(place, model):
    CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered=SEAL[1])
    root = stock.folder(place.jurisdiction.pk, model).parent
    for name, age in (("earlier", 8), ("of-now", 6)):
        (root / name).mkdir(parents=True)
        os.utime(root / name, (time.time() - age * 86400,) * 2)
    held(place)
    assert {one.name for one in root.iterdir()} == {"of-now", stock.folder(place.jurisdiction.pk, model).name}


def test_a_damaged_file_costs_a_rebuild(place):
    CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered=SEAL[1])
    home = held(place).stock.home
    (home / "frame.npz").write_bytes(b"nothing")
    stock.forget()
    assert suggested(place, SEAL)


def test_a_module_of_another_place_stands_on_no_shelf_of_this_one(place):
    elsewhere = city("there")
    application(elsewhere, "health", SEAL)
    SystemFunctionFactory(system=SystemFactory(owner=elsewhere.police), name=SEAL[0], description=SEAL[1])
    here = held(place)
    assert [len(shelf) for shelf in here.stock.shelves.values()] == [0, 0, 0, 0]
    assert np.isfinite(here.ground.vectors).all()
