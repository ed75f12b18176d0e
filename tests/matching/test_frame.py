from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matching.corpus import Corpus
from matching.frame import Frame
from matching.lexical import grams
from matching.reading import vectors_of
from matching.records import prepare
from matching.space import load_background
from matching.synthetic import modules
from tests.matching.conftest import Quick

RECORDS = list(modules(300, seed=3))


def frame(quick: Quick) -> Frame:
    prepared = [prepare(one) for one in RECORDS]
    texts = [grams(one.text) for one in prepared]
    return Frame.of(load_background(quick), prepared, vectors_of(prepared, quick), texts)


def few(quick: Quick, kept: Frame, ids: set[str]) -> Corpus:
    chosen = [one for one in RECORDS if one.id in ids]
    corpus = Corpus(load_background(quick), frame=kept)
    corpus.add(chosen, vectors_of([prepare(one) for one in chosen], quick))
    return corpus


def test_a_few_records_have_the_scores_that_they_have_among_all(quick: Quick, tmp_path: Path) -> None:
    everything = Corpus(load_background(quick))
    everything.add(RECORDS, vectors_of([prepare(one) for one in RECORDS], quick))
    frame(quick).save(tmp_path / "frame.npz")
    kept = Frame.load(tmp_path / "frame.npz")
    pairs = everything.pairs(top=3)[:20]
    for pair in pairs:
        alone = few(quick, kept, {pair.a, pair.b}).match(pair.a, pair.b)
        assert alone.score == pytest.approx(pair.score, abs=2e-6)
        assert (alone.band, alone.reasons) == (pair.band, pair.reasons)
        assert alone.parts is not None
        assert pair.parts is not None
        np.testing.assert_allclose(
            [alone.parts.cosine, alone.parts.crowd, alone.parts.lexical],
            [pair.parts.cosine, pair.parts.crowd, pair.parts.lexical],
            atol=1e-5,
        )
    assert few(quick, kept, {pairs[0].a}).search.lexical.weight("电子印章") == everything.search.lexical.weight(
        "电子印章"
    )


def test_a_frame_keeps_the_clauses_that_say_nothing(quick: Quick, tmp_path: Path) -> None:
    ground = load_background(quick)
    Frame.of(ground, [], ground.vectors[:0], [], frozenset({"系统支持国产化"})).save(tmp_path / "frame.npz")
    kept = Frame.load(tmp_path / "frame.npz")
    assert kept.boilerplate == {"系统支持国产化"}
    assert Corpus(ground, frame=kept).boilerplate == kept.boilerplate


def test_what_lacks_a_vector_elsewhere_in_the_pool_makes_nothing_found_doubtful(quick: Quick) -> None:
    kept = frame(quick)
    asked = RECORDS[0]
    row = vectors_of([prepare(asked)], quick)
    for projects, reasons in ({"another"}, ("pool_incomplete",)), ({asked.project}, ()):
        corpus = Corpus(load_background(quick), frame=kept, unread={"modules": projects})
        (outcome,) = corpus.compare([asked], row, pools=["modules"])
        assert outcome.reasons == reasons
