"""What the benchmarks of matching count and print."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.matching_peers import Matrix
from matching.evaluate import Ranking

Figures = dict[str, float]

COLUMNS = ("auc", "ap", "mrr", "recall@1", "recall@5", "recall@10", "f1")


@dataclass(frozen=True, slots=True)
class Hold:
    """A figure that must not fall short."""

    name: str
    least: float
    found: float

    @property
    def is_met(self) -> bool:
        return self.found >= self.least


def figures(likeness: Matrix, groups: Sequence[str]) -> Figures:
    """Metrics of a matrix (n, n) of likeness; each module is a project of its own."""
    ranking, names = Ranking(), np.array(groups)
    scaled = 60 * (likeness - likeness.min()) / np.ptp(likeness) - 30
    for row in range(len(names)):
        others = np.arange(len(names)) != row
        is_true = names == names[row]
        after = np.arange(len(names)) > row
        ranking.count(scaled[row][after], is_true[after])
        ranking.rank(scaled[row][others], is_true[others])
    return ranking.summary()


def show(name: str, found: Figures) -> Figures:
    """Print one line of the table; a dash for what was not counted."""
    say(f"{name:34}" + "".join(f"{found[column]:10.3f}" if column in found else f"{'–':>10}" for column in COLUMNS))
    return found


TOLD: list[str] = []  # what was said, for the report


def say(line: str) -> None:
    """Print at once."""
    TOLD.append(line)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
