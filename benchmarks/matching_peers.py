"""Other ways to compare texts, written plainly, to be measured beside the product."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.text import letters

Matrix = NDArray[np.float64]


def characters(texts: Sequence[str]) -> Matrix:
    """TF-IDF of one to three characters with smooth idf (scikit-learn's formula), cosines (n, n)."""
    counts = [Counter(_grams(letters(text), (1, 2, 3))) for text in texts]
    frequency = Counter(gram for one in counts for gram in one)
    place = {gram: column for column, gram in enumerate(frequency)}
    table = np.zeros((len(texts), len(place)))
    for row, one in enumerate(counts):
        for gram, count in one.items():
            table[row, place[gram]] = count * (np.log((1 + len(texts)) / (1 + frequency[gram])) + 1)
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    table /= np.where(lengths, lengths, 1)
    return np.asarray(table @ table.T)


def trigrams(texts: Sequence[str]) -> Matrix:
    """What PostgreSQL's pg_trgm calls similarity: shared trigrams of padded words, over all."""
    sets = [frozenset(_word_trigrams(text.lower())) for text in texts]
    likeness = [[len(a & b) / max(len(a | b), 1) for b in sets] for a in sets]
    return np.array(likeness)


def raw_cosine(vectors: NDArray[np.float32]) -> Matrix:
    """Cosines as the model gives them."""
    return np.asarray(vectors @ vectors.T, np.float64)


def centred_cosine(vectors: NDArray[np.float32]) -> Matrix:
    """Cosines less the mean of all."""
    rest = vectors - vectors.mean(axis=0)
    rest /= np.linalg.norm(rest, axis=1, keepdims=True)
    return raw_cosine(rest)


def _grams(text: str, lengths: Iterable[int]) -> Iterable[str]:
    return (text[at : at + length] for length in lengths for at in range(len(text) - length + 1))


def _word_trigrams(text: str) -> Iterable[str]:
    return (gram for word in re.findall(r"\w+", text) for gram in _grams(f"  {word} ", (3,)))
