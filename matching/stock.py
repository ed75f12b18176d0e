"""All records of a city on shelves, with the frame that gives them their scores: files that are mapped, not rebuilt.

A folder holds one stock. Who builds another one there writes it aside and renames one small file; who has the earlier
one open keeps it until `is_current` says that there is another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from matching.embed import Vectors
from matching.folders import CURRENT, current, is_current, replacing
from matching.frame import Frame
from matching.index import IndexMissingError
from matching.lexical import grams
from matching.records import Prepared
from matching.shelf import Asked, Entry, Shelf, store
from matching.space import Background

TRIES = 5  # a build may take the place of what is being opened

Shelved = Mapping[str, tuple[Sequence[Entry], Vectors]]


class StockMissingError(Exception):
    """Nothing was built in this folder, or nothing that this version of the program can read."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a stock was built of: a word of the caller's, and by name a state that it follows from there."""

    label: str
    state: dict[str, dict[str, int]]


def build(folder: Path, ground: Background, shelved: Shelved, boilerplate: frozenset[str], sheet: Sheet) -> None:
    """Write a stock into a folder, in the place of the one that is there. The caller holds `alone(folder)`.

    `shelved` are, by the name of a shelf, its entries with their vectors (n, width), NaN where there is none.
    """
    counted = [(one, row) for entries, rows in shelved.values() for one, row in zip(entries, rows, strict=True)]
    counted = [(one, row) for one, row in counted if one.is_counted]
    width = ground.vectors.shape[1]
    vectors = np.stack([row for _, row in counted]) if counted else np.empty((0, width), np.float32)
    entries = [one for one, _ in counted]
    frame = Frame.of(ground, entries, vectors, [one.grams for one in entries], boilerplate)
    with replacing(folder) as aside:
        frame.save(aside / "frame.npz")
        for name, (stored, rows) in shelved.items():
            store(aside / name, frame, stored, rows)
        (aside / "sheet.json").write_text(json.dumps({"label": sheet.label, "state": sheet.state}))


class Stock:
    """A built stock, opened. Only one thread at a time may use it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.sheet = Sheet(**json.loads((home / "sheet.json").read_text()))
        self.frame = Frame.load(home / "frame.npz")
        self.shelves = {place.parent.name: Shelf(place.parent, self.frame) for place in sorted(home.glob("*/rows.npy"))}

    @classmethod
    def open(cls, folder: Path) -> Self:
        """What was last built there. Raises StockMissingError when there is nothing."""
        for _ in range(TRIES):
            try:
                return cls(current(folder))
            except FileNotFoundError:
                if not (folder / CURRENT).exists():
                    break
            except (OSError, ValueError, TypeError, LookupError, IndexMissingError):
                continue
        raise StockMissingError(str(folder))

    @property
    def is_current(self) -> bool:
        """Whether no other stock was built in the folder since this one was opened."""
        return is_current(self.home)

    def __len__(self) -> int:
        return sum(map(len, self.shelves.values()))

    @property
    def changed(self) -> int:
        """How many records came, went or changed since it was built."""
        return sum(shelf.changed for shelf in self.shelves.values())

    @property
    def built(self) -> int:
        return sum(shelf.built for shelf in self.shelves.values())

    def asked(self, prepared: Sequence[Prepared], vectors: Vectors) -> list[Asked]:
        """Texts made ready to be compared with what stands on the shelves."""
        space = self.frame.space
        directions = space.centre(vectors, [one.language for one in prepared])
        known = np.where(np.isfinite(directions), directions, 0)
        means, spreads = space.crowd(known, [one.key for one in prepared])
        return [
            Asked(direction, float(mean), float(spread), grams(one.text))
            for one, direction, mean, spread in zip(prepared, directions, means, spreads, strict=True)
        ]
