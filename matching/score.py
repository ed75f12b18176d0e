"""From the parts of a comparison to a score between 0 and 1, and to a band.

A logistic regression: it explains itself, and a city's own verdicts can refit it. The
weights that ship were fitted to the groups of data/background.jsonl, and the thresholds
chosen on them; benchmarks/matching_weights.py prints both anew. Of
data/labelled.jsonl only its recall was looked at, and *look* lowered for it. Until a city
has verdicts, read a score as a rank, not as a probability.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Band(StrEnum):
    """What to make of a pair, or of all that was found for a record."""

    LIKELY = "likely"
    LOOK = "look"
    NONE = "none"  # nothing found
    DOUBTFUL = "doubtful"  # the machine could not judge


@dataclass(frozen=True, slots=True)
class Parts:
    """What two texts were compared by.

    `cosine`   of the centred vectors, -1 to 1
    `crowd`    the cosine in spreads above what both ends have with a cohort; 0 is a stranger,
               4 and more stand out
    `lexical`  cosine of weighted character pairs and triples, 0 to 1
    """

    cosine: float
    crowd: float
    lexical: float


PARTS = ("cosine", "crowd", "lexical")


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over the parts, and where its bands begin."""

    version: str
    bias: float
    cosine: float
    crowd: float
    lexical: float
    look: float
    likely: float

    def score(self, parts: Parts) -> float:
        """Between 0 and 1, and never falls as a part rises."""
        logit = self.bias + self.cosine * parts.cosine + self.crowd * parts.crowd + self.lexical * parts.lexical
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def scores(self, parts: Floats) -> Floats:
        """The same for rows (n, 3) of cosine, crowd and lexical part."""
        logits = self.bias + parts @ np.array([self.cosine, self.crowd, self.lexical])
        chances: Floats = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        return chances

    def band(self, score: float) -> Band:
        """The band of a pair that the machine could judge; never falls as the score rises."""
        if score >= self.likely:
            return Band.LIKELY
        return Band.LOOK if score >= self.look else Band.NONE

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        return cls(**values)


PRIOR = Weights("prior-2", -8.849, 0.251, 2.101, 0.0, look=0.015, likely=0.35)

# characters alone: a copy is likely, much in common is worth a look, the rest is unknown
CHARACTERS = Weights("characters-1", -4.0, 2.0, 0.0, 8.0, look=0.2, likely=0.9)


def fit(parts: Floats, labels: Sequence[bool], ridge: float = 1e-3) -> tuple[float, Floats]:
    """Bias and weights of a logistic regression by Newton's method, none below zero.

    `parts` (n, k), `labels` (n,). A part that would count against likeness is left out: more
    likeness must never lower a score.
    """
    target = np.asarray(labels, np.float64)
    kept = list(range(parts.shape[1]))
    while True:
        design = np.column_stack([np.ones(len(parts)), parts[:, kept]])
        solution = _newton(design, target, ridge)
        wrong = [place for place, weight in enumerate(solution[1:]) if weight < 0]
        if not wrong:
            break
        kept.pop(min(wrong, key=lambda place: solution[1 + place]))
    weights = np.zeros(parts.shape[1])
    weights[kept] = solution[1:]
    return float(solution[0]), weights


def _newton(design: Floats, target: Floats, ridge: float) -> Floats:
    """Iteratively reweighted least squares with a small ridge on all but the bias."""
    solution = np.zeros(design.shape[1])
    penalty = np.diag([0.0] + [ridge * len(target)] * (design.shape[1] - 1))
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ solution, -30, 30)))
        slope = design.T @ (target - chance) - penalty @ solution
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
        step = np.linalg.solve(bend + 1e-9 * np.eye(len(solution)), slope)
        solution = solution + step
        if np.abs(step).max() < 1e-8:
            break
    return solution
