"""Vectors for records, from a cache where they are known and from the model where not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matching.boilerplate import common_clauses, find_boilerplate
from matching.embed import Embedder, Vectors
from matching.records import Prepared, Record, digest
from matching.safely import Cache, embed_known
from matching.space import Space, load_background
from matching.text import language


def vectors_of(
    prepared: Sequence[Prepared],
    embedder: Embedder,
    *,
    cache: Cache | None = None,
    seconds: float | None = None,
) -> Vectors:
    """Rows (n, width) for prepared records; NaN for a text that could not be embedded.

    Generic and empty records are not embedded. Vectors that were made are put into `cache`
    under the key of their text; it must hold vectors of this embedder only.
    """
    views = {one.key: one.views for one in prepared if one.kind in ("comparable", "short")}
    known = embed_known(views, embedder, cache=cache, seconds=seconds)
    missing = np.full(embedder.width, np.nan, np.float32)
    rows = [known.get(one.key, missing) for one in prepared]
    return np.stack(rows) if rows else np.empty((0, embedder.width), np.float32)


def boilerplate_of(records: Sequence[Record], embedder: Embedder, *, cache: Cache | None = None) -> frozenset[str]:
    """The clauses of these records that unrelated projects share; see matching.boilerplate."""
    common = common_clauses(records)
    if not common:
        return frozenset()

    ground = load_background(embedder, cache=cache)
    space = Space(replace(ground, vectors=ground.names), [], ground.names[:0])

    def directions(names: Sequence[str]) -> Vectors:
        known = embed_known({digest(name): ((name, 1.0),) for name in names}, embedder, cache=cache)
        missing = np.full(embedder.width, np.nan, np.float32)
        rows = [known.get(digest(name), missing) for name in names]
        return space.centre(np.stack(rows), [language(name) for name in names])

    return find_boilerplate(common, directions)
