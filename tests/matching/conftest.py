"""Embedders for tests: the model that set-up made, and quick ones that can be told to fail."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from matching.embed import HashEmbedder, OnnxEmbedder, Vectors
from matching.records import Record
from matching.space import load_background
from tests.conftest import missing

ROOT = Path(__file__).resolve().parents[2]
MODEL = Path(os.environ.get("MODEL_DIR") or ROOT / "var" / "model")


class Quick(HashEmbedder):
    """Characters that pass for a model, so that bands are not held back."""

    id = "quick"
    is_degraded = False


class Failing(Quick):
    """Raises from the n-th call after `fail_after` was set."""

    def __init__(self) -> None:
        self.calls_left: int | None = None
        self.calls = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        if self.calls_left is not None:
            self.calls_left -= 1
            if self.calls_left < 0:
                raise MemoryError("the model is gone")
        return super().encode(texts)

    def fail_after(self, calls: int) -> None:
        load_background(self)
        self.calls_left = calls


@pytest.fixture(scope="session")
def model_directory() -> Path:
    if not (MODEL / "model.onnx").exists():
        missing("the similarity model", "make setup, or set MODEL_DIR")
    return MODEL


@pytest.fixture(scope="session")
def model(model_directory: Path) -> OnnxEmbedder:
    return OnnxEmbedder(model_directory)


@pytest.fixture(scope="session")
def quick() -> Quick:
    return Quick()


@pytest.fixture
def failing() -> Failing:
    return Failing()


def record(number: int, name: str, description: str = "", project: str = "", pool: str = "modules") -> Record:
    return Record(f"r{number:03d}", project or f"p{number:03d}", name, description, pool=pool)


def records(*texts: tuple[str, str]) -> list[Record]:
    return [record(number, *both) for number, both in enumerate(texts)]
