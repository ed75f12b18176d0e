"""The nearest of every record of a large pool, found in parts that any number of workers share.

Comparing everything with everything costs the square of a corpus. Here only what shares a cell is
compared, as in matching.cells but for records far less alike than near copies: with more drawings,
and keeping the few best of each record instead of all pairs that are near enough. There are two
kinds of parts, which need nothing but the corpus and what earlier parts found: *placing*, which
finds the cells of some of the rows, and *pairing*, which
compares what stands in some of the cells. Every part is the same whoever computes it, and may be
computed twice. What is kept of a cell are, for each record and pool, the few best that are worth
a look; they are judged afterwards exactly as Corpus.compare judges its own candidates.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import faiss
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from matching.corpus import Corpus
from matching.judge import Match, Outcome, conclude, judge
from matching.records import digest
from matching.search import LEXICAL, is_subject

Places = NDArray[np.int32]
Integers = NDArray[np.int64]
Floats = NDArray[np.float32]

CELLS = 5  # of each record in a drawing
PIVOTS = 4  # times the root of the number of records
DRAWINGS = 10  # .975 of the ten nearest of 50,000 made-up modules; three, which do for near copies, find .87
WIDTH = 8  # kept of each record and pool: more than a page shows
BLOCK = 512  # rows of a product
ENTRY = np.dtype([("a", "<i4"), ("b", "<i4"), ("logit", "<f4")])


@dataclass(frozen=True, slots=True)
class Nearest:
    """Rows `a` that ask and rows `b` that are near to them, with what their vectors say of the two."""

    a: Places
    b: Places
    logit: Floats

    def __len__(self) -> int:
        return len(self.a)

    def to_bytes(self) -> bytes:
        """To be kept or sent: 12 bytes a pair."""
        made = np.empty(len(self), ENTRY)
        made["a"], made["b"], made["logit"] = self.a, self.b, self.logit
        return made.tobytes()

    @classmethod
    def none(cls) -> Self:
        return cls(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32))

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        found = np.frombuffer(raw, ENTRY)
        return cls(found["a"].copy(), found["b"].copy(), found["logit"].copy())


class Batch:
    """A corpus, whose records of one pool ask for what is near to them in every pool.

    The rows of each drawing are placed in so many `shares`, and its cells paired in as many.
    """

    def __init__(self, corpus: Corpus, asking: str, shares: int) -> None:
        self.corpus, self.shares = corpus, shares
        side, weights = corpus.search.side, corpus.weights
        self._rows = np.array([row for row, one in enumerate(side.prepared) if side.readable[row] and is_subject(one)])
        self._rows = self._rows.astype(np.int64)
        chosen = [side.prepared[row] for row in self._rows.tolist()]
        names = np.array([one.record.project for one in side.prepared], object)
        self._projects: Integers = np.unique(names, return_inverse=True)[1]
        pools = np.array([one.record.pool if is_subject(one) else "" for one in side.prepared], object)
        self._members = {pool: np.flatnonzero(pools == pool) for pool in corpus.search.pools}
        self._directions = side.centred[self._rows]
        self._inverse = (1 / side.spread[self._rows]).astype(np.float32)
        self._offset = (side.mean[self._rows] / side.spread[self._rows]).astype(np.float32)
        self._project = self._projects[self._rows]
        self._pool = np.array([corpus.search.pools.index(one.record.pool) for one in chosen], np.int64)
        self._asks = np.array([one.record.pool == asking for one in chosen], bool)
        self._row = {one.record.id: row for row, one in enumerate(chosen)}
        look = math.log(weights.look / (1 - weights.look))
        self._least = look - weights.lexical - 1e-3  # whatever the characters will add

    def __len__(self) -> int:
        """The rows that are compared."""
        return len(self._rows)

    @property
    def fingerprint(self) -> str:
        """The same for everybody who compares the same texts in the same way, and for nobody else."""
        side = self.corpus.search.side
        known = (
            f"{one.record.id} {one.key} {one.record.project} {one.record.pool} {readable}"
            for one, readable in zip(side.prepared, side.readable.tolist(), strict=True)
        )
        return digest(self.corpus.model, self.corpus.weights.version, str(CELLS), *known)

    def place(self, drawing: int, share: int) -> Places:
        """The cells (n, 5) of one share of the rows."""
        pivots = self._pivots(drawing)
        with threadpool_limits(1, user_api="blas"):
            return placed(self._directions[self._span(share)], self._directions[pivots])

    def pair(self, drawing: int, share: int, cells: Sequence[Places]) -> Nearest:
        """What is near to each other in one share of the cells of a drawing, from all its places in order."""
        every = np.concatenate(cells)
        if len(every) != len(self):
            raise ValueError(f"{len(every)} rows are placed, of {len(self)}")
        found = cells_of(every, len(self._pivots(drawing)))
        with threadpool_limits(1, user_api="blas"):
            mine = (rows for place, rows in enumerate(found) if place % self.shares == share)
            return self.best(part for rows in mine for part in self._near(rows))

    def best(self, parts: Iterable[Nearest]) -> Nearest:
        """From many parts, each pair once, and the best of each record and pool."""
        kept = [part for part in parts if len(part)]
        if not kept:
            return Nearest.none()
        a, b, logit = (np.concatenate([getattr(part, name) for part in kept]) for name in ("a", "b", "logit"))
        once = np.unique(a.astype(np.int64) * len(self) + b, return_index=True)[1]
        a, b, logit = a[once], b[once], logit[once]
        pool = self._pool[b]
        order = np.lexsort((b, -logit, pool, a))
        a, b, logit, pool = a[order], b[order], logit[order], pool[order]
        begins = np.ones(len(a), bool)
        begins[1:] = (a[1:] != a[:-1]) | (pool[1:] != pool[:-1])
        first = np.maximum.accumulate(np.where(begins, np.arange(len(a)), 0))
        top = np.arange(len(a)) - first < WIDTH
        return Nearest(a[top], b[top], logit[top])

    def compare(self, ids: Iterable[str], nearest: Nearest, *, pools: Sequence[str], top: int) -> list[Outcome]:
        """What Corpus.compare says of these records, with these candidates and those by characters.

        `nearest` is the best of all parts. Records without a vector are compared with everything.
        """
        wanted = list(ids)
        paired = [one for one in wanted if one in self._row]
        others = [self.corpus.prepared(one).record for one in wanted if one not in self._row]
        found = {one.id: one for one in self.corpus.compare(others, pools=pools, top=top)}
        found |= {one: self._outcome(one, nearest, pools, top) for one in paired}
        return [found[one] for one in wanted]

    def _pivots(self, drawing: int) -> Integers:
        return drawn(len(self), drawing)

    def _span(self, share: int) -> slice:
        return slice(len(self) * share // self.shares, len(self) * (share + 1) // self.shares)

    def _near(self, rows: Integers) -> Iterator[Nearest]:
        """Within one cell, a block of those that ask at a time."""
        asking = rows[self._asks[rows]]
        for pool in np.unique(self._pool[rows]).tolist():
            others = rows[self._pool[rows] == pool]
            for at in range(0, len(asking), BLOCK):
                yield self._worth_a_look(asking[at : at + BLOCK], others)

    def _worth_a_look(self, asking: Integers, others: Integers) -> Nearest:
        """The best of one pool for each of those that ask."""
        half = self.corpus.weights.crowd / 2
        logit = self._directions[asking] @ self._directions[others].T
        logit *= self.corpus.weights.cosine + half * (self._inverse[asking][:, None] + self._inverse[others])
        logit += self.corpus.weights.bias - half * (self._offset[asking][:, None] + self._offset[others])
        logit[self._project[asking][:, None] == self._project[others]] = -np.inf
        if len(others) > WIDTH:
            best = np.argpartition(-logit, WIDTH - 1, axis=1)[:, :WIDTH]
            others, logit = others[best], np.take_along_axis(logit, best, 1)
        line, column = np.nonzero(logit >= self._least)
        near = others[line, column] if others.ndim > 1 else others[column]
        return Nearest(asking[line].astype(np.int32), near.astype(np.int32), logit[line, column])

    def _outcome(self, one: str, nearest: Nearest, pools: Sequence[str], top: int) -> Outcome:
        search, own = self.corpus.search, self.corpus.prepared(one)
        row = search.row[one]
        begin, end = np.searchsorted(nearest.a, [self._row[one], self._row[one] + 1])
        others = np.concatenate([self._rows[nearest.b[begin:end]], self._lexical(row, pools)])
        matches = self._judged(row, np.unique(others))
        best = [match for pool in pools for match in [one for one in matches if one.pool == pool][:top]]
        lacks = any(search.unread(pool, own.record.project) for pool in pools)
        return conclude(own, True, best, is_degraded=self.corpus.is_degraded, is_incomplete=lacks)

    def _judged(self, row: int, others: Integers) -> list[Match]:
        """By falling score."""
        search, weights = self.corpus.search, self.corpus.weights
        prepared = search.side.prepared
        found = (
            judge(weights, self.corpus.is_degraded, prepared[row], near, prepared[near.row])
            for near in search.near(search.side, row, others)
        )
        return sorted(found, key=lambda match: (-match.score, match.b))

    def _lexical(self, row: int, pools: Sequence[str]) -> Integers:
        """The nearest by characters, as the exact search takes them: of each pool, of other projects."""
        search = self.corpus.search
        shared = search.lexical.scores(search.side.grams[row])
        shared[self._projects == self._projects[row]] = 0
        return np.concatenate([_top(shared, self._members.get(pool, np.empty(0, np.int64))) for pool in pools])


def _top(shared: Floats, members: Integers) -> Integers:
    """The members of a pool that share most."""
    here = shared[members]
    best = np.argpartition(-here, LEXICAL - 1)[:LEXICAL] if len(here) > LEXICAL else np.arange(len(here))
    return members[best[here[best] > 0]]


def drawn(count: int, drawing: int) -> Integers:
    """The rows that are pivots in a drawing from so many: the same for every worker."""
    return np.sort(
        np.random.default_rng([0, drawing]).choice(count, min(count, int(PIVOTS * count**0.5)), replace=False)
    )


def placed(directions: Floats, pivots: Floats) -> Places:
    """The cells (n, 5) of each of these rows, by the number of the pivot."""
    found: Places = faiss.knn(directions, pivots, CELLS, metric=faiss.METRIC_INNER_PRODUCT)[1].astype(np.int32)
    return found


def cells_of(places: Places, pivots: int) -> Iterator[Integers]:
    """From the cells of each row to the rows, rising, of each cell that holds more than one."""
    order = np.argsort(places, axis=None, kind="stable")
    ends = np.cumsum(np.bincount(places.ravel(), minlength=pivots))
    return (rows for rows in np.split(order // CELLS, ends[:-1]) if len(rows) > 1)


def places_to(places: Places) -> bytes:
    """To be kept or sent: 20 bytes a row."""
    return places.astype("<i4").tobytes()


def places_from(raw: bytes) -> Places:
    return np.frombuffer(raw, "<i4").reshape(-1, CELLS)
