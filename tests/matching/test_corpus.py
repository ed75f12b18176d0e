from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.corpus import Corpus
from matching.embed import HashEmbedder, OnnxEmbedder
from matching.labelled import GENERIC, english, labelled
from matching.reading import boilerplate_of, vectors_of
from matching.records import Record, prepare
from matching.safely import vector_id
from matching.score import CHARACTERS, PRIOR, Band
from matching.space import load_background
from tests.matching.conftest import Quick, record, records

SEAL = ("电子签章", "提供印章的制作、签署和验章服务。")
STAMP = ("在线用印", "经办人提交文书后，由系统加盖数字公章，防止内容被篡改。")
RIVER = ("河道水位监测", "采集河道水位数据，超过阈值时预警。")


@pytest.fixture(scope="module")
def corpus(model: OnnxEmbedder) -> Corpus:
    return Corpus.build([one for one, _ in labelled()], model)


def test_a_module_finds_what_does_the_same_in_other_words(corpus: Corpus) -> None:
    seal = next(one for one, _ in labelled() if one.name == "在线用印")
    (outcome,) = corpus.compare([seal], top=10)
    assert {corpus.prepared(match.b).record.name for match in outcome.matches} >= {"电子签章", "可信签署服务"}
    assert outcome.band in (Band.LIKELY, Band.LOOK)


def test_english_finds_chinese(model: OnnxEmbedder) -> None:
    corpus = Corpus.build([one for one, _ in [*labelled(), *english()]], model)
    groups = {one.id: group for one, group in [*labelled(), *english()]}
    outcomes = corpus.compare([one for one, _ in english()], top=1)
    hits = [groups[one.id] == groups[one.matches[0].b] for one in outcomes]
    assert sum(hits) >= 10


def test_two_records_alone_can_be_compared(model: OnnxEmbedder) -> None:
    alike, unlike = Corpus.build(records(SEAL, STAMP), model), Corpus.build(records(SEAL, RIVER), model)
    assert alike.match("r000", "r001").score > PRIOR.look > unlike.match("r000", "r001").score


def test_a_copy_is_certain_and_first(corpus: Corpus, model: OnnxEmbedder) -> None:
    everything = [one for one, _ in labelled()]
    copies = [replace(one, id=f"copy of {one.id}", project="copies") for one in everything[:5]]
    found = Corpus.build([*everything, *copies], model).compare(copies, top=1)
    assert [one.matches[0].b for one in found] == [one.id for one in everything[:5]]
    assert {one.matches[0].score for one in found} == {1.0}


def test_many_copies_are_still_duplicates(model: OnnxEmbedder) -> None:
    copies = [record(number, *SEAL) for number in range(60)]
    near = [record(100 + number, SEAL[0], SEAL[1] + f"覆盖第{number}街道。") for number in range(20)]
    corpus = Corpus.build([*copies, *near, record(300, *RIVER)], model)
    assert {one.band for one in corpus.compare(copies)} == {Band.LIKELY}
    assert {one.band for one in corpus.compare(near)} == {Band.LIKELY}


def test_records_of_one_project_are_never_paired(model: OnnxEmbedder) -> None:
    same = [record(number, *SEAL, project="one") for number in range(3)]
    corpus = Corpus.build([*same, record(9, *RIVER)], model)
    assert all(
        "one" not in {corpus.prepared(p.a).record.project} & {corpus.prepared(p.b).record.project}
        for p in corpus.pairs()
    )
    assert all(match.b == "r009" for one in corpus.compare(same) for match in one.matches)


def test_generic_functions_are_told_apart_by_project_and_never_paired(quick: Quick) -> None:
    generic = [record(100 + row, *texts, project=f"p{row % 2}") for row, texts in enumerate(GENERIC)]
    corpus = Corpus.build([*generic, *records(SEAL, STAMP)], quick)
    assert corpus.generic_functions() == {"p0": ["r100", "r102", "r104"], "p1": ["r101", "r103", "r105"]}
    assert not {one for pair in corpus.pairs() for one in (pair.a, pair.b)} & {one.id for one in generic}
    (outcome,) = corpus.compare(generic[:1])
    assert (outcome.is_generic, outcome.matches, outcome.band) == (True, (), Band.NONE)


