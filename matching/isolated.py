"""The model in a process of its own: if it dies or hangs, what asked for it lives on.

The system may kill a process that takes too much memory, and native code may crash. Then
this embedder raises, matching.safely leaves the texts without a vector, and they are
doubtful. A new process is started for the next texts.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from matching.embed import Embedder, Vectors, Words, open_embedder

LIVES = 3  # deaths in a row after which no new process is started
SECONDS = 120.0  # for one batch, loading the model included


class EmbedderDied(RuntimeError):
    """The process ended, or did not answer in time."""


class IsolatedEmbedder:
    """Like open_embedder(directory), in a child that is started with the first text."""

    def __init__(self, directory: Path | None, *, seconds: float = SECONDS, lives: int = LIVES) -> None:
        inside: Embedder = open_embedder(directory)  # loads nothing yet
        self.id, self.width, self.is_degraded = inside.id, inside.width, inside.is_degraded
        self._directory = directory
        self._seconds, self._lives, self._deaths = seconds, lives, 0
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    @property
    def process_id(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def has_given_up(self) -> bool:
        """Whether its processes died so often that it starts no other."""
        return self._deaths >= self._lives

    def encode(self, texts: Sequence[str]) -> Vectors:
        header, raw = self._ask("encode", texts)
        return np.frombuffer(raw, np.float32).reshape(header["shape"])

    def words(self, texts: Sequence[str]) -> list[Words]:
        """By pieces of words; without a model there are none."""
        header, raw = self._ask("words", texts)
        flat = np.frombuffer(raw, np.float32).reshape(-1, self.width)
        found, start = [], 0
        for one in header["texts"]:
            end = start + len(one["spans"])
            spans = tuple((first, last) for first, last in one["spans"])
            found.append(Words(spans, tuple(one["pieces"]), flat[start:end]))
            start = end
        return found

    def close(self) -> None:
        """End the child; a later text starts another."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, task: str, texts: Sequence[str]) -> tuple[Any, bytes]:
        with self._turn:
            if self.has_given_up:
                raise EmbedderDied(f"the model's process died {self._deaths} times in a row")
            try:
                header, raw = self._exchange(task, texts)
            except (OSError, ValueError, EmbedderDied) as error:
                self._deaths += 1
                self.close()
                raise EmbedderDied(str(error)) from error
            self._deaths = 0
        if "error" in header:
            raise RuntimeError(header["error"])
        return header, raw

    def _exchange(self, task: str, texts: Sequence[str]) -> tuple[Any, bytes]:
        child = self._child = self._child or self._start()
        if child.stdin is None or child.stdout is None:
            raise EmbedderDied("no pipe to the model's process")
        until = time.monotonic() + self._seconds
        child.stdin.write(json.dumps({"task": task, "texts": list(texts)}).encode() + b"\n")
        child.stdin.flush()
        size = int(_receive(child.stdout.fileno(), 12, until))
        header = json.loads(_receive(child.stdout.fileno(), size, until))
        return header, _receive(child.stdout.fileno(), header.get("bytes", 0), until)

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        directory = str(self._directory) if self._directory else ""
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "matching.worker", directory],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )


def _receive(pipe: int, size: int, until: float) -> bytes:
    """So many bytes, or EmbedderDied when the pipe ends or time runs out."""
    received = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while len(received) < size:
            if not selector.select(max(0.0, until - time.monotonic())):
                raise EmbedderDied("the model's process did not answer in time")
            part = os.read(pipe, min(size - len(received), 1 << 20))
            if not part:
                raise EmbedderDied("the model's process ended")
            received += part
    return bytes(received)
