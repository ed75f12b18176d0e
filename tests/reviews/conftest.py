"""A model that answers at once, for tests that are not about meaning."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reviews.services.screening import corpora, stock, vectors
from tests.matching.conftest import Quick


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[Quick]:
    """The model of search, suggestions and screening; nothing is remembered from one test to the next."""
    model = Quick()
    monkeypatch.setattr(vectors, "embedder", lambda: model)
    corpora.forget()
    stock.forget()
    yield model
    corpora.forget()
    stock.forget()