def test_pools_are_searched_each_for_itself(quick: Quick) -> None:
    module = record(1, *SEAL)
    pools = [record(2, *SEAL, pool="systems"), record(3, *STAMP, pool="systems"), record(4, *SEAL, pool="capabilities")]
    corpus = Corpus.build([module, *pools], quick)
    (outcome,) = corpus.compare([module], top=1)
    assert [(match.pool, match.b) for match in outcome.matches] == [("capabilities", "r004"), ("systems", "r002")]
    (outcome,) = corpus.compare([module], pools=["systems"], top=5)
    assert [match.b for match in outcome.matches] == ["r002", "r003"]
    assert corpus.pairs() == []


def test_a_query_need_not_be_in_the_corpus(model: OnnxEmbedder, corpus: Corpus) -> None:
    typed = Record("typed", "mine", *STAMP)
    vectors = vectors_of([prepare(typed, corpus.boilerplate)], model)
    (outcome,) = corpus.compare([typed], vectors, top=2)
    assert outcome.matches[0].band in (Band.LIKELY, Band.LOOK)
    assert "typed" not in corpus
    with pytest.raises(KeyError):
        corpus.compare([typed])


def test_a_query_without_a_vector_is_doubtful(corpus: Corpus) -> None:
    typed = Record("typed", "mine", *STAMP)
    (outcome,) = corpus.compare([typed], np.full((1, 384), np.nan, np.float32))
    assert (outcome.band, outcome.reasons) == (Band.DOUBTFUL, ("not_embedded",))
    assert {match.band for match in outcome.matches} == {Band.DOUBTFUL}


def test_a_cache_keeps_vectors_by_their_text(model: OnnxEmbedder) -> None:
    cache: dict[str, np.ndarray] = {}
    everything = records(SEAL, STAMP, RIVER)
    first = Corpus.build(everything, model, cache=cache).pairs()
    assert set(cache) >= {prepare(one).key for one in everything}

    class Unused(Quick):
        id, width = model.id, model.width
        encode = model.encode

    assert Corpus.build(everything, Unused(), cache=cache).pairs() == first


def test_a_later_record_replaces_an_earlier_one(quick: Quick) -> None:
    corpus = Corpus.build(records(SEAL, RIVER), quick)
    changed = record(1, *SEAL)
    corpus.add([changed], vectors_of([prepare(changed)], quick))
    assert len(corpus) == 2
    assert corpus.match("r000", "r001").score == 1
    with pytest.raises(ValueError, match="1 records, but 0 vectors"):
        corpus.add([changed], np.empty((0, quick.width), np.float32))


def test_the_parts_of_a_corpus_can_be_put_together_by_hand(model: OnnxEmbedder) -> None:
    everything = records(SEAL, STAMP, RIVER)
    found = boilerplate_of(everything, model)
    corpus = Corpus(load_background(model), boilerplate=found)
    corpus.add(everything, vectors_of([prepare(one, found) for one in everything], model))
    assert corpus.pairs() == Corpus.build(everything, model).pairs()
    assert corpus.model == vector_id(model)
    assert corpus.weights == PRIOR


def test_characters_alone_rule_nothing_out() -> None:
    corpus = Corpus.build(records(SEAL, SEAL, STAMP, RIVER), HashEmbedder())
    assert corpus.is_degraded
    assert corpus.weights == CHARACTERS
    bands = {(one.a, one.b): one.band for one in corpus.pairs()}
    assert bands.pop(("r000", "r001")) == Band.LIKELY
    assert set(bands.values()) <= {Band.LOOK, Band.DOUBTFUL}
    (outcome,) = corpus.compare([record(3, *RIVER)])
    assert (outcome.band, outcome.reasons) == (Band.DOUBTFUL, ("degraded",))


@pytest.mark.parametrize("text", ["", "a", "1234567890", "😀😀😀", "\x00\x00", "<br><br>", "。，；"])
def test_what_says_nothing_is_doubtful_and_so_is_each_of_its_pairs(quick: Quick, text: str) -> None:
    corpus = Corpus.build([record(1, text), record(2, text), *records(SEAL, RIVER)[:1]], quick)
    assert {"r001", "r002"} <= set(corpus.unjudged())
    for outcome in corpus.compare([record(1, text), record(2, text)]):
        assert outcome.band == Band.DOUBTFUL
        assert {match.band for match in outcome.matches} <= {Band.DOUBTFUL}


def test_an_empty_corpus_has_no_answers_and_no_errors(quick: Quick) -> None:
    corpus = Corpus.build([], quick)
    assert (corpus.pairs(), corpus.compare([]), corpus.unjudged(), corpus.generic_functions()) == ([], [], {}, {})
    (outcome,) = corpus.compare([record(1, *SEAL)], vectors_of([prepare(record(1, *SEAL))], quick))
    assert outcome.band == Band.NONE
