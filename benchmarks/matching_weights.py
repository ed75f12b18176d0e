"""Fit the prior weights anew:  python -m benchmarks.matching_weights

The logistic regression is fitted to all pairs of data/background.jsonl. The thresholds are
read off the same pairs, on the safe side: *look* keeps 19 of 20 true pairs and a margin,
*likely* is right four times in five and a margin. data/labelled.jsonl checks them; *look* was
lowered from .02 for its recall.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching_quality import MODEL
from matching.corpus import Corpus
from matching.embed import Embedder, OnnxEmbedder
from matching.labelled import background, english, labelled
from matching.records import Record
from matching.score import PARTS, fit

Parts = NDArray[np.float64]
Flags = NDArray[np.bool_]
THRESHOLDS = (0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.7)


def main() -> None:
    embedder = OnnxEmbedder(Path(os.environ.get("MODEL_DIR") or MODEL))
    parts, labels = all_pairs(embedder, background())
    bias, weights = fit(parts, labels.tolist())
    named = ", ".join(f"{name} {weight:.3f}" for name, weight in zip(PARTS, weights, strict=True))
    sys.stdout.write(f"bias {bias:.3f}, {named}\n")
    for name, known in (
        ("background", background()),
        ("labelled", labelled()),
        ("+ English", [*labelled(), *english()]),
    ):
        parts, labels = all_pairs(embedder, known)
        _table(name, 1 / (1 + np.exp(-(bias + parts @ weights))), labels)


def all_pairs(embedder: Embedder, known: Sequence[tuple[Record, str]]) -> tuple[Parts, Flags]:
    """Parts (pairs, 3) of all pairs and whether they are true."""
    corpus = Corpus.build([record for record, _ in known], embedder)
    group = {record.id: group for record, group in known}
    side = corpus.search.side
    names = np.array([group[one.record.id] for one in side.prepared])
    rows = np.arange(len(names))
    parts = [corpus.search.parts(side, row, rows[row + 1 :]) for row in rows[:-1].tolist()]
    labels = [names[row + 1 :] == names[row] for row in rows[:-1].tolist()]
    return np.concatenate(parts), np.concatenate(labels)


def _table(name: str, scores: Parts, labels: Flags) -> None:
    sys.stdout.write(f"{name}: {int(labels.sum())} true pairs of {len(labels)}\n")
    for least in THRESHOLDS:
        shown = scores >= least
        precision = float(labels[shown].mean()) if shown.any() else 1.0
        recall = float(labels[shown].sum() / labels.sum())
        sys.stdout.write(
            f"  from {least:<5}: {int(shown.sum()):5} pairs, precision {precision:.3f}, recall {recall:.3f}\n"
        )


if __name__ == "__main__":
    main()
