"""The child of matching.isolated: reads texts, writes vectors, ends with its parent.

A request is a line of JSON. An answer is twelve digits, as many bytes of JSON, and the
numbers (float32) whose count in bytes the JSON tells.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from matching.embed import Embedder, Vectors, WordEmbedder, open_embedder

Answer = tuple[dict[str, Any], bytes]


def main(directory: str) -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stand among the answers
    embedder = open_embedder(Path(directory) if directory else None)
    for line in sys.stdin.buffer:
        header, raw = answer(embedder, json.loads(line))
        send(answers, header, raw)


def answer(embedder: Embedder, request: dict[str, Any]) -> Answer:
    """The vectors or the words of a request; an error of the model is an answer too."""
    tasks: dict[str, Callable[[Embedder, Sequence[str]], Answer]] = {"encode": _encode, "words": _words}
    try:
        return tasks[request["task"]](embedder, request["texts"])
    except Exception as error:  # the parent decides what becomes of it
        return {"error": repr(error)}, b""


def send(pipe: BinaryIO, header: dict[str, Any], raw: bytes) -> None:
    text = json.dumps({**header, "bytes": len(raw)}).encode()
    pipe.write(f"{len(text):012d}".encode() + text + raw)
    pipe.flush()


def _encode(embedder: Embedder, texts: Sequence[str]) -> Answer:
    vectors: Vectors = np.ascontiguousarray(embedder.encode(texts), np.float32)
    return {"shape": vectors.shape}, vectors.tobytes()


def _words(embedder: Embedder, texts: Sequence[str]) -> Answer:
    if not isinstance(embedder, WordEmbedder):
        raise TypeError("this embedder does not know words")
    found = embedder.words(texts)
    header = {"texts": [{"spans": one.spans, "pieces": one.pieces} for one in found]}
    return header, b"".join(np.ascontiguousarray(one.vectors, np.float32).tobytes() for one in found)


if __name__ == "__main__":
    main(sys.argv[1])
