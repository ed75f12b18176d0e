"""The nearest of a million vectors in a few milliseconds, in files that processes share.

Each vector is kept twice: as four bits for each four dimensions, the nearest of sixteen patterns
that were learnt for them (product quantisation), which is enough to find its thousand nearest, and
in half precision, from which their cosines are computed. The latter file, the larger by far, is
mapped into memory, so processes that open one index share its pages.

A built index does not change. What came since stands in a tail in memory, which is searched
exactly, until the index is built anew; an opened one goes on answering from its own files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from matching.folders import alone, current, is_current, replacing

Vectors = NDArray[np.float32]
Integers = NDArray[np.int64]
Halves = NDArray[np.float16]
Flags = NDArray[np.bool_]
Block = tuple[Integers, Vectors]

RESCORED = 1000  # nearest by their codes, whose cosines are computed
FORMAT = 2
LEARNT_FROM = 4096  # vectors, from all over, that the patterns are learnt from; more find no more
PATTERNED = 4  # dimensions that one pattern of four bits stands for
ROWS = 16384  # rows in memory at once while building: 25 MB


class IndexMissingError(Exception):
    """There is no index in this folder, or none that this version of the program can read."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is built: how many vectors of what width, and a word of the caller's on what they are."""

    count: int
    width: int
    label: str  # such as the id of the model and the last row of a table
    format: int = FORMAT


def build(folder: Path, blocks: Iterable[Block], *, width: int, centre: Vectors | None = None, label: str = "") -> None:
    """Write an index of all blocks into a folder, and let it take the place of the one there.

    A block is ids (n,) and vectors (n, width); ids are unique. `width` is a multiple of 8. Rows
    that are not finite are left out: nothing can be near to them. What is compared are
    directions from `centre` (width,), by default the mean of all; pass zeros for vectors that
    are centred already. About 50 MB of memory at any count, 1 KB of disk for each vector of
    width 384. Whoever has the earlier index open keeps it. Raises ValueError for shapes that do
    not fit, OSError when the disk is full: then the earlier index stays.
    """
    if width % 8:
        raise ValueError(f"the width must be a multiple of 8, not {width}")
    with alone(folder), replacing(folder) as aside:
        count, mean = _pour(aside, blocks, width)
        used = mean if centre is None else np.asarray(centre, np.float32)
        np.save(aside / "centre.npy", used)
        _encode(aside, count, width, used)
        (aside / "shape.json").write_text(json.dumps(asdict(Shape(count, width, label))))


def _pour(aside: Path, blocks: Iterable[Block], width: int) -> tuple[int, Vectors]:
    """Ids and vectors into files as they come; how many there were, and their mean."""
    count, total = 0, np.zeros(width)
    with (aside / "ids.i64").open("wb") as ids_file, (aside / "vectors.f16").open("wb") as vectors_file:
        for ids, vectors in blocks:
            if vectors.shape != (len(ids), width):
                raise ValueError(f"{len(ids)} ids, but vectors of shape {vectors.shape} for a width of {width}")
            kept = np.isfinite(vectors).all(axis=1)
            ids_file.write(np.asarray(ids[kept], np.int64).tobytes())
            vectors_file.write(np.asarray(vectors[kept], np.float16).tobytes())
            total += vectors[kept].sum(axis=0, dtype=np.float64)
            count += int(kept.sum())
    return count, (total / max(count, 1)).astype(np.float32)


