"""Vectors in spite of everything: a text that cannot be embedded gets a row of NaN.

What has no vector is judged by no machine, so it ends with a person (band *doubtful*).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Mapping, MutableMapping, Sequence
from typing import Protocol

import numpy as np

from matching.embed import Embedder, Vectors

BATCH = 64  # texts in one call, so one failure costs little
PIECE = 280  # characters that surely fit the model's 192 tokens
GIVE_UP = 3  # batches that fail wholly, one after another, before the rest is left alone

RECIPE = "views-1"  # raise it when the same model gives other vectors than before

Views = Sequence[tuple[str, float]]


class Store(Protocol):
    """Vectors that are kept elsewhere, asked for many at a time; of one embedder only."""

    def get_many(self, keys: Collection[str]) -> dict[str, Vectors]: ...

    def update(self, made: Mapping[str, Vectors], /) -> None: ...


Cache = MutableMapping[str, Vectors] | Store  # key of a text → its vector, of one embedder only

log = logging.getLogger(__name__)


def embed(embedder: Embedder, texts: Sequence[str], seconds: float | None = None) -> Vectors:
    """Rows (len(texts), width) of length one; NaN where the embedder failed or time ran out.

    Never raises. Equal texts are embedded once; long ones in pieces whose vectors are
    averaged. A failing batch is tried again text by text.
    """
    until = None if seconds is None else time.monotonic() + seconds
    found = np.full((len(texts), embedder.width), np.nan, np.float32)
    rows: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        if text:
            rows.setdefault(text, []).append(row)
    failures = 0
    unique = list(rows)
    for start in range(0, len(unique), BATCH):
        if failures == GIVE_UP or (until is not None and time.monotonic() > until):
            break
        batch = unique[start : start + BATCH]
        vectors = _batch(embedder, batch)
        failures = failures + 1 if np.isnan(vectors).all() else 0
        for text, vector in zip(batch, vectors, strict=True):
            found[rows[text]] = vector
    return found


def vector_id(embedder: Embedder) -> str:
    """What a stored vector was made with: the model, and how views are put together."""
    return f"{embedder.id}/{RECIPE}"


def embed_views(embedder: Embedder, views: Sequence[Views], seconds: float | None = None) -> Vectors:
    """One row (len(views), width) of length one for each set of weighted texts.

    NaN where any of its texts has no vector.
    """
    flat = [text for several in views for text, _ in several]
    weights = np.array([weight for several in views for _, weight in several], np.float32)
    starts = np.cumsum([0] + [len(several) for several in views[:-1]])
    if not views:
        return np.empty((0, embedder.width), np.float32)
    parts = embed(embedder, flat, seconds)
    parts *= weights[:, None]
    return _directions(np.add.reduceat(parts, starts, axis=0))


def embed_known(
    views: Mapping[str, Views], embedder: Embedder, *, cache: Cache | None = None, seconds: float | None = None
) -> dict[str, Vectors]:
    """By key, the vectors that `cache` has or that could be made; made ones are put into it."""
    known = _known(cache, views)
    lacking = [key for key in views if key not in known]
    rows = embed_views(embedder, [views[key] for key in lacking], seconds)
    made = {key: row for key, row in zip(lacking, rows, strict=True) if np.isfinite(row).all()}
    if cache is not None:
        cache.update(made)
    return known | made


def _known(cache: Cache | None, keys: Collection[str]) -> dict[str, Vectors]:
    if cache is None:
        return {}
    if isinstance(cache, Mapping):
        return {key: cache[key] for key in keys if key in cache}
    return cache.get_many(keys)


def _batch(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """All at once; when that fails one by one, until the first few show that none will do."""
    together = _attempt(embedder, texts)
    if together is not None:
        return together
    found = np.full((len(texts), embedder.width), np.nan, np.float32)
    for row, text in enumerate(texts):
        if row == GIVE_UP and np.isnan(found).all():
            break
        alone = _attempt(embedder, [text]) if len(texts) > 1 else None
        if alone is not None:
            found[row] = alone[0]
    return found


def _attempt(embedder: Embedder, texts: Sequence[str]) -> Vectors | None:
    """One call; rows that are no directions become NaN, a result of the wrong shape nothing."""
    parts = [list(pieces(text)) for text in texts]
    flat = [piece for several in parts for piece in several]
    try:
        encoded = np.asarray(embedder.encode(flat), np.float32)
    except Exception as error:  # whatever a model may raise: a person looks instead
        log.warning("the embedder failed on %d texts: %r", len(texts), error)
        return None
    if encoded.shape != (len(flat), embedder.width):
        log.warning("the embedder gave %s for %d texts", encoded.shape, len(flat))
        return None
    starts = np.cumsum([0] + [len(several) for several in parts[:-1]])
    return _directions(np.add.reduceat(encoded, starts, axis=0))


def _directions(sums: Vectors) -> Vectors:
    """Rows of length one; what has no length has no direction: NaN."""
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return (sums / np.where(lengths > 1e-6, lengths, np.nan)).astype(np.float32)


def pieces(text: str) -> Iterator[str]:
    """Parts short enough for the model to read whole, broken at marks where there are any."""
    while len(text) > PIECE:
        cut = 1 + max(text.rfind(mark, PIECE // 2, PIECE) for mark in "。;,、\n ")
        cut = cut or PIECE
        yield text[:cut]
        text = text[cut:]
    yield text
