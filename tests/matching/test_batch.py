from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from matching.batch import CELLS, DRAWINGS, WIDTH, Batch, Nearest, places_from, places_to
from matching.corpus import Corpus
from matching.score import PRIOR
from matching.space import load_background
from matching.synthetic import modules, vectors
from tests.matching.conftest import Quick

POOLS = ("round", "earlier")
QUICK = Quick()


def corpus_of(count: int, shuffled: random.Random | None = None) -> Corpus:
    """Made-up modules with the vectors that a model might make; every third is of an earlier round."""
    texts = [replace(one, pool=POOLS[number % 3 == 2]) for number, one in enumerate(modules(count, per_project=4))]
    rows = list(zip(texts, vectors(count, seed=3, width=QUICK.width), strict=True))
    if shuffled:
        shuffled.shuffle(rows)
    corpus = Corpus(load_background(QUICK))
    corpus.add([text for text, _ in rows], np.stack([row for _, row in rows]))
    return corpus


def near(batch: Batch, *, drawings: int = DRAWINGS) -> Nearest:
    """All parts, as one worker after the other would do them."""
    parts = []
    for drawing in range(drawings):
        places = [places_from(places_to(batch.place(drawing, share))) for share in range(batch.shares)]
        parts += [batch.pair(drawing, share, places).to_bytes() for share in range(batch.shares)]
    random.Random(1).shuffle(parts)
    return batch.best([Nearest.from_bytes(part) for part in parts])


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return corpus_of(4000)


@pytest.fixture(scope="module")
def batch(corpus: Corpus) -> Batch:
    return Batch(corpus, "round", 3)


def test_what_is_likely_is_found_with_the_same_score_as_without_cells(corpus: Corpus, batch: Batch):
    ids = [f"s{number:08d}" for number in range(0, 900, 3)]
    exact = corpus.compare([corpus.prepared(one).record for one in ids], pools=POOLS, top=5)
    found = batch.compare(ids, near(batch), pools=POOLS, top=5)
    assert [one.id for one in found] == ids
    wanted = {(one.id, match.b): match for one in exact for match in one.matches if match.band == "likely"}
    seen = {(one.id, match.b): match for one in found for match in one.matches}
    assert len(wanted) > 500
    assert sum(seen.get(pair) == match for pair, match in wanted.items()) >= 0.995 * len(wanted)


def test_shares_and_their_order_do_not_change_what_is_found(corpus: Corpus, batch: Batch):
    alone, shared = near(Batch(corpus, "round", 1), drawings=2), near(batch, drawings=2)
    assert (alone.a == shared.a).all()
    assert (alone.b == shared.b).all()
    assert batch.fingerprint == Batch(corpus_of(4000, random.Random(5)), "round", 3).fingerprint


def test_only_the_pool_that_asks_is_asked_for_and_no_project_is_near_to_itself(corpus: Corpus, batch: Batch):
    found = near(batch, drawings=1)
    ordered = [corpus.search.side.prepared[row].record for row in range(len(batch))]
    assert {ordered[row].pool for row in found.a.tolist()} == {"round"}
    assert {ordered[row].pool for row in found.b.tolist()} == set(POOLS)
    pairs = zip(found.a.tolist(), found.b.tolist(), strict=True)
    assert all(ordered[a].project != ordered[b].project for a, b in pairs)
    counts = np.bincount(found.a)
    assert counts.max() <= WIDTH * len(POOLS)


def test_what_cells_hold_is_worth_a_look(corpus: Corpus, batch: Batch):
    found = near(batch, drawings=1)
    ids = [one.record.id for one in corpus.search.side.prepared]
    for place in range(0, len(found), len(found) // 20):
        match = corpus.match(ids[found.a[place]], ids[found.b[place]])
        assert match.score >= PRIOR.look - 1e-4
        assert match.score == 1 or match.score == pytest.approx(1 / (1 + np.exp(-found.logit[place])), abs=1e-4)


def test_other_texts_are_another_corpus(corpus: Corpus, batch: Batch):
    more = corpus_of(3999)
    assert Batch(more, "round", 3).fingerprint != batch.fingerprint
    with pytest.raises(ValueError, match="are placed"):
        batch.pair(0, 0, [Batch(more, "round", 1).place(0, 0)])


def test_records_without_a_vector_are_held_against_everything(corpus: Corpus):
    texts = [replace(one, pool="round") for one in modules(60, per_project=1)]
    rows = vectors(60, seed=3, width=QUICK.width)
    rows[7] = np.nan
    partly = corpus_of(300)
    partly.add(texts, rows)
    batch = Batch(partly, "round", 1)
    assert len(batch) == len(partly) - 1
    ids = [one.id for one in texts[:12]]
    exact = {one.id: one for one in partly.compare(texts[:12], pools=POOLS, top=5)}
    found = {one.id: one for one in batch.compare(ids, near(batch), pools=POOLS, top=5)}
    assert found[ids[7]] == exact[ids[7]]
    assert {one.band for one in found.values()} == {one.band for one in exact.values()}
    assert all(found[one].reasons == exact[one].reasons for one in ids)


def test_bytes_are_what_they_were():
    places = np.arange(4 * CELLS, dtype=np.int32).reshape(4, CELLS)
    assert (places_from(places_to(places)) == places).all()
    none = Nearest.from_bytes(Nearest.none().to_bytes())
    assert len(none) == 0
