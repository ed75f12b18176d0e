"""Vectors for records, from a cache where they are known and from the model where not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matching.boilerplate import common_clauses, find_boilerplate
from matching.embed import Embedder, Vectors
from matching.paraphrase import candidates, generic_modules
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
    """What says nothing in these records: clauses that unrelated projects share (matching.boilerplate), and the copy
    keys of whole modules that are generic functions in other words (matching.paraphrase)."""
    shared = shared_clauses(records, embedder, cache=cache)
    return shared | generic_keys(records, shared, embedder, cache=cache)


def shared_clauses(records: Sequence[Record], embedder: Embedder, *, cache: Cache | None = None) -> frozenset[str]:
    """The clauses of these records that unrelated projects share."""
    common = common_clauses(records)
    if not common:
        return frozenset()

    ground = load_background(embedder, cache=cache)
    space = Space(replace(ground, vectors=ground.names), [], ground.names[:0])

    def directions(names: Sequence[str]) -> Vectors:
        return space.centre(_read(names, embedder, cache), [language(name) for name in names])

    return find_boilerplate(common, directions)


def generic_keys(
    records: Sequence[Record], shared: frozenset[str], embedder: Embedder, *, cache: Cache | None = None
) -> frozenset[str]:
    """Copy keys of modules that are generic functions in other words; none without a model that knows meanings."""
    found = [] if embedder.is_degraded else candidates(records, shared)
    if not found:
        return frozenset()
    ground = load_background(embedder, cache=cache)
    return generic_modules(found, ground, lambda texts: _read(texts, embedder, cache))


def _read(texts: Sequence[str], embedder: Embedder, cache: Cache | None) -> Vectors:
    """Rows (n, width) of texts as they are; NaN where one could not be embedded."""
    known = embed_known({digest(text): ((text, 1.0),) for text in texts}, embedder, cache=cache)
    missing = np.full(embedder.width, np.nan, np.float32)
    rows = [known.get(digest(text), missing) for text in texts]
    return np.stack(rows) if rows else np.empty((0, embedder.width), np.float32)
