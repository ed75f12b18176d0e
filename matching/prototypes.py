"""Which shared capability a module circles around, told by the catalog's words and by what people confirmed.

A confirmed match becomes an example of its capability, a denied one a counter-example: the
nearest of them all decides. Two modules that circle around different capabilities are seldom the
same, however alike their words are, and clusters heed that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.corpus import Corpus

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST = 20  # examples of a capability, and as many counter-examples
AROUND = 0.2  # score with the nearest example from which a module circles around a capability
APART = 0.3  # of the score of two that circle around different capabilities


@dataclass(frozen=True, slots=True)
class Examples:
    """Records of a corpus by id: what is said of one capability, and what people confirmed and denied."""

    entries: Sequence[str]
    confirmed: Sequence[str] = ()
    denied: Sequence[str] = ()


def capabilities(corpus: Corpus, ids: Sequence[str], catalog: Mapping[str, Examples]) -> dict[str, str]:
    """For each record that likely does what a capability offers, that capability; of several the likeliest.

    Examples that the corpus does not have, or that have no vector, are left out.
    """
    search = corpus.search
    asking = [row for one in ids if search.side.readable[row := search.row[one]]]
    names = sorted(catalog)
    if not asking or not names:
        return {}
    speaking = [_rows(corpus, catalog[name].entries, catalog[name].confirmed) for name in names]
    against = [_rows(corpus, (), catalog[name].denied) for name in names]
    liked, disliked = _nearest(corpus, asking, speaking), _nearest(corpus, asking, against)
    scores = np.where(liked > disliked, liked, 0.0)
    best = scores.argmax(axis=1)
    return {
        search.side.prepared[row].record.id: names[place]
        for row, place, score in zip(asking, best.tolist(), scores.max(axis=1).tolist(), strict=True)
        if score >= AROUND
    }


def apart(scores: Floats, ids: Sequence[str], around: Mapping[str, str]) -> Floats:
    """The scores (n, n) of records, lower for those that circle around different capabilities."""
    codes = {name: code for code, name in enumerate(sorted(set(around.values())), 1)}
    code = np.array([codes[around[one]] if one in around else 0 for one in ids], np.int64)
    differ = (code[:, None] != code) & (code[:, None] > 0) & (code > 0)
    return np.where(differ, scores * APART, scores)


def spread(directions: NDArray[np.float32], most: int) -> Integers:
    """The rows of at most so many that lie farthest from each other, the middlemost first, rising."""
    if len(directions) <= most:
        return np.arange(len(directions))
    chosen = [int((directions @ directions.mean(axis=0)).argmax())]
    nearest = directions @ directions[chosen[0]]
    while len(chosen) < most:
        nearest[chosen] = np.inf
        chosen.append(int(nearest.argmin()))
        nearest = np.maximum(nearest, directions @ directions[chosen[-1]])
    return np.array(sorted(chosen), np.int64)


def _rows(corpus: Corpus, entries: Sequence[str], examples: Sequence[str]) -> Integers:
    """Those that can be compared: all entries, and examples that are spread out, in no one's order."""
    side, place = corpus.search.side, corpus.search.row
    first, others = (
        np.array([place[one] for one in sorted(set(ids)) if one in place and side.readable[place[one]]], np.int64)
        for ids in (entries, examples)
    )
    return np.concatenate([first, others[spread(side.centred[others], MOST)]])


def _nearest(corpus: Corpus, asking: Sequence[int], groups: Sequence[Integers]) -> Floats:
    """The best score (asking, groups) with any of a group; 0 with an empty one."""
    found = np.zeros((len(asking), len(groups)))
    filled = [place for place, rows in enumerate(groups) if len(rows)]
    if not filled:
        return found
    rows = np.concatenate([groups[place] for place in filled])
    starts = np.cumsum([0, *(len(groups[place]) for place in filled[:-1])])
    search, weights = corpus.search, corpus.weights
    for line, row in enumerate(asking):
        parts = search.parts(search.side, row, rows, with_lexical=bool(weights.lexical))
        found[line, filled] = np.maximum.reduceat(weights.scores(parts), starts)
    return found
