"""The vectors that ship with the demonstration city are those of its texts."""

from __future__ import annotations

import numpy as np
import pytest

from config.demo import content, vectors
from matching.embed import OnnxEmbedder
from matching.reading import vectors_of
from matching.records import Record, prepare


def test_fifty_of_them_are_what_the_model_gives(model: OnnxEmbedder):
    shipped = vectors.shipped()
    used = {wording for year in (2025, 2026, 2027) for entry in content.applications(year) for wording in _texts(entry)}
    prepared = [prepare(Record("one", "one", *text)) for text in sorted(used)]
    known = [one for one in prepared if one.key in shipped]  # drafts were not read, boilerplate is left out
    assert len(known) > 0.8 * len(prepared)
    chosen = known[:: len(known) // 50][:50]
    for one, made in zip(chosen, vectors_of(chosen, model), strict=True):
        assert float(np.dot(shipped[one.key], made)) == pytest.approx(1, abs=2e-3)


def _texts(entry: content.Entry) -> list[tuple[str, str]]:
    return [(module.name, module.description) for module in content.modules(entry)]
