"""Vectors for records, from a cache where they are known and from the model where not."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import replace

import numpy as np

from matching.boilerplate import common_clauses, find_boilerplate
from matching.embed import Embedder, Vectors
from matching.records import Prepared, Record, digest
from matching.safely import Views, embed_views
from matching.space import Space, load_background
from matching.text import language

Cache = MutableMapping[str, Vectors]


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
    known = _known(views, embedder, cache, seconds)
    missing = np.full(embedder.width, np.nan, np.float32)
    rows = [known.get(one.key, missing) for one in prepared]
    return np.stack(rows) if rows else np.empty((0, embedder.width), np.float32)


def boilerplate_of(records: Sequence[Record], embedder: Embedder, *, cache: Cache | None = None) -> frozenset[str]:
    """The clauses of these records that unrelated projects share; see matching.boilerplate."""
    common = common_clauses(records)
    if not common:
        return frozenset()

    ground = load_background(embedder)
    space = Space(replace(ground, vectors=ground.names), [], ground.names[:0])

    def directions(names: Sequence[str]) -> Vectors:
        known = _known({digest(name): ((name, 1.0),) for name in names}, embedder, cache, None)
        missing = np.full(embedder.width, np.nan, np.float32)
        rows = [known.get(digest(name), missing) for name in names]
        return space.centre(np.stack(rows), [language(name) for name in names])

    return find_boilerplate(common, directions)


def _known(
    views: Mapping[str, Views], embedder: Embedder, cache: Cache | None, seconds: float | None
) -> dict[str, Vectors]:
    """By key, the vectors that could be had."""
    known: dict[str, Vectors] = {}
    if cache is not None:
        known = {key: row for key in views if (row := cache.get(key)) is not None}
    lacking = [key for key in views if key not in known]
    rows = embed_views(embedder, [views[key] for key in lacking], seconds)
    made = {key: row for key, row in zip(lacking, rows, strict=True) if np.isfinite(row).all()}
    if cache is not None:
        cache.update(made)
    return known | made
