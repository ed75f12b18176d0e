"""What must hold for any texts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.corpus import Corpus
from matching.records import Record, unordered_pair_key
from matching.score import CHARACTERS, PRIOR, Band, Parts, fit
from matching.text import letters, normalise
from tests.matching.conftest import Quick

QUICK = Quick()
WORDS = (
    "电子签章",
    "印章",
    "地图",
    "签署",
    "监测",
    "水位",
    "Map",
    "service",
    "用户管理",
    "日志管理",
    "，",
    "。",
    "1",
    "臺灣",
    "カード",
    "도로",
    "Ωμέγα",
    "<b>",
    "</b>",
    "&nbsp;",
    "20270101",
    "\u200b",
    "\ud800",
    "\x00",
    "😀",
    "水位，" * 1500,
)
texts = st.one_of(st.lists(st.sampled_from(WORDS), max_size=12).map("".join), st.text(max_size=30))
parts = st.builds(Parts, cosine=st.floats(-1, 1), crowd=st.floats(-10, 20), lexical=st.floats(0, 1))
quickly = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def corpora(draw: st.DrawFn) -> list[Record]:
    rows = draw(st.lists(st.tuples(texts, texts, st.sampled_from("abcdef")), min_size=2, max_size=12))
    return [Record(f"r{number}", project, name, text) for number, (name, text, project) in enumerate(rows)]


@quickly
@given(corpora())
def test_a_pair_scores_the_same_both_ways(records: list[Record]) -> None:
    corpus = Corpus.build(records, QUICK)
    for a in records:
        for b in records:
            there, back = corpus.match(a.id, b.id), corpus.match(b.id, a.id)
            assert (there.score, there.band, there.reasons) == (back.score, back.band, back.reasons)
            assert 0 <= there.score <= 1
            assert unordered_pair_key(a, b) == unordered_pair_key(b, a)


@quickly
@given(corpora(), st.data())
def test_a_copy_stands_on_top(records: list[Record], data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(records))
    copy = replace(original, id="copy", project="copies")
    (outcome,) = Corpus.build([*records, copy], QUICK).compare([copy])
    if outcome.is_generic or set(outcome.reasons) & {"empty"}:
        assert outcome.matches == ()
        return
    best = outcome.matches[0].score
    assert original.id in {match.b for match in outcome.matches if match.score == best}
    if not outcome.reasons:
        assert (outcome.band, best) == (Band.LIKELY, 1.0)


@quickly
@given(corpora())
def test_no_pair_stays_inside_a_project(records: list[Record]) -> None:
    corpus = Corpus.build(records, QUICK)
    project = {record.id: record.project for record in records}
    found = [(pair.a, pair.b) for pair in corpus.pairs()]
    found += [(one.id, match.b) for one in corpus.compare(records) for match in one.matches]
    assert all(project[a] != project[b] for a, b in found)


@quickly
@given(corpora(), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(records: list[Record], chance) -> None:
    shuffled = list(records)
    chance.shuffle(shuffled)
    one, other = Corpus.build(records, QUICK), Corpus.build(shuffled, QUICK)
    assert one.pairs() == other.pairs()
    assert one.unjudged() == other.unjudged()
    assert one.generic_functions() == other.generic_functions()


@quickly
@given(corpora())
def test_nothing_unjudged_is_called_new(records: list[Record]) -> None:
    corpus = Corpus.build(records, QUICK)
    for outcome in corpus.compare(records):
        if outcome.id in corpus.unjudged():
            assert outcome.band == Band.DOUBTFUL
        bands = [match.band for match in outcome.matches if match.band != Band.DOUBTFUL]
        order = [Band.LIKELY, Band.LOOK, Band.NONE]
        assert [order.index(band) for band in bands] == sorted(order.index(band) for band in bands)


@quickly
@given(corpora())
def test_nothing_is_certain_but_a_copy(records: list[Record]) -> None:
    corpus = Corpus.build(records, QUICK)
    texts = {one.id: (letters(normalise(one.name).text), letters(normalise(one.description).text)) for one in records}
    for pair in corpus.pairs():
        assert (pair.score == 1) <= (texts[pair.a] == texts[pair.b])
        for one in (corpus.prepared(pair.a), corpus.prepared(pair.b)):
            if one.kind != "comparable" or (one.is_cut and pair.band == Band.NONE):
                assert pair.band == Band.DOUBTFUL


@quickly
@given(corpora())
def test_evidence_lies_inside_the_texts(records: list[Record]) -> None:
    corpus = Corpus.build(records, QUICK)
    for pair in corpus.pairs(3):
        evidence = corpus.explain(pair.a, pair.b)
        for one in evidence.aligned:
            assert 0 <= one.likeness <= 1
            assert 0 <= one.weight <= 1
            for place, record_id in ((one.a, pair.a), (one.b, pair.b)):
                whole = getattr(corpus.prepared(record_id).record, place.field)
                assert 0 <= place.start < place.end <= len(whole)


@given(parts, st.sampled_from(["cosine", "crowd", "lexical"]), st.floats(0, 5))
def test_more_likeness_never_lowers_a_score_or_a_band(one: Parts, name: str, more: float) -> None:
    order = [Band.NONE, Band.LOOK, Band.LIKELY]
    for weights in (PRIOR, CHARACTERS):
        before = weights.score(one)
        after = weights.score(replace(one, **{name: getattr(one, name) + more}))
        assert after >= before
        assert order.index(weights.band(after)) >= order.index(weights.band(before))


@given(st.integers(0, 2**32 - 1))
def test_fitted_weights_are_never_negative(seed: int) -> None:
    chance = np.random.default_rng(seed)
    values = chance.normal(size=(60, 3))
    labels = values @ np.array([2.0, -1.0, 0.5]) + chance.normal(size=60) > 0.5
    bias, weights = fit(values, labels.tolist())
    assert np.isfinite(bias)
    assert (weights >= 0).all()
    assert weights[1] == 0
