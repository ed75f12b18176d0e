from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.corpus import Corpus
from matching.embed import OnnxEmbedder, Words
from matching.evidence import Evidence, Place, shared_stretches
from matching.records import Record
from tests.matching.conftest import Quick, record, records

QUICK = Quick()
FACE = ("人脸识别", "采集現場人臉圖像並與<b>公安</b>人像庫比對，判断是否为本人。同时提供用户管理、日志管理。")
ENGLISH = ("Face Verification", "Compares a live face with the identity photo to confirm who the person is.")
BRUSH = ("刷脸通行比对", "通过摄像头抓拍面部特征，与白名单底库进行比对。")


def quoted(one: Record, place: Place) -> str:
    return (one.name if place.field == "name" else one.description)[place.start : place.end]


def quotes(evidence: Evidence, a: Record, b: Record) -> set[tuple[str, str]]:
    return {(quoted(a, pair.a), quoted(b, pair.b)) for pair in evidence.aligned}


def test_words_that_mean_the_same_are_aligned_across_languages(model: OnnxEmbedder) -> None:
    a, b = records(FACE, ENGLISH)
    evidence = Corpus.build([a, b], model).explain(a.id, b.id, model)
    assert evidence.method == "words"
    assert quotes(evidence, a, b) & {("脸", "Face"), ("臉", "face"), ("人臉", "face")}
    assert max(pair.weight for pair in evidence.aligned) == 1
    assert all(0 < pair.weight <= 1 and 0 <= pair.likeness <= 1 for pair in evidence.aligned)


def test_places_are_those_of_the_original_and_boilerplate_is_struck_through(model: OnnxEmbedder) -> None:
    a, b = records(FACE, BRUSH)
    evidence = Corpus.build([a, b], model).explain(a.id, b.id, model)
    assert [a.description[slice(*span)] for span in evidence.removed_a] == ["同时提供用户管理、日志管理。"]
    assert evidence.removed_b == ()
    assert ("比對", "比对") in quotes(by_characters(a, b), a, b)


def by_characters(a: Record, b: Record) -> Evidence:
    return Corpus.build([a, b], QUICK).explain(a.id, b.id, QUICK)


def test_without_words_shared_characters_are_shown() -> None:
    a, b = records(FACE, BRUSH)
    evidence = by_characters(a, b)
    assert evidence.method == "characters"
    assert ("比對", "比对") in quotes(evidence, a, b)


def test_words_of_any_system_are_hidden() -> None:
    a, b = records(("档案系统", "提供档案管理功能，支持各类信息。"), ("合同系统", "提供合同管理功能，支持各类信息。"))
    assert quotes(by_characters(a, b), a, b) == set()


def test_evidence_tells_what_made_it(model: OnnxEmbedder) -> None:
    a, b = records(FACE, BRUSH)
    corpus = Corpus.build([a, b], model)
    evidence = corpus.explain(a.id, b.id, model)
    assert evidence.match == corpus.match(a.id, b.id)
    assert evidence.match.parts is not None
    assert (evidence.model, evidence.weights) == (corpus.model, "prior-2")
    assert json.loads(json.dumps(evidence.as_dict()))["match"]["band"] == evidence.match.band


def test_a_model_that_fails_costs_the_words_and_not_the_evidence() -> None:
    class Mute(Quick):
        def words(self, texts: Sequence[str]) -> list[Words]:
            raise MemoryError

    a, b = records(FACE, BRUSH)
    evidence = Corpus.build([a, b], QUICK).explain(a.id, b.id, Mute())
    assert evidence.method == "characters"
    assert evidence.aligned


def test_latin_words_are_whole(model: OnnxEmbedder) -> None:
    a, b = records(ENGLISH, ("Facial identification", "Identifies travellers by their faces and photographs."))
    evidence = Corpus.build([a, b], model).explain(a.id, b.id, model)
    words = {word for pair in quotes(evidence, a, b) for word in pair}
    assert words
    assert all(not word[0].isspace() and word == word.strip() for word in words)
    assert all(word in f"{a.name} {a.description} {b.name} {b.description}" for word in words)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_shared_stretches_are_equal_and_use_each_character_once(a: str, b: str) -> None:
    used: set[int] = set()
    for (start, end), (first, last), likeness in shared_stretches(a, b):
        assert a[start:end].lower() == b[first:last].lower()
        assert likeness == 1
        assert not used & set(range(start, end))
        used |= set(range(start, end))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_texts_can_be_explained(name: str, text: str) -> None:
    a, b = record(1, name, text), record(2, text, name)
    evidence = by_characters(a, b)
    for pair in evidence.aligned:
        assert quoted(a, pair.a)
        assert quoted(b, pair.b)


@pytest.mark.parametrize("text", ["字" * 20_000, "采集水位，" * 3000, "a" * 50_000])
def test_long_texts_are_explained_in_time(model: OnnxEmbedder, text: str) -> None:
    a, b = record(1, "河道水位监测", text), record(2, "水位采集", text[:100])
    assert Corpus.build([a, b], model).explain(a.id, b.id, model).method == "words"
