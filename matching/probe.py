"""Does a model give the vectors of the original weights?  python -m matching.probe DIRECTORY

probes.json holds pairs that say the same thing, each sentence with the vector of the
weights before they were made smaller (a byte for each number).
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

import numpy as np

from matching.embed import Embedder, OnnxEmbedder, Vectors

PROBES = Path(__file__).with_name("data") / "probes.json"
LEAST = 0.98


def cosines(embedder: Embedder) -> Vectors:
    """One number for each probe: how near to the expected vector."""
    probes = json.loads(PROBES.read_text())
    raw = [np.frombuffer(base64.b64decode(probe["vector"]), np.int8) for probe in probes]
    expected = np.stack(raw).astype(np.float32)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    found = embedder.encode([probe["text"] for probe in probes])
    likeness: Vectors = np.sum(expected * found, axis=1)
    return likeness


def strangers(embedder: Embedder) -> list[str]:
    """Probes whose nearest other probe, less the common mean, is not their partner."""
    texts = [probe["text"] for probe in json.loads(PROBES.read_text())]
    vectors = embedder.encode(texts)
    vectors -= vectors.mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    likeness = vectors @ vectors.T - 3 * np.eye(len(texts))
    nearest = likeness.argmax(axis=1)
    return [text for row, text in enumerate(texts) if nearest[row] != row ^ 1]


def main(directory: str) -> int:
    embedder = OnnxEmbedder(Path(directory))
    least, lost = float(cosines(embedder).min()), strangers(embedder)
    sys.stdout.write(f"{embedder.id}: cosine to the original at least {least:.4f}, lost pairs: {lost}\n")
    return int(least < LEAST or bool(lost))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
