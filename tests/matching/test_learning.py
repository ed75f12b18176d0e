"""Learning from verdicts: it moves the weights a little, and nonsense does not pass the gate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching import learning
from matching.corpus import Corpus
from matching.learning import Verdicts, among, compared, fit, gate, lacking, measure, scale, verdicts
from matching.reading import vectors_of
from matching.records import Record
from matching.score import PARTS, PRIOR, Parts
from tests.matching.conftest import Quick, records

SPLIT = 3.2  # crowd from which these people say that it is a duplicate, where the prior waits for 4.1


def judged(count: int, seed: int = 1, split: float = SPLIT) -> Verdicts:
    """Verdicts of people who see duplicates from a certain likeness on, with some doubt around it."""
    chance = np.random.default_rng(seed)
    crowd = chance.uniform(1.5, 5, count)
    parts = np.column_stack([crowd / 8, crowd, chance.uniform(0, 0.2, count)])
    is_true = crowd + chance.normal(0, 0.4, count) > split
    return Verdicts(parts, is_true, np.ones(count))


def shuffled(data: Verdicts, seed: int) -> Verdicts:
    return replace(data, is_true=np.random.default_rng(seed).permutation(data.is_true))


def test_fifty_verdicts_move_the_weights_through_the_gate() -> None:
    learnt = gate(judged(50), PRIOR, "city-1")
    assert learnt.is_accepted
    assert learnt.weights.version == "city-1"
    pair = Parts(0.45, 3.6, 0.1)  # beyond where these people see duplicates
    assert learnt.weights.score(pair) > PRIOR.score(pair) + 0.1
    assert learnt.after.calibration_error < learnt.before.calibration_error
    assert learnt.after.log_loss < learnt.before.log_loss


def test_few_verdicts_move_little_and_many_decide() -> None:
    pair = Parts(0.45, 3.6, 0.1)
    scores = [fit(judged(count), PRIOR, "x").score(pair) for count in (4, 50, 2000)]
    assert PRIOR.score(pair) < scores[0] < scores[1] < scores[2]
    assert scores[0] < PRIOR.score(pair) + 0.2
    assert scores[2] > 0.8


@pytest.mark.parametrize("seed", range(12))
def test_nonsense_is_refused(seed: int) -> None:
    learnt = gate(shuffled(judged(60), seed), PRIOR, "x")
    assert "chance" in learnt.reasons
    assert not learnt.is_accepted


def test_verdicts_that_contradict_likeness_are_refused_and_never_turn_a_weight_round() -> None:
    data = judged(80)
    turned = replace(data, is_true=~data.is_true)
    learnt = gate(turned, PRIOR, "x")
    assert not learnt.is_accepted
    assert all(getattr(fit(turned, PRIOR, "x"), part) >= 0 for part in PARTS)
    assert all(getattr(scale(turned, PRIOR, "x"), part) >= 0 for part in PARTS)


def test_a_better_calibration_alone_is_accepted_with_the_order_as_it_was() -> None:
    data = judged(60)
    same = scale(data, PRIOR, "x")
    assert list(np.argsort(same.scores(data.parts))) == list(np.argsort(PRIOR.scores(data.parts)))
    assert same.score(Parts(0.45, 3.6, 0.1)) > PRIOR.score(Parts(0.45, 3.6, 0.1))


@pytest.mark.parametrize("learn", [fit, scale])
def test_scores_never_fall_as_likeness_rises(learn: learning.Callable) -> None:
    learnt = learn(judged(70), PRIOR, "x")
    steps = [learnt.score(Parts(0.1 + 0.05 * step, 1 + 0.3 * step, 0.02 * step)) for step in range(15)]
    assert steps == sorted(steps)
    assert learnt.look < learnt.likely


def test_bands_keep_their_place_in_the_order() -> None:
    data = judged(200)
    learnt = scale(data, PRIOR, "x")
    for edge in ("look", "likely"):
        before = PRIOR.scores(data.parts) >= getattr(PRIOR, edge)
        after = learnt.scores(data.parts) >= getattr(learnt, edge)
        assert (before == after).mean() > 0.99


def test_where_few_likely_ones_are_duplicates_likely_begins_at_one_in_five() -> None:
    strict = judged(200, split=4.8)
    learnt = fit(strict, PRIOR, "x")
    before, after = measure([(strict, PRIOR)]).likely, measure([(strict, learnt)]).likely
    assert learnt.likely == learning.RIGHT
    assert (after.precision or 0) > (before.precision or 0)


def test_learning_is_deterministic() -> None:
    assert gate(judged(60), PRIOR, "x") == gate(judged(60), PRIOR, "x")


def test_too_few_verdicts_or_one_kind_only_teach_nothing() -> None:
    assert lacking(judged(49)) == ("too_few",)
    data = judged(60)
    assert lacking(replace(data, is_true=np.zeros(60, bool))) == ("one_kind",)
    learnt = gate(judged(20), PRIOR, "x")
    assert (learnt.weights, learnt.reasons) == (PRIOR, ("too_few",))
    assert gate(verdicts(np.empty((0, 3)), []), PRIOR, "x").reasons == ("too_few",)


def test_what_is_related_counts_half_as_no_duplicate() -> None:
    data = verdicts(np.zeros((3, 3)), ["duplicate", "related", "different"])
    assert data.is_true.tolist() == [True, False, False]
    assert data.counts.tolist() == [1, 0.5, 1]


def test_what_was_learnt_is_measured_on_some_of_the_verdicts_as_on_all() -> None:
    data = judged(60)
    learnt = gate(data, PRIOR, "x")
    assert among(learnt, data, np.ones(60, bool)) == learnt.after
    half = np.arange(60) % 2 == 0
    assert sum(count for _, _, count in among(learnt, data, half).calibration) == 30 * learning.REPEATS


def test_figures_of_a_perfect_and_of_a_turned_order() -> None:
    parts = np.array([[0.6, 6, 0.0], [0.5, 5, 0], [0.1, 1, 0], [0.0, 0, 0]])
    right = measure([(verdicts(parts, ["duplicate", "duplicate", "different", "different"]), PRIOR)])
    wrong = measure([(verdicts(parts, ["different", "different", "duplicate", "duplicate"]), PRIOR)])
    assert (right.ap, right.auc, right.likely.precision, right.likely.recall) == (1, 1, 1, 1)
    assert (wrong.ap, wrong.auc, wrong.likely.precision) == (pytest.approx((1 / 3 + 1 / 2) / 2), 0, 0)
    assert right.calibration_error < 0.1 < 0.9 < wrong.calibration_error
    assert sum(count for _, _, count in right.calibration) == 4


def test_judged_texts_have_the_parts_that_the_search_gives_them(quick: Quick) -> None:
    known = records(
        ("电子印章服务", "提供电子印章的制作、签署、验章和用印日志。"),
        ("印章统一管理", "统一制作电子印章，支持签署与验章，留存用印日志。"),
        ("水质断面监测", "采集河道断面的水质数据，超标时预警。"),
    )
    corpus = Corpus.build(known, quick)
    pairs = [(known[0], known[1]), (known[1], known[2]), (known[0], replace(known[0], id="copy")), (known[0], _empty())]
    parts, usable = compared(corpus, pairs, lambda prepared: vectors_of(prepared, quick))
    assert usable.tolist() == [True, True, False, False]
    for (one, other), row in zip(pairs[:2], parts, strict=False):
        match = corpus.match(one.id, other.id).parts
        assert match is not None
        assert row == pytest.approx([match.cosine, match.crowd, match.lexical], abs=1e-5)


def _empty() -> Record:
    return Record("none", "none", "", "")
