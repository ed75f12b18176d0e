from __future__ import annotations

import random

import numpy as np
import pytest

from matching import clusters as module
from matching.clusters import average_link, clusters
from matching.corpus import Corpus
from matching.embed import HashEmbedder
from matching.judge import Match
from matching.score import Band
from tests.matching.conftest import Failing, Quick, record, records


def link(a: str, b: str, score: float, band: Band = Band.LIKELY) -> Match:
    return Match(a, b, "modules", score, band, None)


def test_what_is_all_alike_is_one_cluster() -> None:
    (found,) = clusters([link("a", "b", 0.9), link("b", "c", 0.8), link("a", "c", 0.7)])
    assert found.ids == ("a", "b", "c")
    assert found.cohesion == 0.8


def test_clusters_do_not_chain() -> None:
    chain = [link(a, b, 0.9) for a, b in zip("abcdef", "bcdefg", strict=True)]
    found = clusters(chain, least=0.4)
    assert max(len(one.ids) for one in found) <= 3
    assert len(found) >= 2


def test_two_groups_joined_by_one_link_stay_two() -> None:
    groups = [link(a, b, 0.9) for group in ("abc", "xyz") for a in group for b in group if a < b]
    assert [one.ids for one in clusters([*groups, link("c", "x", 0.6)], least=0.2)] == [tuple("abc"), tuple("xyz")]


def test_only_likely_pairs_and_those_worth_a_look_count() -> None:
    pairs = [link("a", "b", 0.9, Band.DOUBTFUL), link("c", "d", 0.001, Band.NONE), link("e", "f", 0.1, Band.LOOK)]
    assert [one.ids for one in clusters(pairs)] == [("e", "f")]


def test_the_order_of_pairs_does_not_matter() -> None:
    chance = random.Random(4)
    pairs = [
        link(f"m{a:02}", f"m{b:02}", chance.random()) for a in range(20) for b in range(a) if chance.random() < 0.3
    ]
    first = clusters(pairs, least=0.3)
    for _ in range(5):
        chance.shuffle(pairs)
        assert clusters([link(one.b, one.a, one.score) for one in pairs], least=0.3) == first
    members = [one for cluster in first for one in cluster.ids]
    assert len(members) == len(set(members))


def test_many_copies_are_one_cluster_though_few_neighbours_were_asked_for(quick: Quick) -> None:
    copies = [record(number, "电子签章", "提供印章的制作、签署和验章服务。") for number in range(80)]
    corpus = Corpus.build(copies, quick)
    (found,) = clusters(corpus.pairs(top=3), corpus.likeness)
    assert len(found.ids) == 80
    assert found.cohesion == 1


def test_a_component_too_large_for_one_matrix_is_cut_at_its_weaker_links(monkeypatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 4)
    strong = [link(a, b, 0.9) for group in ("abc", "xyz") for a in group for b in group if a < b]
    found = clusters([*strong, link("c", "x", 0.1), link("a", "y", 0.1)])
    assert {one.ids for one in found} <= {tuple("abc"), tuple("xyz")}
    equal = [link(a, b, 1.0) for a in "abcdef" for b in "abcdef" if a < b]
    assert [one.ids for one in clusters(equal)] == [tuple("abcdef")]


def test_average_link_takes_the_best_pair_first() -> None:
    likeness = np.array([[1, 0.9, 0.5], [0.9, 1, 0.1], [0.5, 0.1, 1]])
    assert average_link(likeness, 0.31) == [[0, 1], [2]]
    assert average_link(likeness, 0.29) == [[0, 1, 2]]
    assert average_link(np.ones((0, 0)), 0.5) == []


def test_a_cluster_is_named_by_its_members() -> None:
    (one,) = clusters([link("a", "b", 0.9)])
    (same,) = clusters([link("b", "a", 0.3)])
    assert one.key == same.key


def test_likeness_is_the_score_of_each_pair(quick: Quick, failing: Failing) -> None:
    everything = records(
        ("电子签章", "加盖印章并验签。"),
        ("电子签章", "加盖印章并验签。"),
        ("在线用印", "加盖电子印章。"),
        ("水质监测", "采集断面数据。"),
    )
    failing.calls_left = 0
    for embedder in (quick, failing, HashEmbedder()):
        corpus = Corpus.build(everything, embedder)
        ids = [one.id for one in everything]
        expected = [[1.0 if a == b else corpus.match(a, b).score for b in ids] for a in ids]
        assert corpus.likeness(ids) == pytest.approx(np.array(expected), abs=1e-6)


def test_joining_follows_the_nearest_without_looking_at_all_pairs_again() -> None:
    chance = np.random.default_rng(3)
    for size in (2, 5, 9, 30):
        for places in (1, 8):  # with many equal means, and with none
            likeness = chance.random((size, size)).round(places)
            likeness = (likeness + likeness.T) / 2
            np.fill_diagonal(likeness, 1)
            assert average_link(likeness, 0.4) == by_definition(likeness, 0.4)


def by_definition(likeness: np.ndarray, least: float) -> list[list[int]]:
    groups = [[row] for row in range(len(likeness))]
    while len(groups) > 1:
        means = {
            (-float(likeness[np.ix_(one, other)].mean().round(12)), one[0], other[0]): (one, other)
            for place, one in enumerate(groups)
            for other in groups[place + 1 :]
        }
        best = min(means)
        if -best[0] < least:
            break
        one, other = means[best]
        groups = sorted([*(g for g in groups if g not in (one, other)), sorted(one + other)])
    return groups


def test_two_that_must_not_meet_never_do() -> None:
    chance = np.random.default_rng(5)
    for _ in range(20):
        likeness = chance.random((12, 12))
        likeness = (likeness + likeness.T) / 2
        np.fill_diagonal(likeness, 1)
        apart = [(0, 1), (2, 7), (3, 4), (3, 5)]
        for a, b in apart:
            likeness[a, b] = likeness[b, a] = -np.inf
        groups = average_link(likeness, 0.05)
        assert sorted(row for group in groups for row in group) == list(range(12))
        assert not any(a in group and b in group for group in groups for a, b in apart)
