"""Who is near to whom: candidates by vector and by characters, and the parts of their score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.embed import Vectors
from matching.frame import Frame
from matching.lexical import LexicalIndex, grams
from matching.records import Prepared
from matching.score import Parts
from matching.space import Background, Space

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

DENSE = 50  # candidates by vector for each record and pool, at least
LEXICAL = 20  # and by characters
BLOCK = 256  # records whose neighbours are looked for at once


@dataclass(frozen=True, slots=True)
class Near:
    """A candidate: its row, and the parts of the score; `is_read` when both have vectors."""

    row: int
    parts: Parts
    is_read: bool
    is_copy: bool


class Side:
    """Records made ready for a space, row by row. Rows without a vector are not `readable`."""

    def __init__(self, space: Space, prepared: Sequence[Prepared], vectors: Vectors) -> None:
        self.prepared = list(prepared)
        self.centred = space.centre(vectors, [one.language for one in prepared])
        self.readable: Flags = np.asarray(np.isfinite(self.centred).all(axis=1))
        self.centred[~self.readable] = 0
        self.mean, self.spread = space.crowd(self.centred, [one.key for one in prepared])
        self.grams = [grams(one.text) for one in prepared]

    def __len__(self) -> int:
        return len(self.prepared)


class Search:
    """The records of a corpus, ready to be asked. Built once for a set of records.

    Space and rarity of grams follow from the records, unless a `frame` gives those of a larger corpus.
    """

    def __init__(
        self, ground: Background, prepared: Sequence[Prepared], vectors: Vectors, frame: Frame | None = None
    ) -> None:
        self.space = frame.space if frame else Space(ground, prepared, vectors)
        self.side = Side(self.space, prepared, vectors)
        self.row = {one.record.id: row for row, one in enumerate(prepared)}
        self.pools = sorted({one.record.pool for one in prepared})
        self.lexical = LexicalIndex(self.side.grams, frame.rarity if frame else None)
        self._lengths = np.array([self.lexical.length(row) for row in self.side.grams])
        self._projects = {project: code for code, project in enumerate(_projects(prepared))}
        self._project = np.array([self._projects[one.record.project] for one in prepared], np.int64)
        self._pool = np.array([self.pools.index(one.record.pool) for one in prepared], np.int64)
        self._subject = np.array([is_subject(one) for one in prepared], bool)

    def unread(self, pool: str, project: str) -> bool:
        """Whether the pool holds records of other projects that should have a vector and lack it."""
        lacking = self._subject & ~self.side.readable & self._in(pool)
        return bool((lacking & (self._project != self._projects.get(project, -1))).any())

    def nearest(self, side: Side, rows: Sequence[int], pool: str, width: int) -> Iterator[list[Near]]:
        """For each of these rows of a side, its candidates in a pool, in no order.

        About `width` or more of them; none of the same project, none with the same id.
        """
        places = np.flatnonzero(self._subject & self._in(pool))
        for start in range(0, len(rows), BLOCK):
            block = list(rows[start : start + BLOCK])
            crowd = self._crowd(side, block, places)
            for line, row in enumerate(block):
                yield self._candidates(side, row, places, crowd[line], width)

    def parts(self, side: Side, row: int, others: Integers, *, with_lexical: bool = True) -> Floats:
        """Cosine, crowd and lexical part (len(others), 3) of one record against rows of ours.

        The lexical part costs most; it is 0 when nobody asks for it.
        """
        mine = self.side
        cosine = np.einsum("ij,j->i", mine.centred[others], side.centred[row]).astype(np.float64)
        here = (cosine - side.mean[row]) / side.spread[row]
        there = (cosine - mine.mean[others]) / mine.spread[others]
        lexical = np.zeros(len(others))
        if with_lexical:
            grams_there = [mine.grams[one] for one in others.tolist()]
            lexical = self.lexical.similarities(side.grams[row], grams_there, self._lengths[others])
        return np.column_stack([cosine, (here + there) / 2, lexical])

    def _in(self, pool: str) -> Flags:
        code = self.pools.index(pool) if pool in self.pools else -1
        return np.asarray(self._pool == code)

    def _crowd(self, side: Side, rows: Sequence[int], places: Integers) -> Vectors:
        """The crowd part (rows, places) of everything against everything."""
        mine = self.side
        cosine = side.centred[list(rows)] @ mine.centred[places].T
        mean, spread = side.mean[list(rows)][:, None], side.spread[list(rows)][:, None]
        both = (cosine - mean) / spread + (cosine - mine.mean[places]) / mine.spread[places]
        crowd: Vectors = (both / 2).astype(np.float32)
        crowd[:, ~mine.readable[places]] = -np.inf
        return crowd

    def _candidates(self, side: Side, row: int, places: Integers, crowd: Vectors, width: int) -> list[Near]:
        one = side.prepared[row]
        if not is_subject(one):
            return []
        project = self._projects.get(one.record.project, -1)
        allowed = self._project[places] != project
        if (own := self.row.get(one.record.id)) is not None:
            allowed &= places != own
        chosen = []
        if side.readable[row]:
            chosen.append(_top(np.where(allowed, crowd, -np.inf), max(DENSE, 2 * width)))
        shared = self.lexical.scores(side.grams[row])[places]
        wanted = LEXICAL if side.readable[row] else max(LEXICAL, width)
        chosen.append(_top(np.where(allowed & (shared > 0), shared, -np.inf), wanted))
        others = places[np.unique(np.concatenate(chosen))]
        return list(self.near(side, row, others))

    def near(self, side: Side, row: int, others: Integers) -> Iterator[Near]:
        """One record against rows of ours."""
        copy = side.prepared[row].copy_key
        parts = self.parts(side, row, others)
        for other, (cosine, crowd, lexical) in zip(others.tolist(), parts.tolist(), strict=True):
            yield Near(
                row=other,
                parts=Parts(cosine, crowd, lexical),
                is_read=bool(side.readable[row] and self.side.readable[other]),
                is_copy=self.side.prepared[other].copy_key == copy,
            )


def is_subject(one: Prepared) -> bool:
    """Whether a record takes part in comparisons."""
    return one.kind in ("comparable", "short")


def _projects(prepared: Sequence[Prepared]) -> list[str]:
    return sorted({one.record.project for one in prepared})


def _top(scores: Vectors, count: int) -> Integers:
    """Places of the greatest scores, without those that are minus infinity."""
    everything = np.arange(len(scores))
    best = np.argpartition(-scores, count - 1)[:count] if len(scores) > count else everything
    return best[np.isfinite(scores[best])].astype(np.int64)
