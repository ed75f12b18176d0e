"""Records of one kind in files that processes share: who may be near to a text, by vector and by characters.

Only what choosing needs is kept: not the texts, and no exact vector. A shelf never says how alike two texts are; that
is for matching.corpus, which takes the few that were chosen and gives them the scores that they have among all.

What is built does not change; what came since stands in a tail in memory, as in matching.index.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.embed import Vectors
from matching.frame import Frame
from matching.index import RESCORED, Index, build
from matching.lexical import BUCKETS, grams
from matching.records import Prepared
from matching.text import Language

Integers = NDArray[np.int64]
Table = NDArray[Any]

SILENT, UNREAD, READ = 0, 1, 2  # says nothing that could be compared; should have a vector and lacks it; has one
EXACT = 2000  # vectors of which each is compared: codes of a handful mislead, and would save nothing
ROWS = np.dtype(
    [
        ("id", np.int64),
        ("owner", np.int64),
        ("check", np.int64),
        ("state", np.uint8),
        ("length", np.float32),  # of its weighted grams
        ("mean", np.float32),  # of its cosines with the cohort, and their spread
        ("spread", np.float32),
    ]
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as a shelf keeps it: `owner` is what it is a part of, `check` is another one for other words.

    `is_counted` when frames are made of it too.
    """

    id: int
    owner: int
    check: int
    key: str
    language: Language
    is_subject: bool
    is_counted: bool
    grams: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that is compared: its centred direction (NaN without a vector), its place in the crowd, its grams."""

    direction: Vectors
    mean: float
    spread: float
    grams: Integers


def entry(id: int, owner: int, prepared: Prepared, *, is_counted: bool = True) -> Entry:
    """What is kept of a prepared record."""
    return Entry(
        id=id,
        owner=owner,
        check=check(prepared.record.name, prepared.record.description),
        key=prepared.key,
        language=prepared.language,
        is_subject=prepared.kind in ("comparable", "short"),
        is_counted=is_counted,
        grams=grams(prepared.text).astype(np.int32),
    )


def check(name: str, description: str) -> int:
    """A number that other words hardly ever have."""
    whole = f"{name}\x1f{description}".encode("utf-8", "replace")
    return int.from_bytes(blake2b(whole, digest_size=8).digest(), "big", signed=True)


def store(home: Path, frame: Frame, entries: Sequence[Entry], vectors: Vectors) -> None:
    """Write a shelf of these records, with vectors (n, width) that are NaN where there is none, into a new folder."""
    home.mkdir()
    order = np.argsort([one.id for one in entries], kind="stable").tolist()
    entries = [entries[row] for row in order]
    rows, centred = _rows(frame, entries, vectors[order])
    np.save(home / "rows.npy", rows)
    unread = [one.key for one, state in zip(entries, rows["state"], strict=True) if state == UNREAD]
    np.save(home / "unread.npy", np.array(unread, "U64"))
    _save_postings(home, entries)
    read = rows["state"] == READ
    kept = _padded(centred[read])
    width = kept.shape[1]
    build(home / "index", [(rows["id"][read], kept)], width=width, centre=np.zeros(width, np.float32))


def _padded(vectors: Vectors) -> Vectors:
    """Of a width that an index takes; cosines stay as they are."""
    return np.pad(vectors, ((0, 0), (0, -vectors.shape[1] % 8)))


def _rows(frame: Frame, entries: Sequence[Entry], vectors: Vectors) -> tuple[Table, Vectors]:
    """One row for each entry, and the centred vectors."""
    centred = frame.space.centre(vectors, [one.language for one in entries])
    is_read = np.asarray(np.isfinite(centred).all(axis=1))
    rows = np.zeros(len(entries), ROWS)
    for name in ("id", "owner", "check"):
        rows[name] = [getattr(one, name) for one in entries]
    subject = np.array([one.is_subject for one in entries], bool)
    rows["state"] = np.where(subject, np.where(is_read, READ, UNREAD), SILENT)
    rows["length"] = [frame.rarity.length(one.grams.astype(np.int64)) for one in entries]
    known = np.where(is_read[:, None], centred, 0)
    rows["mean"], rows["spread"] = frame.space.crowd(known, [one.key for one in entries])
    return rows, centred


def _save_postings(home: Path, entries: Sequence[Entry]) -> None:
    """By gram, the places of the texts that have it."""
    lengths = [len(one.grams) if one.is_subject else 0 for one in entries]
    flat = np.concatenate([np.empty(0, np.int32), *(one.grams for one in entries if one.is_subject)])
    order = np.argsort(flat, kind="stable")
    places = np.repeat(np.arange(len(entries), dtype=np.int32), lengths)[order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=BUCKETS))])
    np.save(home / "places.npy", places)
    np.save(home / "starts.npy", starts.astype(np.int32))


class Shelf:
    """A stored shelf, opened. Only one thread at a time may use it while another one changes it."""

    def __init__(self, home: Path, frame: Frame) -> None:
        self._frame = frame
        self._base: Table = np.load(home / "rows.npy")
        self._gone = np.zeros(len(self._base), bool)
        self._places = np.load(home / "places.npy", mmap_mode="r")
        self._starts = np.load(home / "starts.npy", mmap_mode="r")
        self._index = Index.open(home / "index")
        unread = self._base["id"][self._base["state"] == UNREAD].tolist()
        self._unread = dict(zip(unread, np.load(home / "unread.npy").tolist(), strict=True))
        self._tail: Table = np.zeros(0, ROWS)
        self._tail_grams: list[Integers] = []
        self._tail_vectors: Vectors = np.zeros((0, self._index.shape.width), np.float32)
        self.rows = self._base  # all of now, by id

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def built(self) -> int:
        """How many records were there when it was built."""
        return len(self._base)

    @property
    def changed(self) -> int:
        """How many came, went or changed since."""
        return int(self._gone.sum()) + int((~np.isin(self._tail["id"], self._base["id"])).sum())

    @property
    def unread(self) -> dict[int, str]:
        """By id, the key of each text that should have a vector and lacks it."""
        return self._unread

    def of_owners(self, owners: Collection[int]) -> dict[int, int]:
        """By id, the checks of the records that are parts of these."""
        mine = self.rows[np.isin(self.rows["owner"], list(owners))]
        return dict(zip(mine["id"].tolist(), mine["check"].tolist(), strict=True))

    def remove(self, ids: Collection[int]) -> None:
        """Forget these."""
        gone = np.array(sorted(ids), np.int64)
        self._index.remove(gone)
        self._gone |= np.isin(self._base["id"], gone)
        kept = ~np.isin(self._tail["id"], gone)
        self._tail, self._tail_vectors = self._tail[kept], self._tail_vectors[kept]
        self._tail_grams = [one for one, is_kept in zip(self._tail_grams, kept.tolist(), strict=True) if is_kept]
        for one in ids:
            self._unread.pop(one, None)
        self._merge()

    def put(self, entries: Sequence[Entry], vectors: Vectors) -> None:
        """Take in records with their vectors (n, width), instead of those with the same ids."""
        self.remove([one.id for one in entries])
        rows, centred = _rows(self._frame, entries, vectors)
        centred = _padded(centred)
        self._tail = np.concatenate([self._tail, rows])
        self._tail_vectors = np.concatenate([self._tail_vectors, centred])
        self._tail_grams += [one.grams.astype(np.int64) for one in entries]
        read = rows["state"] == READ
        self._index.append(rows["id"][read], centred[read])
        self._unread |= {one.id: one.key for one, row in zip(entries, rows, strict=True) if row["state"] == UNREAD}
        self._merge()

    def near(self, direction: Vectors, count: int = RESCORED) -> tuple[Integers, Vectors]:
        """The ids nearest to a centred direction (width,), with their cosines, nearest first."""
        if len(self._index.ids) <= EXACT:
            ids, cosines = self.cosines(direction, self.rows["id"])
            best = np.lexsort((ids, -cosines))[:count]
            return ids[best], cosines[best]
        ids, cosines = self._index.search(_padded(direction[None]), count, rescored=max(count, RESCORED))
        found = ids[0] >= 0
        return ids[0][found], cosines[0][found]

    def cosines(self, direction: Vectors, ids: Integers) -> tuple[Integers, Vectors]:
        """Those of these ids that have a vector, and their cosines with a centred direction, compared one by one."""
        base = ids[~np.isin(ids, self._tail["id"]) & np.isin(ids, self._base["id"][~self._gone])]
        places = np.searchsorted(self._index.ids, base)
        places = np.minimum(places, max(len(self._index.ids) - 1, 0))
        read = self._index.ids[places] == base if len(base) and len(self._index.ids) else np.zeros(len(base), bool)
        tail = np.flatnonzero(np.isin(self._tail["id"], ids) & (self._tail["state"] == READ))
        vectors = np.concatenate([self._index.directions[places[read]].astype(np.float32), self._tail_vectors[tail]])
        return np.concatenate([base[read], self._tail["id"][tail]]), vectors @ _padded(direction[None])[0]

    def candidates(self, asked: Asked, *, dense: int, lexical: int) -> Integers:
        """Ids of those that stand out most from the crowd, and of those that share most with it by characters."""
        found = [self._lexical(asked.grams, lexical)]
        if np.isfinite(asked.direction).all():
            ids, cosines = self.near(asked.direction)
            rows = self.rows[np.searchsorted(self.rows["id"], ids)]
            crowd = (cosines - asked.mean) / asked.spread + (cosines - rows["mean"]) / rows["spread"]
            found.append(ids[_top(crowd, dense)])
        return np.unique(np.concatenate(found))

    def _lexical(self, grams: Integers, count: int) -> Integers:
        """The ids that share the most telling characters."""
        rarity = self._frame.rarity
        kept = grams[rarity.is_rare[grams]]
        spans = [slice(self._starts[gram], self._starts[gram + 1]) for gram in kept.tolist()]
        sizes = [span.stop - span.start for span in spans]
        places = np.concatenate([np.empty(0, np.int32), *(self._places[span] for span in spans)])
        shared = np.bincount(places, np.repeat(rarity.squares[kept], sizes), minlength=len(self._base))
        shared[self._gone] = 0
        if len(self._tail):
            shared = np.concatenate([shared, self._shared_by_tail(kept)])
        rows = np.concatenate([self._base, self._tail]) if len(self._tail) else self._base
        alike = np.where(shared > 0, shared / np.maximum(rows["length"], 1e-6), -np.inf)
        return np.asarray(rows["id"][_top(alike, count)])

    def _shared_by_tail(self, kept: Integers) -> NDArray[np.float64]:
        """How much each record of the tail shares."""
        worth = np.zeros(BUCKETS)
        worth[kept] = self._frame.rarity.squares[kept]
        flat = np.concatenate(self._tail_grams)
        ends = np.cumsum([0, *(len(one) for one in self._tail_grams)])
        total = np.concatenate([[0.0], np.cumsum(worth[flat])])
        found: NDArray[np.float64] = np.where(self._tail["state"] == SILENT, 0, np.diff(total[ends]))
        return found

    def _merge(self) -> None:
        """All of now, by id."""
        everything = np.concatenate([self._base[~self._gone], self._tail])
        self.rows = everything[np.argsort(everything["id"], kind="stable")]


def _top(scores: NDArray[Any], count: int) -> Integers:
    """Places of the greatest scores, without those that are minus infinity."""
    everything = np.arange(len(scores))
    best = np.argpartition(-scores, count - 1)[:count] if len(scores) > count else everything
    return best[np.isfinite(scores[best])].astype(np.int64)
