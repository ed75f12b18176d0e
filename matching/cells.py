"""All pairs of vectors that are near to each other, without comparing each with each.

Every vector goes into the cells of its nearest pivots, which are vectors drawn by lot, and only
those that share a cell are compared, exactly. Who is near to each other misses each other in one
drawing now and then, hardly ever in several: so the lot is drawn more than once. (Measured at
100,000 vectors, cosines from .75: the four cells of centres that k-means trained find .93 of the
pairs; the four of one drawing .91, of two .98, the five of three .996; nothing is trained.)

Cells do not depend on each other: any number of workers can share them, in any order.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import faiss
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from matching.index import Integers, Vectors

Rows = NDArray[np.float32] | NDArray[np.float16]

DRAWINGS = 3
CELLS = 5  # of each vector in a drawing
EXACT = 10_000  # vectors that are compared each with each: sooner done than drawing lots
PIVOTS = 4  # times the root of the number of vectors: there drawing and comparing cost the same
BLOCK = 512  # rows of a product: small, as what lies below the diagonal is computed in vain
ASKED = 16384  # vectors that look for their pivots at once: 25 MB


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows `a` < `b` (n,) and their cosines (n,), by rows; each pair once."""

    a: Integers
    b: Integers
    cosine: Vectors

    def __len__(self) -> int:
        return len(self.a)


def all_pairs(directions: Rows, least: float, *, drawings: int = DRAWINGS) -> Pairs:
    """The pairs of rows (n, width), of length one and finite, whose cosine is at least that.

    All of them up to 10,000 rows, .996 of them at 100,000, .993 at a million. Half precision serves, so that
    the file of an index can be given as it is mapped. Give one row for many copies of a text:
    copies are all pairs of each other.
    """
    within = partial(pairs_within, directions, least=least)
    cores = len(os.sched_getaffinity(0))
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(cores) as pool:
        return merged(pool.map(within, cells(directions, drawings=drawings)))


def cells(directions: Rows, *, drawings: int = DRAWINGS, seed: int = 0) -> Iterator[Integers]:
    """The rows of each cell, by rising number: what one worker compares at a time.

    The same for the same rows and seed, so that each of many workers can take its share of them.
    """
    count = len(directions)
    if count <= EXACT:
        yield np.arange(count)
        return
    for drawing in range(drawings):
        pivots = directions[drawn(count, drawing, seed=seed)].astype(np.float32)
        yield from cells_of(placed(directions, pivots), len(pivots))


def drawn(count: int, drawing: int, *, seed: int = 0) -> Integers:
    """The rows that are pivots in a drawing from so many: the same for every worker."""
    chance = np.random.default_rng([seed, drawing])
    return np.sort(chance.choice(count, min(count, int(PIVOTS * count**0.5)), replace=False))


def placed(directions: Rows, pivots: Vectors) -> NDArray[np.int32]:
    """The cells (n, 5) that each of these rows goes into, by the number of the pivot; workers may share the rows."""
    nearest = np.empty((len(directions), CELLS), np.int32)
    for start in range(0, len(directions), ASKED):
        block = directions[start : start + ASKED].astype(np.float32, copy=False)
        nearest[start : start + ASKED] = faiss.knn(block, pivots, CELLS, metric=faiss.METRIC_INNER_PRODUCT)[1]
    return nearest


def cells_of(nearest: NDArray[np.int32], pivots: int) -> Iterator[Integers]:
    """From the cells of each row to the rows, rising, of each cell that holds more than one."""
    order = np.argsort(nearest, axis=None, kind="stable")
    ends = np.cumsum(np.bincount(nearest.ravel(), minlength=pivots))
    for rows in np.split(order // CELLS, ends[:-1]):
        if len(rows) > 1:
            yield rows


def pairs_within(directions: Rows, rows: Integers, least: float) -> Pairs:
    """The near pairs of some rows, which rise, by the exact product of all of them."""
    inside = directions[rows].astype(np.float32, copy=False)
    found = [_pairs(inside, start, least) for start in range(0, len(rows), BLOCK)]
    if not found:
        return _pairs_of([], [], [])
    low, high, cosine = (np.concatenate(one) for one in zip(*found, strict=True))
    return Pairs(rows[low], rows[high], cosine)


def _pairs(inside: Vectors, start: int, least: float) -> tuple[Integers, Integers, Vectors]:
    """Near pairs of a block with itself and with what comes after it."""
    cosines = inside[start : start + BLOCK] @ inside[start:].T
    low, high = np.divmod(np.flatnonzero(cosines >= least), cosines.shape[1])
    kept = low < high
    low, high = low[kept], high[kept]
    return low + start, high + start, cosines[low, high]


def merged(parts: Iterable[Pairs]) -> Pairs:
    """What several workers found, each pair once."""
    kept = [part for part in parts if len(part)]
    a, b, cosine = (np.concatenate([getattr(one, name) for one in kept] or [[]]) for name in ("a", "b", "cosine"))
    order = np.lexsort((b, a))
    a, b, cosine = a[order], b[order], cosine[order]
    first = np.ones(len(a), bool)
    first[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    return _pairs_of(a[first], b[first], cosine[first])


def _pairs_of(a: object, b: object, cosine: object) -> Pairs:
    return Pairs(np.asarray(a, np.int64), np.asarray(b, np.int64), np.asarray(cosine, np.float32))
