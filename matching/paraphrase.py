"""Modules that are only generic functions, in words that no list knows.

`data/generic.txt` describes generic functions in many words, and systems of their own that resemble them. A text is
measured by how much nearer it is to the former than to the latter and to the modules of the background. A module is
generic when its name, its description as a whole and its clauses say so together; one without a description never is.
To let one pass is a nuisance, to take a system for one hides it: so the bar is high.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.embed import Vectors
from matching.generic import described
from matching.records import READ, Prepared, Record, prepare
from matching.space import Background, Space
from matching.text import language, letters, normalise

SHARED = 0.17  # share of character pairs that the list has too, from which a module is looked at: one in twenty is
NEAREST = 3  # of either kind, whose mean cosine counts
LEAST = 0.2  # of name, description and clauses together; read off the tune part: generic from .22, others to .05
NAME, BODY = -0.05, -0.02  # and the least of each, so that a telling name or a telling description decides alone

Directions = Callable[[Sequence[str]], Vectors]
Floats = NDArray[np.float64]


def candidates(records: Iterable[Record], boilerplate: frozenset[str]) -> list[Prepared]:
    """The records whose words could be about generic functions: a cheap look, without a model."""
    found = (prepare(record, boilerplate) for record in records if _shares_words(record))
    return [one for one in found if one.kind == "comparable" and one.name and one.body]


def generic_modules(found: Sequence[Prepared], ground: Background, directions: Directions) -> frozenset[str]:
    """Copy keys of those that are nothing but generic functions.

    `directions` turns texts into rows of the model, NaN where a text could not be read; what was not read is not
    generic.
    """
    measure = _Measure.of(ground, directions)
    names = measure.nearer([one.name for one in found])
    likely = [(one, name) for one, name in zip(found, names.tolist(), strict=True) if name >= NAME]
    texts = [[one.body, *_clauses(one)] for one, _ in likely]
    nearer = iter(measure.nearer([text for several in texts for text in several]).tolist())
    told = [[next(nearer) for _ in several] for several in texts]
    return frozenset(
        one.copy_key
        for (one, name), (body, *clauses) in zip(likely, told, strict=True)
        if _says_so(name, body, clauses)
    )


def _says_so(name: float, body: float, clauses: Sequence[float]) -> bool:
    return body >= BODY and name + body + float(np.mean(clauses)) >= LEAST


@dataclass(frozen=True, slots=True)
class _Measure:
    """Directions of generic functions, and of everything else."""

    space: Space
    generic: Vectors
    other: Vectors
    directions: Directions

    @classmethod
    def of(cls, ground: Background, directions: Directions) -> _Measure:
        space = Space(ground, [], ground.vectors[:0])
        modules = space.centre(ground.vectors, [one.language for one in ground.prepared])
        names = _centred(space, ground.names, [one.name for one in ground.prepared])
        systems = _centred(space, ground.systems, described("systems"))
        generic = _centred(space, ground.functions, described("functions"))
        return cls(space, generic, np.concatenate([modules, names, systems]), directions)

    def nearer(self, texts: Sequence[str]) -> Floats:
        """For each text, how much nearer it is to generic functions; NaN when that cannot be told."""
        rows = _centred(self.space, self.directions(texts), texts)
        means = [_mean_of_nearest(rows @ known.T) for known in (self.generic, self.other)]
        return means[0] - means[1]


def _mean_of_nearest(cosines: Vectors) -> Floats:
    nearest: Floats = np.sort(cosines, axis=1)[:, -NEAREST:].astype(np.float64)
    return np.asarray(nearest.mean(axis=1))


def _centred(space: Space, rows: Vectors, texts: Sequence[str]) -> Vectors:
    return space.centre(rows, [language(text) for text in texts])


def _clauses(one: Prepared) -> Iterator[str]:
    full = normalise(one.record.description[:READ]).text
    yield from (full[start:end].strip("。;!?,. \n") for start, end in one.kept)


def _shares_words(record: Record) -> bool:
    pairs = _pairs(record.name + record.description[:READ])
    return bool(pairs) and len(pairs & _known_pairs()) >= SHARED * len(pairs)


@functools.cache
def _known_pairs() -> frozenset[str]:
    return frozenset(pair for text in described("functions") for pair in _pairs(text))


def _pairs(text: str) -> frozenset[str]:
    plain = letters(normalise(text).text)
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))
