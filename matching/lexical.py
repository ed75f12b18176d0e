"""Character n-grams: finds copies, codes, acronyms and product names, whatever the model thinks.

TF-IDF over character pairs and triples with cosine similarity (Salton and Buckley 1988), as
an inverted index in plain arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matching.text import letters

Floats = NDArray[np.float32]
Floats64 = NDArray[np.float64]
Integers = NDArray[np.int64]

BUCKETS = 1 << 20  # grams are hashed; with 10⁵ modules about one in ten shares its bucket
COMMON = 0.1  # grams in more than this share of the texts do not choose candidates
FEW = 200  # but in a small corpus every gram does


def grams(text: str) -> Integers:
    """Buckets of the character pairs and triples of a text, each once, ascending."""
    plain = f"^{letters(text)}$".encode("utf-32-le", "replace")
    codes = np.frombuffer(plain, np.uint32).astype(np.uint64)
    if len(codes) < 3:
        return np.empty(0, np.int64)
    pairs = codes[:-1] * np.uint64(0x9E3779B97F4A7C15) + codes[1:] * np.uint64(0xC2B2AE3D27D4EB4F)
    triples = pairs[:-1] * np.uint64(0x165667B19E3779F9) + codes[2:]
    mixed = np.concatenate([pairs, triples])
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    return np.unique(mixed % np.uint64(BUCKETS)).astype(np.int64)


class Rarity:
    """How telling each gram is among so many texts, of which `counts` (BUCKETS,) have it."""

    def __init__(self, counts: Integers, size: int) -> None:
        self.counts, self.size = counts, size
        self.idf = (np.log((1 + size) / (1 + counts)) + 1).astype(np.float32)
        self.squares = self.idf.astype(np.float64) ** 2
        limit = size if size <= FEW else max(FEW, int(COMMON * size))
        self.is_rare = counts <= limit

    @classmethod
    def of(cls, rows: Sequence[NDArray[Any]]) -> Self:
        """Among these texts."""
        flat = np.concatenate(rows) if rows else np.empty(0, np.int64)
        return cls(np.bincount(flat, minlength=BUCKETS), len(rows))

    def length(self, row: Integers) -> float:
        """The length of a text's weighted grams."""
        return float(np.sqrt(self.squares[row].sum()))

    def weight(self, text: str) -> float:
        """How telling a word is: the mean idf of its character pairs, from 1 for any word."""
        codes = grams(text)
        return float(self.idf[codes].mean()) if len(codes) else 1.0


class LexicalIndex:
    """Rows of weighted grams; the weights are those of `rarity`, or follow from the texts themselves."""

    def __init__(self, rows: Sequence[Integers], rarity: Rarity | None = None) -> None:
        self.size = len(rows)
        self.rarity = rarity or Rarity.of(rows)
        self._idf, self._squares, self._is_rare = self.rarity.idf, self.rarity.squares, self.rarity.is_rare
        lengths = np.array([len(row) for row in rows], np.int64)
        flat = np.concatenate(rows) if rows else np.empty(0, np.int64)
        self._rows = [self._weighted(row) for row in rows]
        order = np.argsort(flat, kind="stable")
        self._posting_rows = np.repeat(np.arange(self.size), lengths)[order]
        weights = np.concatenate(self._rows) if rows else np.empty(0, np.float32)
        self._posting_weights = weights[order]
        self._posting_grams = flat[order]

    def _weighted(self, row: Integers) -> Floats:
        weights = self._idf[row]
        length = float(np.linalg.norm(weights))
        return weights / length if length else weights

    def scores(self, row: Integers) -> Floats:
        """Cosine (size,) of a text's grams with each text, 0 to 1; common grams left out."""
        weights = self._weighted(row)
        rare = self._is_rare[row]
        found = np.zeros(self.size, np.float64)
        kept, factors = row[rare], weights[rare]
        starts = np.searchsorted(self._posting_grams, kept, "left").tolist()
        ends = np.searchsorted(self._posting_grams, kept, "right").tolist()
        spans = [slice(start, end) for start, end in zip(starts, ends, strict=True)]
        if spans:
            places = np.concatenate([self._posting_rows[span] for span in spans])
            parts = [self._posting_weights[span] * by for span, by in zip(spans, factors, strict=True)]
            found += np.bincount(places, np.concatenate(parts), minlength=self.size)
        return found.astype(np.float32)

    def length(self, row: Integers) -> float:
        """The length of a text's weighted grams."""
        return self.rarity.length(row)

    def similarities(self, row: Integers, others: Sequence[Integers], lengths: Floats64) -> Floats64:
        """Cosine (len(others),) of a text with others by all their grams, 0 to 1; the same both ways.

        `lengths` are those of the others.
        """
        if not others:
            return np.empty(0)
        flat = np.concatenate(others)
        has = np.zeros(BUCKETS, bool)
        has[row] = True
        shared = np.where(has[flat], self._squares[flat], 0)
        ends = np.cumsum([len(other) for other in others])
        total = np.concatenate([[0.0], np.cumsum(shared)])
        found = total[ends] - np.concatenate([[0.0], total[ends[:-1]]])
        by = lengths * self.length(row)
        cosines: Floats64 = np.divide(found, by, out=np.zeros(len(others)), where=by > 0)
        return np.asarray(np.minimum(cosines.round(9), 1.0))  # sums differ by their order in the last places

    def weight(self, text: str) -> float:
        """How telling a word is: the mean idf of its character pairs, from 1 for any word."""
        return self.rarity.weight(text)
