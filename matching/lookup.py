"""Texts that are near to a question in its meaning, however differently they are worded.

A question is a few words, not a module: it is compared by the cosine of centred vectors alone. The threshold was read
off 25 questions to 542 modules and capabilities: what answers one begins at .31 to .79, the nearest text to a question
that nothing answers lies at .20 to .31.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from matching.embed import Vectors
from matching.records import Prepared
from matching.space import Background, Space

NEAR = 0.31


class Shelf:
    """Prepared texts with their vectors (n, width), NaN where there is none, ready to be asked.

    Records may have one id: then they are parts of one thing, which is as near as the nearest of them.
    """

    def __init__(self, ground: Background, prepared: Sequence[Prepared], vectors: Vectors) -> None:
        self.ids = [one.record.id for one in prepared]
        self.space = Space(ground, prepared, vectors)
        self._centred = self.space.centre(vectors, [one.language for one in prepared])
        self._centred[~np.isfinite(self._centred).all(axis=1)] = 0

    def near(self, question: Prepared, vector: Vectors, among: Collection[str], top: int) -> list[tuple[str, float]]:
        """The nearest of these ids with their cosines, nearest first; nothing that is not near at all."""
        direction = self.space.centre(vector[None], [question.language])[0]
        if not self.ids or not np.isfinite(direction).all():
            return []
        cosine = self._centred @ direction
        allowed = np.array([one in among for one in self.ids], bool)
        cosine[~allowed] = -1
        rows = np.flatnonzero(cosine >= NEAR)
        nearest: dict[str, float] = {}
        for row in rows[np.argsort(-cosine[rows], kind="stable")].tolist():
            nearest.setdefault(self.ids[row], cosine[row].item())
        return list(nearest.items())[:top]
