"""Texts to vectors, with a model on this machine."""

from __future__ import annotations

import json
import os
import threading
import zlib
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Result = TypeVar("Result")

FILES = ("model.onnx", "tokenizer.json", "model.json")


class Embedder(Hashable, Protocol):
    """Whatever turns n texts into (n, width) rows of length one.

    `id` is kept with each vector: vectors of different ids are never compared. `is_degraded`
    tells that it only looks at characters, so that the pages can say so.
    """

    id: str
    width: int
    is_degraded: bool

    def encode(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Words:
    """The pieces of one text: where each stands in it, which piece it is, what it means here."""

    spans: tuple[tuple[int, int], ...]
    pieces: tuple[str, ...]
    vectors: Vectors  # (pieces, width)


@runtime_checkable
class WordEmbedder(Embedder, Protocol):
    """An embedder that can also tell what each word of a text means in its place."""

    def words(self, texts: Sequence[str]) -> list[Words]: ...


class OnnxEmbedder:
    """A directory with model.onnx, tokenizer.json and model.json, as set-up makes it.

    The model (0.5 GB) is loaded at the first text, so after a server has forked. Texts run
    one by one in `threads` threads: int8 scales depend on the whole batch, so only alone a
    text has the same vector whatever stands beside it; and it is faster than padding.
    """

    is_degraded = False

    def __init__(self, directory: Path, threads: int | None = None) -> None:
        if missing := [name for name in FILES if not (directory / name).is_file()]:
            raise FileNotFoundError(f"no model in {directory}: {', '.join(missing)} missing")
        self._directory = directory
        self._facts: dict[str, Any] = json.loads((directory / "model.json").read_text())
        self.id: str = self._facts["id"]
        self.width: int = self._facts["width"]
        self._threads = threads or min(os.cpu_count() or 1, 8)
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = self._each(self._vector, texts)
        return np.stack(rows) if rows else np.empty((0, self.width), np.float32)

    def words(self, texts: Sequence[str]) -> list[Words]:
        """A vector for each piece of each text, for comparing word by word."""
        return self._each(self._words, texts)

    def _each(self, read: Callable[[str], Result], texts: Sequence[str]) -> list[Result]:
        self._load()
        if len(texts) < 2 or self._threads == 1:
            return [read(text) for text in texts]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(read, texts))

    def _vector(self, text: str) -> Vectors:
        vector: Vectors = self._run("embedding", text)[1][0]
        return vector

    def _words(self, text: str) -> Words:
        encoding, (vectors,) = self._run("tokens", text)
        before = len(self._facts["prefix"])
        # the first piece of a text with spaces begins with the space of the prefix
        spans = [(max(start - before, 0), end - before) for start, end in encoding.offsets]
        kept = [row for row, (start, end) in enumerate(spans) if start < end]
        return Words(
            spans=tuple(spans[row] for row in kept),
            pieces=tuple(encoding.tokens[row].lstrip("▁") for row in kept),
            vectors=vectors[kept],
        )

    def _run(self, output: str, text: str) -> tuple[Any, Any]:
        tokenizer, session = self._load()
        encoding = tokenizer.encode(self._facts["prefix"] + text)
        tokens = np.array([encoding.ids], np.int64)
        inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
        return encoding, session.run([output], inputs)[0]

    def _load(self) -> tuple[Any, Any]:
        with self._loading:
            if self._loaded is None:
                self._loaded = (self._tokenizer(), self._session())
            return self._loaded

    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer  # noqa: PLC0415 - when a text comes, as below

        tokenizer = Tokenizer.from_file(str(self._directory / "tokenizer.json"))
        tokenizer.enable_truncation(self._facts["longest"])
        return tokenizer

    def _session(self) -> Any:
        # when a text comes: a process that only knows the names stays small
        import onnxruntime  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = self._directory / "model.onnx"
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


class HashEmbedder:
    """Characters only, for when no model can be had: finds copies, hardly any paraphrase."""

    id = "characters-1"
    width = 512
    is_degraded = True

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.width), np.float32)
        for row, text in enumerate(texts):
            whole = f" {text.lower()} "
            for length in (1, 2, 3):
                for at in range(len(whole) - length + 1):
                    code = zlib.crc32(whole[at : at + length].encode("utf-8", "replace"))
                    vectors[row, code % self.width] += 1 if code & 0x8000_0000 else -1
        vectors = np.sign(vectors) * np.sqrt(np.abs(vectors))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(lengths, lengths, 1)).astype(np.float32)


def open_embedder(directory: Path | None) -> Embedder:
    """The model in a directory; without one, the characters, which say that they are."""
    if directory is None or not (directory / FILES[0]).is_file():
        return HashEmbedder()
    return OnnxEmbedder(directory)
