from __future__ import annotations

import numpy as np
import pytest

from matching.corpus import Corpus
from matching.prototypes import APART, MOST, Examples, apart, capabilities, spread
from matching.synthetic import modules
from tests.matching.conftest import Quick, record

SEAL = ("电子签章", "提供电子印章的制作、签署、验章和用印日志。")
SIGN = ("在线用印审批", "用印申请在线审批后，在合同上加盖。")
WATER = ("水质断面监测", "采集河道断面的水质数据，超标时预警。")


def corpus_of(quick: Quick, *texts: tuple[str, str]) -> Corpus:
    return Corpus.build([record(number, *text) for number, text in enumerate(texts)], quick)


def test_a_module_circles_around_the_capability_that_it_is_like(quick: Quick):
    corpus = corpus_of(quick, SEAL, WATER, SEAL, WATER, SIGN)
    catalog = {"seal": Examples(["r000"]), "water": Examples(["r001"])}
    assert capabilities(corpus, ["r002", "r003", "r004"], catalog) == {"r002": "seal", "r003": "water"}


def test_what_people_confirmed_speaks_for_a_capability(quick: Quick):
    corpus = corpus_of(quick, SEAL, SIGN, SIGN)
    assert capabilities(corpus, ["r002"], {"seal": Examples(["r000"])}) == {}
    assert capabilities(corpus, ["r002"], {"seal": Examples(["r000"], confirmed=["r001"])}) == {"r002": "seal"}


def test_what_people_denied_speaks_against_it(quick: Quick):
    corpus = corpus_of(quick, SEAL, SEAL, (f"{SEAL[0]}台账", SEAL[1]), WATER)
    catalog = {"seal": Examples(["r000"], denied=["r002"])}
    assert capabilities(corpus, ["r001", "r002", "r003"], catalog) == {"r001": "seal"}


def test_what_is_not_there_or_has_no_vector_is_left_out(quick: Quick, failing):
    corpus = corpus_of(quick, SEAL, SEAL)
    assert capabilities(corpus, ["r001"], {"seal": Examples(["r000", "gone"], ["gone"], ["gone"])}) == {"r001": "seal"}
    assert capabilities(corpus, ["r001"], {}) == {}
    assert capabilities(corpus, [], {"seal": Examples(["r000"])}) == {}
    failing.calls_left = 0
    assert capabilities(corpus_of(failing, SEAL, SEAL), ["r001"], {"seal": Examples(["r000"])}) == {}


def test_the_order_of_modules_and_examples_does_not_matter(quick: Quick):
    texts = [(f"{name}第{number}号", body) for number in range(12) for name, body in (SEAL, WATER)]
    corpus = corpus_of(quick, SEAL, WATER, *texts, *((one.name, one.description) for one in modules(150)))
    ids = [f"r{number:03d}" for number in range(2, 26)]
    seals, waters = ids[::2][:9], ids[1::2][:9]
    catalog = {"seal": Examples(["r000"], seals, waters), "water": Examples(["r001"], waters, seals)}
    turned = {name: Examples(one.entries, one.confirmed[::-1], one.denied[::-1]) for name, one in catalog.items()}
    found = capabilities(corpus, ids, catalog)
    assert found == capabilities(corpus, ids[::-1], turned)
    assert found == {one: "seal" if number % 2 == 0 else "water" for number, one in enumerate(ids)}


def test_only_modules_of_different_capabilities_are_set_apart():
    scores = np.full((4, 4), 0.8)
    around = {"a": "seal", "b": "seal", "c": "water"}
    found = apart(scores, ["a", "b", "c", "d"], around)
    assert found[0, 2] == found[2, 1] == pytest.approx(0.8 * APART)
    assert (found[0, 1], found[0, 3], found[2, 3]) == (0.8, 0.8, 0.8)
    assert (apart(scores, ["a", "b", "c", "d"], {}) == scores).all()


def test_examples_that_are_kept_lie_far_from_each_other():
    chance = np.random.default_rng(2)
    middles = np.eye(MOST, 40, dtype=np.float32)
    rows = np.repeat(middles, 5, axis=0) + 0.05 * chance.standard_normal((5 * MOST, 40)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    chosen = spread(rows, MOST)
    assert sorted((chosen // 5).tolist()) == list(range(MOST)), "one of each bundle"
    assert spread(rows[:3], MOST).tolist() == [0, 1, 2]
    assert len(spread(rows[:0], MOST)) == 0
    alike = np.repeat(rows[:1], 30, axis=0)
    assert len(set(spread(alike, MOST).tolist())) == MOST
