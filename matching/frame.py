"""What the scores of a corpus rest on besides the two texts: kept, it gives any few of its records the same scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matching.embed import Vectors
from matching.lexical import Rarity
from matching.space import Background, Space, Worded


@dataclass(frozen=True, slots=True)
class Frame:
    """Means and cohort of the vectors, how rare each gram is, and the clauses that say nothing."""

    space: Space
    rarity: Rarity
    boilerplate: frozenset[str]

    @classmethod
    def of(
        cls,
        ground: Background,
        texts: Sequence[Worded],
        vectors: Vectors,
        grams: Sequence[NDArray[Any]],
        boilerplate: frozenset[str] = frozenset(),
    ) -> Self:
        """The frame of texts with their vectors (n, width) and grams; NaN where there is no vector."""
        return cls(Space(ground, texts, vectors), Rarity.of(grams), boilerplate)

    def save(self, path: Path) -> None:
        """Some six megabytes at any size of the corpus."""
        clauses = np.array(sorted(self.boilerplate), np.str_)
        counts = self.rarity.counts.astype(np.int32)
        np.savez(path, **self.space.arrays(), counts=counts, size=self.rarity.size, boilerplate=clauses)

    @classmethod
    def load(cls, path: Path) -> Self:
        """What was saved there."""
        with np.load(path) as kept:
            arrays = dict(kept)
        clauses = frozenset(str(clause) for clause in arrays["boilerplate"])
        return cls(Space.restored(arrays), Rarity(arrays["counts"].astype(np.int64), int(arrays["size"])), clauses)
