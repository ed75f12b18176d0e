"""The model of this process, and the vectors that it made, kept in the database."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from matching.embed import FILES, Embedder, Vectors
from matching.isolated import IsolatedEmbedder
from matching.records import Prepared
from matching.safely import vector_id
from reviews.models import TextVector

ANSWER = 60.0  # seconds for one batch of texts, loading the model included
REST = 600.0  # seconds after which a model whose processes kept dying is tried again
BATCH = 500  # rows in one question to the database

_MODELS: dict[Path, tuple[IsolatedEmbedder, float]] = {}


def embedder() -> Embedder:
    """The model of this process, in a child of its own; without a model, one that knows characters only."""
    directory: Path = settings.MODEL_DIR
    model, made_at = _MODELS.get(directory, (None, 0.0))
    if model is None or (model.has_given_up and time.monotonic() > made_at + REST):
        there = all((directory / name).is_file() for name in FILES)
        model = IsolatedEmbedder(directory if there else None, seconds=ANSWER)
        _MODELS[directory] = (model, time.monotonic())
    return model


class StoredVectors:
    """The vectors of one model in the database, as the engine asks for them: many at a time."""

    def __init__(self, model: Embedder) -> None:
        self._model = vector_id(model)

    def get_many(self, keys: Collection[str]) -> dict[str, Vectors]:
        wanted = list(keys)
        found: dict[str, Vectors] = {}
        for start in range(0, len(wanted), BATCH):
            here = TextVector.objects.filter(model=self._model, key__in=wanted[start : start + BATCH])
            rows = here.values_list("key", "vector")
            found |= {key: np.frombuffer(bytes(raw), np.float32) for key, raw in rows}
        return found

    def update(self, made: Mapping[str, Vectors], /) -> None:
        """Keep what was made; another worker may have made the same."""
        rows = [TextVector(model=self._model, key=key, vector=_bytes(row)) for key, row in made.items()]
        TextVector.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)


def stored(prepared: Sequence[Prepared], model: Embedder) -> Vectors:
    """Rows (n, width) of what has been read; NaN for the rest."""
    known = StoredVectors(model).get_many({one.key for one in prepared})
    rows = np.full((len(prepared), model.width), np.nan, np.float32)
    for row, one in enumerate(prepared):
        if one.key in known:
            rows[row] = known[one.key]
    return rows


def _bytes(vector: Any) -> bytes:
    return np.asarray(vector, np.float32).tobytes()