def _encode(aside: Path, count: int, width: int, centre: Vectors) -> None:
    """Turn the vectors into directions from the centre, and those into codes."""
    codes = faiss.IndexPQFastScan(width, width // PATTERNED, 4, faiss.METRIC_INNER_PRODUCT)
    if count:
        vectors = np.memmap(aside / "vectors.f16", np.float16, "r+", shape=(count, width))
        _learn(codes, directions(_spread(vectors).astype(np.float32), centre))
        for start in range(0, count, ROWS):
            part = directions(vectors[start : start + ROWS].astype(np.float32), centre)
            vectors[start : start + ROWS] = part
            codes.add(part)
        vectors.flush()
    faiss.write_index(codes, str(aside / "codes.faiss"))


def _spread(vectors: Halves) -> Halves:
    """Rows from all over."""
    return vectors[np.linspace(0, len(vectors) - 1, min(len(vectors), LEARNT_FROM)).astype(np.int64)]


def _learn(codes: faiss.IndexPQFastScan, sample: Vectors) -> None:
    """Fewer rows than patterns are handed in more than once."""
    codes.pq.cp.min_points_per_centroid = 1
    with _threads(1):
        codes.train(np.resize(sample, (max(len(sample), 2**codes.pq.nbits), codes.d)))


@contextmanager
def _threads(most: int) -> Iterator[None]:
    """No more of this thread's helpers than there is work for: those that wait are in the way."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(min(before, most))
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def directions(vectors: Vectors, centre: Vectors) -> Vectors:
    """Rows of length one, as seen from the centre."""
    moved = vectors - centre
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    found: Vectors = (moved / np.maximum(lengths, 1e-6)).astype(np.float32)
    return found


class Index:
    """A built index, opened: any number of processes and threads may ask it at once.

    Only one thread at a time may `append` or `remove`. Build it anew when much was appended or
    removed: a search looks at each vector of the tail, and at one more for each that was removed.
    """

    def __init__(self, home: Path, shape: Shape) -> None:
        self.home = home
        self.shape = shape
        self.centre: Vectors = np.load(home / "centre.npy")
        self._ids: Integers = _mapped(home / "ids.i64", np.int64, (shape.count,))
        self._vectors: Halves = _mapped(home / "vectors.f16", np.float16, (shape.count, shape.width))
        self._codes = faiss.read_index(str(home / "codes.faiss"))
        self._order: Integers = np.argsort(self._ids, kind="stable")
        self._gone: Flags = np.zeros(shape.count, bool)
        self._gone_count = 0
        self._tail: tuple[Integers, Vectors] = (np.empty(0, np.int64), np.empty((0, shape.width), np.float32))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index that was last built there. Raises IndexMissingError when there is none."""
        for _ in range(5):  # a build may replace it while it is being opened
            try:
                home = current(folder)
                shape = Shape(**json.loads((home / "shape.json").read_text()))
                if shape.format != FORMAT:
                    break
                return cls(home, shape)
            except (OSError, ValueError, TypeError, RuntimeError):
                continue
        raise IndexMissingError(str(folder))

    @property
    def is_current(self) -> bool:
        """Whether no other index was built in the folder since this one was opened."""
        return is_current(self.home)

    @property
    def ids(self) -> Integers:
        """The ids of the rows of `directions`."""
        return self._ids

    @property
    def directions(self) -> Halves:
        """What was built, as it is mapped: rows (count, width) of length one, without the tail."""
        return self._vectors

    @property
    def tail_length(self) -> int:
        """How many vectors were appended since the index was built."""
        return len(self._tail[0])

    def __len__(self) -> int:
        return self.shape.count - self._gone_count + self.tail_length

    def append(self, ids: Integers, vectors: Vectors) -> None:
        """Take in vectors (n, width); one with a known id takes the place of the earlier one.

        A row that is not finite takes its id out. Seen by this process only: each follows the
        source of the vectors by itself. Raises ValueError for shapes that do not fit.
        """
        ids = np.asarray(ids, np.int64)
        if vectors.shape != (len(ids), self.shape.width):
            raise ValueError(f"{len(ids)} ids, but vectors of shape {vectors.shape}")
        last = len(ids) - 1 - np.unique(ids[::-1], return_index=True)[1]
        ids, vectors = ids[last], vectors[last]
        self.remove(ids)
        kept = np.isfinite(vectors).all(axis=1)
        tail_ids, tail = self._tail
        added = directions(vectors[kept].astype(np.float32), self.centre)
        self._tail = (np.concatenate([tail_ids, ids[kept]]), np.concatenate([tail, added]))

    def remove(self, ids: Integers) -> None:
        """Forget these ids, known or not, until the index is built anew."""
        rows = self._rows(np.asarray(ids, np.int64))
        self._gone[rows] = True
        self._gone_count = int(self._gone.sum())
        tail_ids, tail = self._tail
        kept = ~np.isin(tail_ids, ids)
        self._tail = (tail_ids[kept], tail[kept])

    def search(self, vectors: Vectors, k: int = 10, *, rescored: int = RESCORED) -> tuple[Integers, Vectors]:
        """Of each row of vectors (n, width), the ids (n, k) and cosines (n, k), nearest first.

        Vectors are as they were when the index was built, not yet centred. Where there are fewer
        than k, and for rows that are not finite, ids are -1 and cosines are minus infinity.
        `rescored` is how many are looked at more closely: more finds more, and takes longer.
        Raises ValueError for another width.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.shape.width:
            raise ValueError(f"vectors of shape {vectors.shape} for a width of {self.shape.width}")
        ids = np.full((len(vectors), k), -1, np.int64)
        cosines = np.full((len(vectors), k), -np.inf, np.float32)
        finite = np.flatnonzero(np.isfinite(vectors).all(axis=1))
        asked = directions(vectors[finite].astype(np.float32), self.centre)
        tail_ids, tail = self._tail
        for row, query, places in zip(finite.tolist(), asked, self._nearest(asked, max(k, rescored)), strict=True):
            near = np.concatenate([self._vectors[places].astype(np.float32) @ query, tail @ query])
            known = np.concatenate([self._ids[places], tail_ids])
            best = np.lexsort((known, -near))[:k]
            ids[row, : len(best)], cosines[row, : len(best)] = known[best], near[best]
        return ids, cosines

    def _nearest(self, asked: Vectors, count: int) -> Iterator[Integers]:
        """For each direction, the places of those whose codes are nearest, in no order."""
        wanted = min(count + self._gone_count, self.shape.count)
        if not len(asked) or not wanted:
            yield from (np.empty(0, np.int64) for _ in asked)
            return
        with _threads(len(asked)):
            found = self._codes.search(asked, wanted)[1]
        for places in found:
            known = np.sort(places[places >= 0])
            yield known[~self._gone[known]] if self._gone_count else known

    def _rows(self, ids: Integers) -> Integers:
        """The places of these ids in the files, of those that are there."""
        if not self.shape.count:
            return np.empty(0, np.int64)
        places = np.searchsorted(self._ids, ids, sorter=self._order)
        rows = self._order[np.minimum(places, self.shape.count - 1)]
        return rows[self._ids[rows] == ids]


def _mapped(path: Path, kind: type, shape: tuple[int, ...]) -> NDArray[Any]:
    """A file of numbers, mapped; an empty one cannot be."""
    if not shape[0]:
        return np.empty(shape, kind)
    return np.asarray(np.memmap(path, kind, "r", shape=shape))
