"""Clauses that unrelated modules share: they say nothing about what a module does.

A clause is boilerplate when it stands in at least three projects whose module names point
in different directions. A clause that many related modules copied is kept, as it must be:
the copies are what is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

import numpy as np

from matching.embed import Vectors
from matching.records import Record, clause_keys
from matching.text import content, normalise

PROJECTS = 3
LOOKED_AT = 64  # names that are enough to see whether they point one way
SHORTEST = 4.0  # a clause of less content (matching.text.content) is a word, not a phrase


def common_clauses(records: Iterable[Record]) -> dict[str, list[str]]:
    """Clauses of at least three projects, each with one module name of every project."""
    names: dict[str, dict[str, str]] = {}
    for record in sorted(records, key=lambda one: (one.project, one.id)):
        for key in clause_keys(record):
            if content(key) >= SHORTEST:
                names.setdefault(key, {}).setdefault(record.project, normalise(record.name).text)
    return {key: list(found.values()) for key, found in names.items() if len(found) >= PROJECTS}


def find_boilerplate(
    common: Mapping[str, Sequence[str]],
    directions: Callable[[Sequence[str]], Vectors],
) -> frozenset[str]:
    """The clauses among `common` whose modules are unrelated.

    `directions` turns names into centred rows of length one; a row of NaN is a name that
    could not be read, and does not count. With fewer than three readable names the clause
    stays: to keep too much only makes look-alikes, to drop too much hides duplicates.
    """
    looked_at = {key: list(islice(found, LOOKED_AT)) for key, found in common.items()}
    unique = sorted({name for found in looked_at.values() for name in found if name})
    rows = directions(unique)
    known = {name: row for name, row in zip(unique, rows, strict=True) if np.isfinite(row).all()}
    unrelated = set()
    for key, found in looked_at.items():
        vectors = [known[name] for name in found if name in known]
        if len(vectors) >= PROJECTS and resultant(np.stack(vectors)) < limit(len(vectors)):
            unrelated.add(key)
    return frozenset(unrelated)


def resultant(directions: Vectors) -> float:
    """Length of the mean of unit rows (n, width): 1 when all point one way, near 0 when not.

    The mean resultant length of directional statistics (Mardia and Jupp).
    """
    return float(np.linalg.norm(directions.mean(axis=0)))


def limit(count: int) -> float:
    """Below this, directions are unrelated; chance alone gives about 1/√n."""
    return max(0.55, 1.2 / float(np.sqrt(count)))
