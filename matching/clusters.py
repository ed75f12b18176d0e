"""Groups of records that do the same thing, which do not chain.

Two records that are both like a third need not be like each other. Within what is connected,
groups are therefore joined only while the *mean* of all their pairs is high (average
linkage, Sokal and Michener 1958).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.judge import Match
from matching.records import digest
from matching.score import Band

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Links = Mapping[tuple[str, str], float]

LEAST = 0.1  # mean score at which groups are joined; docs/matching.md tells how it was chosen
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


def clusters(
    pairs: Iterable[Match], likeness: Callable[[Sequence[str]], Floats] | None = None, *, least: float = LEAST
) -> list[Cluster]:
    """From pairs of the bands *likely* and *look*, largest group first.

    `likeness` gives the scores (n, n) of any records among each other, such as
    Corpus.likeness; without it a pair that is not among `pairs` counts as nothing, which
    breaks up groups larger than the number of neighbours that were asked for. Each record is
    in one cluster at most; which one does not depend on the order of pairs.
    """
    scores = {
        (min(one.a, one.b), max(one.a, one.b)): one.score
        for one in pairs
        if one.band in (Band.LIKELY, Band.LOOK) and one.a != one.b
    }
    found = [made for links in _components(scores) for made in _split(links, likeness, least)]
    return sorted(found, key=lambda one: (-len(one.ids), -one.cohesion, one.ids))


def _components(scores: Links) -> list[dict[tuple[str, str], float]]:
    """The links of each connected component."""
    parent: dict[str, str] = {}

    def root(one: str) -> str:
        parent.setdefault(one, one)
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for a, b in scores:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    found: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for pair, score in scores.items():
        found[root(pair[0])][pair] = score
    return list(found.values())


def _split(links: Links, likeness: Callable[[Sequence[str]], Floats] | None, least: float) -> list[Cluster]:
    """The groups of one component."""
    members = sorted({one for pair in links for one in pair})
    if len(members) > LARGEST:
        if stronger := _stronger(links):
            return [made for part in _components(stronger) for made in _split(part, likeness, least)]
        return [Cluster(tuple(members), min(links.values()))]  # all alike, so nothing to cut
    matrix = likeness(members) if likeness else _matrix(members, links)
    groups = [rows for rows in average_link(matrix, least) if len(rows) > 1]
    return [Cluster(tuple(members[row] for row in rows), _cohesion(matrix, rows)) for rows in groups]


def _stronger(links: Links) -> dict[tuple[str, str], float]:
    """About the better half of the links; none when all are alike."""
    middle, weakest = float(np.median(list(links.values()))), min(links.values())
    better = {pair: score for pair, score in links.items() if score > middle}
    return better or {pair: score for pair, score in links.items() if score > weakest}


def _matrix(members: Sequence[str], links: Links) -> Floats:
    place = {one: row for row, one in enumerate(members)}
    matrix = np.zeros((len(members), len(members)))
    for (a, b), score in links.items():
        matrix[place[a], place[b]] = matrix[place[b], place[a]] = score
    return matrix


def _cohesion(matrix: Floats, rows: Sequence[int]) -> float:
    inside = matrix[np.ix_(rows, rows)][np.triu_indices(len(rows), 1)]
    return round(float(inside.mean()), 6)


def average_link(likeness: Floats, least: float) -> list[list[int]]:
    """Rows of a symmetric matrix (n, n), joined while the mean between groups is at least that.

    The best pair of groups first; of equals, the one whose rows come first.
    """
    groups = {row: [row] for row in range(len(likeness))}
    if not groups:
        return []
    total = likeness.copy()  # sum over all pairs of two groups
    sizes = np.ones(len(likeness))
    mean = likeness.copy()
    np.fill_diagonal(mean, -1)
    nearest = mean.argmax(axis=1)  # of each row, kept so that a step costs rows and not the matrix
    best = mean[np.arange(len(mean)), nearest]
    while len(groups) > 1:
        row = int(best.argmax())
        if best[row] < least:
            break
        a, b = sorted((row, int(nearest[row])))
        groups[a] += groups.pop(b)
        total[a] += total[b]
        total[:, a] = total[a]
        sizes[a] += sizes[b]
        alive = np.array(sorted(groups))
        mean[b] = mean[:, b] = -1
        mean[a, alive] = mean[alive, a] = total[a, alive] / (sizes[a] * sizes[alive])
        mean[a, a] = -1
        _follow(mean, nearest, best, alive, a, b)
    return [sorted(groups[row]) for row in sorted(groups)]


def _follow(mean: Floats, nearest: Places, best: Floats, alive: Places, a: int, b: int) -> None:
    """Who is nearest to whom, after b went into a."""
    best[b] = -1
    lost = alive[(nearest[alive] == a) | (nearest[alive] == b) | (alive == a)]
    nearest[lost] = mean[lost].argmax(axis=1)
    best[lost] = mean[lost, nearest[lost]]
    closer = (mean[alive, a] > best[alive]) | ((mean[alive, a] == best[alive]) & (a < nearest[alive]))
    nearest[alive[closer]], best[alive[closer]] = a, mean[alive[closer], a]
