"""How good is a corpus at finding the pairs that people know? For records with known groups.

All pairs of records of different projects are scored; a pair is true when both have the
same group. Ranked metrics are exact up to 1/1000 in the logit of a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.corpus import Corpus
from matching.search import is_subject

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FURTHEST = 40.0  # logits beyond are alike
STEPS = 80_000
LAST = -FURTHEST  # what is not compared at all ranks last
DEPTHS = (1, 5, 10)


@dataclass(slots=True)
class Ranking:
    """True and other pairs, counted by logit; and how well each record finds its partners."""

    true: NDArray[np.int64] = field(default_factory=lambda: np.zeros(STEPS, np.int64))
    other: NDArray[np.int64] = field(default_factory=lambda: np.zeros(STEPS, np.int64))
    reciprocal: list[float] = field(default_factory=list)
    recalls: dict[int, list[float]] = field(default_factory=lambda: {depth: [] for depth in DEPTHS})

    def count(self, logits: Floats, is_true: Flags) -> None:
        """Pairs, each once."""
        places = np.clip((logits + FURTHEST) / (2 * FURTHEST) * STEPS, 0, STEPS - 1).astype(np.int64)
        self.true += np.bincount(places[is_true], minlength=STEPS)
        self.other += np.bincount(places[~is_true], minlength=STEPS)

    def rank(self, logits: Floats, is_true: Flags) -> None:
        """The others of one record, if it has a partner among them."""
        if not is_true.any():
            return
        ranks = np.empty(len(logits), np.int64)
        ranks[np.argsort(-logits, kind="stable")] = np.arange(1, len(logits) + 1)
        self.reciprocal.append(1 / float(ranks[is_true].min()))
        for depth, found in self.recalls.items():
            found.append(float((ranks[is_true] <= depth).mean()))

    def summary(self) -> dict[str, float]:
        """AUC, average precision, MRR, recall at depths and the best F1."""
        true, other = self.true[::-1].astype(float), self.other[::-1].astype(float)
        hits, misses = np.cumsum(true), np.cumsum(other)
        positives, negatives = hits[-1], misses[-1]
        precision = np.divide(hits, hits + misses, out=np.zeros(STEPS), where=hits + misses > 0)
        recall = hits / positives
        both = precision + recall
        f1 = np.divide(2 * precision * recall, both, out=np.zeros(STEPS), where=both > 0)
        below = negatives - misses + other / 2
        return {
            "auc": float((true * below).sum() / (positives * max(negatives, 1))),
            "ap": float((precision * true).sum() / positives),
            "mrr": float(np.mean(self.reciprocal)),
            **{f"recall@{depth}": float(np.mean(found)) for depth, found in self.recalls.items()},
            "f1": float(f1.max()),
        }


def evaluate(corpus: Corpus, groups: Mapping[str, str]) -> dict[str, Any]:
    """Metrics of a corpus whose records' ids have these groups.

    Raises ValueError when no group has two records of different projects.
    """
    ranking = Ranking()
    for logits, is_true, is_after in scored(corpus, groups):
        ranking.count(logits[is_after], is_true[is_after])
        ranking.rank(logits, is_true)
    if not ranking.reciprocal:
        raise ValueError("no group has two records of different projects")
    found: dict[str, Any] = {name: round(value, 4) for name, value in ranking.summary().items()}
    return found | _bands(corpus, groups, int(ranking.true.sum()))


def scored(corpus: Corpus, groups: Mapping[str, str]) -> Iterator[tuple[Floats, Flags, Flags]]:
    """For each record in the order of ids: logits of all records of other projects, which of
    them are true partners, and which come after it."""
    search, weights = corpus.search, corpus.weights
    side = search.side
    projects = np.array([one.record.project for one in side.prepared])
    codes = {group: code for code, group in enumerate(sorted(set(groups.values())))}
    code = np.array([codes[groups[one.record.id]] if one.record.id in groups else -1 for one in side.prepared])
    copies = np.array([one.copy_key for one in side.prepared])
    subject = np.array([is_subject(one) for one in side.prepared], bool)
    everyone = np.arange(len(side.prepared))
    factors = np.array([weights.cosine, weights.crowd, weights.lexical])
    for row in everyone.tolist():
        parts = search.parts(side, row, everyone)
        logits = weights.bias + parts @ factors
        logits[copies == copies[row]] = FURTHEST
        lacking = ~(side.readable & side.readable[row])
        logits[lacking] = LAST / 2 + parts[lacking, 2]  # by characters, behind what has a vector
        logits[~(subject & subject[row])] = LAST
        others = projects != projects[row]
        is_true = (code == code[row]) & (code[row] >= 0)
        yield logits[others], is_true[others], everyone[others] > row


def _bands(corpus: Corpus, groups: Mapping[str, str], positives: int) -> dict[str, Any]:
    """Precision and recall of the bands, and calibration, over the ten nearest of each record."""
    pairs = corpus.pairs(10)
    scores = np.array([one.score for one in pairs])
    is_true = np.array([groups.get(one.a, one.a + "?") == groups.get(one.b) for one in pairs], bool)
    found: dict[str, Any] = {}
    for name, least in (("likely", corpus.weights.likely), ("look", corpus.weights.look)):
        hits, shown = int(is_true[scores >= least].sum()), int((scores >= least).sum())
        found[name] = {
            "pairs": shown,
            "precision": round(hits / shown, 4) if shown else None,
            "recall": round(hits / positives, 4),
            "f1": round(2 * hits / (shown + positives), 4),
        }
    table = list(_calibration(scores, is_true))
    total = sum(count for _, _, count in table)
    error = sum(abs(mean - share) * count for mean, share, count in table) / max(total, 1)
    found["calibration_error"] = round(error, 4)
    found["calibration"] = [
        {"score": round(mean, 4), "true": round(share, 4), "pairs": count} for mean, share, count in table
    ]
    return found


def _calibration(scores: Floats, is_true: Flags) -> Iterator[tuple[float, float, int]]:
    """By tenths of the score: mean score, share of true pairs, number of pairs."""
    tenth = np.minimum((scores * 10).astype(int), 9)
    for place in range(10):
        here = tenth == place
        if here.any():
            yield float(scores[here].mean()), float(is_true[here].mean()), int(here.sum())
