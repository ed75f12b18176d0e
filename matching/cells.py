"""All pairs of vectors that are near to each other, without comparing each with each.

Every vector goes into the cells of its nearest pivots, which are vectors drawn by lot, and only
those that share a cell are compared. Who is near to each other misses each other in one drawing
now and then, hardly ever in several: so the lot is drawn more than once. Each time vectors are
seen from another side, 128 directions of no meaning, so that drawings fail independently.
(Measured at a million vectors, cosines from .75, six cells each: one drawing finds .928 of the
pairs, two .988, three .998. In the full width, or in the 128 directions in which the corpus
spreads most, three find .995 and .994 and compare more; k-means finds fewer.)

Most of a comparison is spared too. The directions in which a corpus spreads most make up the
head of a vector, 128 numbers. The product of two heads, and that of the lengths of what is left,
together are never less than the cosine: only where they reach far enough is it computed, for one
of some hundred thousand pairs. So a cell gives exactly the pairs that it has.

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
CELLS = 6  # of each vector in a drawing
EXACT = 10_000  # vectors that are compared each with each: sooner done than drawing lots
PIVOTS = 4  # times the root of the number of vectors: there drawing and comparing cost the same
HEAD = 128  # dimensions that are compared first, and that cells are looked for in
SAMPLE = 16384  # vectors, from all over, that show where a corpus spreads
SLACK = 1e-4  # what a bound may lose by rounding
DENSE = 200  # where more than one pair in so many needs its cosine, one product of all is cheaper
BLOCK = 256  # rows of a product: small, as what lies below the diagonal is computed in vain
ASKED = 16384  # vectors that look for their pivots, or are shortened, at once: 25 MB


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

    All of them up to 10,000 rows, .999 of them at 100,000, .998 at a million. Half precision
    serves, so that the file of an index can be given as it is mapped. Give one row for many copies
    of a text: copies are all pairs of each other.
    """
    cores = len(os.sched_getaffinity(0))
    with threadpool_limits(1), ThreadPoolExecutor(cores) as pool:
        shortened = heads(directions) if len(directions) > EXACT else None
        within = partial(pairs_within, directions, least=least, shortened=shortened)
        return merged(pool.map(within, cells(directions, drawings=drawings)))


def heads(directions: Rows) -> Vectors:
    """For each row its head and, last, the length of what is left: (n, 129) of float32.

    Who compares many cells makes it once and hands it to `pairs_within`: half a gigabyte for a
    million, and four seconds.
    """
    sample = directions[np.linspace(0, len(directions) - 1, SAMPLE).astype(np.int64)].astype(np.float32)
    basis = np.linalg.eigh(sample.T @ sample)[1][:, : -HEAD - 1 : -1]
    found = np.empty((len(directions), basis.shape[1] + 1), np.float32)
    for start in range(0, len(directions), ASKED):
        block = directions[start : start + ASKED].astype(np.float32, copy=False)
        head = block @ basis
        left = np.einsum("ij,ij->i", block, block) - np.einsum("ij,ij->i", head, head)
        found[start : start + ASKED, :-1] = head
        found[start : start + ASKED, -1] = np.sqrt(np.maximum(left, 0))
    return found


def cells(directions: Rows, *, drawings: int = DRAWINGS, seed: int = 0) -> Iterator[Integers]:
    """The rows of each cell, by rising number: what one worker compares at a time.

    The same for the same rows and seed, so that each of many workers can take its share of them.
    """
    count = len(directions)
    if count <= EXACT:
        yield np.arange(count)
        return
    for drawing in range(drawings):
        chance = np.random.default_rng([seed, drawing])
        pivots = directions[np.sort(chance.choice(count, int(PIVOTS * count**0.5), replace=False))]
        side = np.linalg.qr(chance.standard_normal((directions.shape[1], HEAD)))[0].astype(np.float32)
        seen = pivots.astype(np.float32) @ side
        seen /= np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), 1e-6)
        yield from _drawn(directions, seen, side)


def _drawn(directions: Rows, pivots: Vectors, side: Vectors) -> Iterator[Integers]:
    """The cells of these pivots, as seen from that side."""
    nearest = np.empty((len(directions), CELLS), np.int32)
    for start in range(0, len(directions), ASKED):
        block = directions[start : start + ASKED].astype(np.float32, copy=False) @ side
        nearest[start : start + ASKED] = faiss.knn(block, pivots, CELLS, metric=faiss.METRIC_INNER_PRODUCT)[1]
    order = np.argsort(nearest, axis=None, kind="stable")
    ends = np.cumsum(np.bincount(nearest.ravel(), minlength=len(pivots)))
    for rows in np.split(order // CELLS, ends[:-1]):
        if len(rows) > 1:
            yield rows


def pairs_within(directions: Rows, rows: Integers, least: float, *, shortened: Vectors | None = None) -> Pairs:
    """The near pairs of some rows, which rise: all of them, with or without what `heads` made."""
    if shortened is None:
        inside = directions[rows].astype(np.float32, copy=False)
        find = partial(_pairs, inside)
    else:
        find = partial(_bounded, directions, rows, shortened[rows])
    found = [find(start, least) for start in range(0, len(rows), BLOCK)]
    if not found:
        return _pairs_of([], [], [])
    low, high, cosine = (np.concatenate(one) for one in zip(*found, strict=True))
    return Pairs(rows[low], rows[high], cosine)


def _pairs(inside: Vectors, start: int, least: float) -> tuple[Integers, Integers, Vectors]:
    """Near pairs of a block with itself and with what comes after it."""
    cosines = inside[start : start + BLOCK] @ inside[start:].T
    low, high = _reaching(cosines, least)
    return low + start, high + start, cosines[low, high]


def _bounded(
    directions: Rows, rows: Integers, shortened: Vectors, start: int, least: float
) -> tuple[Integers, Integers, Vectors]:
    """The same; cosines are computed only of pairs that may be near by their heads."""
    bounds = shortened[start : start + BLOCK] @ shortened[start:].T
    low, high = _reaching(bounds, least - SLACK)
    if len(low) * DENSE > bounds.size:
        low, high, cosine = _pairs(directions[rows[start:]].astype(np.float32, copy=False), 0, least)
        return low + start, high + start, cosine
    one, other = (directions[rows[start + ends]].astype(np.float32, copy=False) for ends in (low, high))
    cosine = np.einsum("ij,ij->i", one, other)
    near = cosine >= least
    return low[near] + start, high[near] + start, cosine[near]


def _reaching(values: Vectors, least: float) -> tuple[Integers, Integers]:
    """Where values above the diagonal are at least that."""
    low, high = np.divmod(np.flatnonzero(values >= least), values.shape[1])
    kept = low < high
    return low[kept], high[kept]


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
