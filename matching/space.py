"""The space that vectors are compared in.

Two things stand between raw cosines and meaning, and both are taken out here.

*Language.* Vectors of one language share a direction. Each is centred by the mean of its own
language, so that an English module finds its Chinese counterpart (measured: MRR of such
queries .78 with one mean, .98 with two).

*Hubs.* Some texts are near to everything. A cosine is therefore compared with those that
its two ends have with a cohort of other modules: symmetric score normalisation (s-norm), as
speaker verification does (measured: average precision .75 → .81).

A background of hand-written modules stands in where a corpus is small, so that two records
alone can be compared as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from matching.embed import Embedder, Vectors
from matching.generic import described
from matching.labelled import background
from matching.records import Prepared, digest, prepare
from matching.safely import Cache, embed_known, vector_id
from matching.text import Language

FEW = 100  # texts of the corpus that weigh as much as the background in a mean
LARGEST_SHARE = 0.9  # of the corpus in a mean: copies must not become the centre
COHORT = 1000  # modules that others are compared with
LEAST_COHORT = 200  # filled up from the background
NEAR = 0.5  # cosines above are twins, not the crowd: counted as this much

LANGUAGES: tuple[Language, ...] = ("han", "latin", "kana", "hangul")

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Background:
    """Modules that nobody screens, in the vectors of the model in use; `names` those of names.

    `functions` and `systems` are the texts of `generic.described`.
    """

    model: str
    is_degraded: bool
    prepared: tuple[Prepared, ...]
    vectors: Vectors
    names: Vectors
    functions: Vectors
    systems: Vectors

    @property
    def is_whole(self) -> bool:
        """Whether the model could read all of it."""
        return all(np.isfinite(rows).all() for rows in (self.vectors, self.names, self.functions, self.systems))


_LOADED: WeakKeyDictionary[Embedder, Background] = WeakKeyDictionary()


def load_background(embedder: Embedder, *, cache: Cache | None = None) -> Background:
    """The background in this model's vectors, made once for each process.

    A few seconds, next to nothing when `cache` has the vectors. A model that fails on it is
    asked again the next time.
    """
    if embedder not in _LOADED:
        found = _background(embedder, cache)
        if not found.is_whole:
            return found
        _LOADED[embedder] = found
    return _LOADED[embedder]


def _background(embedder: Embedder, cache: Cache | None) -> Background:
    prepared = tuple(prepare(record) for record, _ in background())
    names = [one.name for one in prepared]
    texts = [*names, *described("functions"), *described("systems")]
    views = {one.key: one.views for one in prepared} | {digest(text): ((text, 1.0),) for text in texts}
    known = embed_known(views, embedder, cache=cache)
    missing = np.full(embedder.width, np.nan, np.float32)

    def rows(keys: Iterable[str]) -> Vectors:
        return np.stack([known.get(key, missing) for key in keys])

    return Background(
        model=vector_id(embedder),
        is_degraded=embedder.is_degraded,
        prepared=prepared,
        vectors=rows(one.key for one in prepared),
        names=rows(map(digest, names)),
        functions=rows(map(digest, described("functions"))),
        systems=rows(map(digest, described("systems"))),
    )


class Worded(Protocol):
    """What a space must know of a text."""

    @property
    def key(self) -> str: ...

    @property
    def language(self) -> Language: ...


class Space:
    """Means by language and the cohort, made from a corpus and a background."""

    def __init__(self, ground: Background, prepared: Sequence[Worded], vectors: Vectors) -> None:
        readable: Flags = np.asarray(np.isfinite(vectors).all(axis=1))
        texts: dict[str, int] = {}
        for row in np.flatnonzero(readable).tolist():
            texts.setdefault(prepared[row].key, row)
        rows = [texts[key] for key in sorted(texts)]  # once each text, in no one's order
        own = [prepared[row] for row in rows]
        self._means = _means(ground, own, vectors[rows])
        self._keys, self._cohort = self._choose(ground, own, vectors[rows])

    @classmethod
    def restored(cls, arrays: Mapping[str, Any]) -> Self:
        """The space that these are the `arrays` of."""
        space = cls.__new__(cls)
        space._means = dict(zip(LANGUAGES, arrays["means"], strict=True))
        space._keys, space._cohort = [str(key) for key in arrays["keys"]], arrays["cohort"]
        return space

    def arrays(self) -> dict[str, Any]:
        """All there is to it, to be kept in a file."""
        means = np.stack([self._means[one] for one in LANGUAGES])
        return {"means": means, "keys": np.array(self._keys, "U64"), "cohort": self._cohort}

    def centre(self, vectors: Vectors, languages: Sequence[Language]) -> Vectors:
        """Rows of length one, less the mean of their language; NaN stays NaN."""
        means = np.stack([self._means[one] for one in languages]) if languages else vectors
        centred = vectors - means
        lengths = np.linalg.norm(centred, axis=1, keepdims=True)
        with np.errstate(invalid="ignore"):
            directions: Vectors = (centred / np.maximum(lengths, 1e-6)).astype(np.float32)
        return directions

    def crowd(self, centred: Vectors, keys: Sequence[str]) -> tuple[Floats, Floats]:
        """For each centred row, mean and spread (n,) of its cosines with the cohort.

        A text is not compared with itself. Without a cohort the figures are typical ones.
        """
        mean, spread = np.empty(len(centred)), np.empty(len(centred))
        places = {key: place for place, key in enumerate(self._keys)}
        for start in range(0, len(centred), 2048):
            part = slice(start, start + 2048)
            near = np.minimum(centred[part] @ self._cohort.T, NEAR).astype(np.float64)
            same = [(row, places[key]) for row, key in enumerate(keys[part]) if key in places]
            mean[part], spread[part] = _mean_and_spread(near, same)
        return mean, np.maximum(spread, 0.02)

    def _choose(self, ground: Background, own: Sequence[Worded], vectors: Vectors) -> tuple[list[str], Vectors]:
        """The texts whose keys come first: any sample would do, but always the same one."""
        centred = self.centre(vectors, [one.language for one in own])[:COHORT]
        keys = [one.key for one in own[:COHORT]]
        order = sorted(range(len(ground.prepared)), key=lambda row: ground.prepared[row].key)
        readable: Flags = np.asarray(np.isfinite(ground.vectors).all(axis=1))
        taken = [row for row in order if readable[row]][: max(0, LEAST_COHORT - len(keys))]
        others = [ground.prepared[row] for row in taken]
        added = self.centre(ground.vectors[taken], [one.language for one in others])
        return keys + [one.key for one in others], np.concatenate([centred, added])


def _means(ground: Background, own: Sequence[Worded], vectors: Vectors) -> dict[Language, Vectors]:
    """The more texts of a language a corpus has, the more its own mean counts."""
    readable: Flags = np.asarray(np.isfinite(ground.vectors).all(axis=1))
    means: dict[Language, Vectors] = {}
    for language in LANGUAGES:
        theirs = np.array([one.language == language for one in ground.prepared]) & readable
        mine = np.array([one.language == language for one in own], bool)
        if not theirs.any():
            theirs = np.array([one.language == "han" for one in ground.prepared]) & readable
        base = ground.vectors[theirs]
        fixed = base.mean(axis=0) if len(base) else np.zeros(vectors.shape[1], np.float32)
        count = int(mine.sum())
        share = min(count / (count + FEW), LARGEST_SHARE)
        means[language] = (1 - share) * fixed + share * vectors[mine].mean(axis=0) if count else fixed
    return means


def _mean_and_spread(near: Floats, same: Sequence[tuple[int, int]]) -> tuple[Floats, Floats]:
    """By row, leaving out the places in `same`."""
    counted = np.ones_like(near)
    for row, place in same:
        counted[row, place] = 0
    count = counted.sum(axis=1)
    if near.shape[1] < 2:
        return np.zeros(len(near)), np.full(len(near), 0.2)
    mean = (near * counted).sum(axis=1) / count
    square = (near**2 * counted).sum(axis=1) / count
    return mean, np.sqrt(np.maximum(square - mean**2, 0))
