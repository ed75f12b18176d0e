"""Groups of records that do the same thing, which do not chain.

Two records that are both like a third need not be like each other. Within what is connected,
groups are therefore joined only while the *mean* of all their pairs is high (average
linkage, Sokal and Michener 1958); a pair that was not found counts as nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.judge import Match
from matching.records import digest
from matching.score import Band

Floats = NDArray[np.float64]

LEAST = 0.05  # mean score at which groups are joined
LARGEST = 2000  # records in one matrix (32 MB); beyond, weaker links are cut first


@dataclass(frozen=True, slots=True)
class Cluster:
    """At least two records, by id. `cohesion` is the mean score of all its pairs, 0 to 1."""

    ids: tuple[str, ...]
    cohesion: float

    @property
    def key(self) -> str:
        """The same for the same members."""
        return digest(*self.ids)


def clusters(pairs: Iterable[Match], least: float = LEAST) -> list[Cluster]:
    """From pairs of the bands *likely* and *look*, largest group first.

    Each record is in one cluster at most; which one does not depend on the order of pairs.
    """
    scores = {
        (min(one.a, one.b), max(one.a, one.b)): one.score
        for one in pairs
        if one.band in (Band.LIKELY, Band.LOOK) and one.a != one.b
    }
    found = [group for part in _connected(scores) for group in _split(part, scores, least)]
    made = [Cluster(tuple(group), _cohesion(group, scores)) for group in found if len(group) > 1]
    return sorted(made, key=lambda one: (-len(one.ids), -one.cohesion, one.ids))


def _connected(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Connected components over these pairs, each sorted."""
    parent: dict[str, str] = {}

    def root(one: str) -> str:
        parent.setdefault(one, one)
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for a, b in pairs:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    groups: dict[str, list[str]] = defaultdict(list)
    for one in sorted(parent):
        groups[root(one)].append(one)
    return [groups[one] for one in sorted(groups)]


def _split(part: Sequence[str], scores: Mapping[tuple[str, str], float], least: float) -> list[list[str]]:
    """The groups of one component."""
    members = set(part)
    inside = {pair: score for pair, score in scores.items() if pair[0] in members and pair[1] in members}
    if len(part) > LARGEST:
        middle = float(np.median(list(inside.values())))
        if middle >= max(inside.values()):
            return [list(part)]  # all alike, so nothing to cut
        strong = {pair: score for pair, score in inside.items() if score > middle}
        return [group for one in _connected(strong) for group in _split(one, strong, least)]
    place = {one: row for row, one in enumerate(part)}
    likeness = np.zeros((len(part), len(part)))
    for (a, b), score in inside.items():
        likeness[place[a], place[b]] = likeness[place[b], place[a]] = score
    return [[part[row] for row in rows] for rows in average_link(likeness, least)]


def average_link(likeness: Floats, least: float) -> list[list[int]]:
    """Rows of a symmetric matrix (n, n), joined while the mean between groups is at least that.

    The best pair of groups first; of equals, the one whose rows come first.
    """
    groups = {row: [row] for row in range(len(likeness))}
    total = likeness.copy()  # sum over all pairs of two groups
    sizes = np.ones(len(likeness))
    mean = likeness.copy()
    np.fill_diagonal(mean, -1)
    while len(groups) > 1:
        best = int(mean.argmax())
        a, b = sorted(divmod(best, len(mean)))
        if mean[a, b] < least:
            break
        groups[a] += groups.pop(b)
        total[a] += total[b]
        total[:, a] = total[a]
        sizes[a] += sizes[b]
        alive = np.array(sorted(groups))
        mean[b] = mean[:, b] = -1
        mean[a, alive] = mean[alive, a] = total[a, alive] / (sizes[a] * sizes[alive])
        mean[a, a] = -1
    return [sorted(groups[row]) for row in sorted(groups)]


def _cohesion(group: Sequence[str], scores: Mapping[tuple[str, str], float]) -> float:
    count = len(group) * (len(group) - 1) / 2
    found = (scores.get((a, b), 0.0) for at, a in enumerate(group) for b in group[at + 1 :])
    return round(sum(found) / count, 6)
