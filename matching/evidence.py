"""Why two records are alike: places in both originals that say the same.

With a model that knows words: the pairs of words that are each other's nearest in the other
text, weighted by how telling they are. Without one: the characters they share. Words that
any system could have are hidden.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from matching import __version__
from matching.embed import Vectors, WordEmbedder
from matching.generic import is_stop_word
from matching.judge import Match
from matching.labelled import background
from matching.records import Field, Origin, Prepared, origins, prepare
from matching.safely import pieces
from matching.text import Language, Span, language, letters, script

FAINT = 0.2  # places that weigh less than this beside the most telling one are not shown
LIKE = 0.5  # cosine of centred words from which they are said to mean the same
STRETCH = 24  # characters that are looked for together at most
SHOWN = 12  # places shown at most
LONGEST = 8  # pieces of a long text that are read word by word
REMEMBERED = 500  # texts whose words an explainer keeps

Weigh = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Place:
    """Characters `start` to `end` (exclusive) of a field, as the record has it."""

    field: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Aligned:
    """Two places that say the same. `likeness` 0 to 1; `weight` 0 to 1, 1 for the most telling."""

    a: Place
    b: Place
    likeness: float
    weight: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page shows beside two records.

    `removed_a` and `removed_b` are boilerplate in the descriptions, to be struck through;
    `model`, `weights` and `engine` name the versions that made the match.
    """

    match: Match
    aligned: tuple[Aligned, ...]
    removed_a: tuple[Span, ...]
    removed_b: tuple[Span, ...]
    method: Literal["words", "characters"]
    model: str
    weights: str
    engine: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values, to be kept as JSON."""
        plain: dict[str, Any] = _plain(self)
        return plain


def _plain(value: Any) -> Any:
    """What `dataclasses.asdict` gives, without its deep copies: all in here is frozen."""
    if is_dataclass(value):
        kind: Any = type(value)
        return {name: _plain(getattr(value, name)) for name in _names(kind)}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


@functools.cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    vector: Vectors


class Explainer:
    """Explains pairs of one corpus; `weigh` tells how telling a word is there."""

    def __init__(self, weigh: Weigh, reader: WordEmbedder | None, model: str, weights: str) -> None:
        self._weigh = functools.lru_cache(maxsize=REMEMBERED * 100)(weigh)
        self._reader = reader
        self._versions = {"model": model, "weights": weights, "engine": __version__}
        self._read: OrderedDict[str, list[_Word]] = OrderedDict()

    def explain(self, match: Match, a: Prepared, b: Prepared) -> Evidence:
        """Never fails because of a text; without words it falls back to characters."""
        method: Literal["words", "characters"] = "words"
        try:
            pairs = self._by_words(a, b)
        except Exception:  # a broken model costs the words, not the evidence
            pairs = None
        if pairs is None:
            method, pairs = "characters", list(shared_stretches(a.text, b.text))
        return Evidence(
            match=match,
            aligned=tuple(self._placed(a, b, pairs)),
            removed_a=a.removed,
            removed_b=b.removed,
            method=method,
            **self._versions,
        )

    def _by_words(self, a: Prepared, b: Prepared) -> list[tuple[Span, Span, float]] | None:
        if self._reader is None:
            return None
        mine, theirs = self._words(self._reader, a), self._words(self._reader, b)
        if not mine or not theirs:
            return []
        cosines = np.stack([w.vector for w in mine]) @ np.stack([w.vector for w in theirs]).T
        return list(_runs(mine, theirs, cosines))

    def _words(self, reader: WordEmbedder, one: Prepared) -> list[_Word]:
        if one.key not in self._read:
            words = list(_telling_words(reader, one.text))
            mean = _word_means(reader)[one.language]
            self._read[one.key] = [_centred(word, mean) for word in words]
            if len(self._read) > REMEMBERED:
                self._read.popitem(last=False)
        self._read.move_to_end(one.key)
        return self._read[one.key]

    def _placed(self, a: Prepared, b: Prepared, pairs: Sequence[tuple[Span, Span, float]]) -> Iterator[Aligned]:
        """The most telling pairs, as places in the originals, in the order of the first text."""
        weighed = []
        for here, there, likeness in pairs:
            words = a.text[slice(*here)], b.text[slice(*there)]
            if not any(is_stop_word(letters(word)) for word in words):
                weight = likeness * min(_weight(self._weigh, word) for word in words)
                weighed.append((weight, likeness, here, there))
        weighed.sort(key=lambda one: (-one[0], one[2], one[3]))
        most = weighed[0][0] if weighed else 1.0
        where_a, where_b = origins(a), origins(b)
        shown = [one for one in weighed[:SHOWN] if one[0] >= FAINT * most]
        for weight, likeness, here, there in sorted(shown, key=lambda one: one[2:]):
            place_a, place_b = _place(where_a, here), _place(where_b, there)
            if place_a and place_b:
                share = round(weight / most, 3)
                yield Aligned(place_a, place_b, round(min(likeness, 1.0), 3), share)


def shared_stretches(a: str, b: str) -> Iterator[tuple[Span, Span, float]]:
    """Stretches of letters that both texts have, longest first, each character used once."""
    low_a, low_b = (text.lower() if len(text.lower()) == len(text) else text for text in (a, b))
    used_a, used_b = bytearray(len(a)), bytearray(len(b))  # 1: taken
    reach = _reach(low_a, low_b)
    for length in range(max(reach, default=0), 1, -1):
        for at in [at for at, longest in enumerate(reach) if longest >= length]:
            stretch = low_a[at : at + length]
            if used_a.find(1, at, at + length) >= 0 or not _is_word(stretch):
                continue
            place = low_b.find(stretch)
            while place >= 0 and used_b.find(1, place, place + length) >= 0:
                place = low_b.find(stretch, place + 1)
            if place >= 0:
                used_a[at : at + length] = used_b[place : place + length] = b"\1" * length
                yield (at, at + length), (place, place + length), 1.0


def _reach(a: str, b: str) -> list[int]:
    """From each place of `a`, how many characters on are found together somewhere in `b`."""
    found, reach = [], 0
    for at in range(len(a)):
        reach = max(reach - 1, 0)
        while reach < STRETCH and at + reach < len(a) and a[at : at + reach + 1] in b:
            reach += 1
        found.append(reach)
    return found


def _is_word(stretch: str) -> bool:
    """Letters throughout, and enough of them: two Chinese characters or four Latin letters."""
    if not stretch.isalnum():
        return False
    return len(stretch) >= 4 or all(script(one) not in ("latin", None) for one in stretch)


def _weight(weigh: Weigh, word: str) -> float:
    """Telling is what is rare in this corpus and in the background; one character says less."""
    plain = letters(word)
    alone = len(plain) == 1 and script(plain) not in ("latin", None)
    return weigh(word) * _rarity(plain) * (0.4 if alone else 1.0)


@functools.lru_cache(maxsize=20_000)
def _rarity(word: str) -> float:
    """1 for a word that no module of the background has, near 0 for one in all of them."""
    texts = _background_texts()
    having = sum(word in text for text in texts)
    return float(np.log((1 + len(texts)) / (1 + having)) / np.log(1 + len(texts)))


@functools.cache
def _background_texts() -> tuple[str, ...]:
    return tuple(letters(prepare(record).text) for record, _ in background())


def _runs(
    mine: Sequence[_Word], theirs: Sequence[_Word], cosines: NDArray[np.float32]
) -> Iterator[tuple[Span, Span, float]]:
    """Words that are each other's nearest; neighbours whose partners are neighbours are one."""
    best, back = cosines.argmax(axis=1), cosines.argmax(axis=0)
    chosen = [
        (row, int(best[row])) for row in range(len(mine)) if back[best[row]] == row and cosines[row, best[row]] >= LIKE
    ]
    run: list[tuple[int, int]] = []
    for row, column in chosen:
        if run and not _follows(mine, theirs, run[-1], (row, column)):
            yield _joined(mine, theirs, run, cosines)
            run = []
        run.append((row, column))
    if run:
        yield _joined(mine, theirs, run, cosines)


def _follows(mine: Sequence[_Word], theirs: Sequence[_Word], last: tuple[int, int], now: tuple[int, int]) -> bool:
    beside_a = mine[last[0]].end == mine[now[0]].start
    return beside_a and theirs[last[1]].end == theirs[now[1]].start


def _joined(
    mine: Sequence[_Word],
    theirs: Sequence[_Word],
    run: Sequence[tuple[int, int]],
    cosines: NDArray[np.float32],
) -> tuple[Span, Span, float]:
    (first_a, first_b), (last_a, last_b) = run[0], run[-1]
    likeness = float(np.mean([cosines[row, column] for row, column in run]))
    here = (mine[first_a].start, mine[last_a].end)
    return here, (theirs[first_b].start, theirs[last_b].end), likeness


def _place(where: Sequence[Origin | None], span: Span) -> Place | None:
    """The part of a span that lies in one field."""
    found = [origin for origin in where[slice(*span)] if origin is not None]
    if not found:
        return None
    field = found[0][0]
    places = [place for name, place in found if name == field]
    return Place(field, places[0], places[-1] + 1)


def _telling_words(reader: WordEmbedder, text: str) -> Iterator[_Word]:
    """The words of a text that name something, with what they mean there."""
    start = 0
    for count, piece in enumerate(pieces(text)):
        if count == LONGEST:
            return
        (words,) = reader.words([piece])
        for here, end, vector in _whole(words.spans, words.vectors, piece):
            word = piece[here:end]
            here += len(word) - len(word.lstrip())
            if not is_stop_word(letters(word)):
                yield _Word(start + here, start + end, word.strip(), vector)
        start += len(piece)


def _whole(spans: Sequence[Span], vectors: Vectors, text: str) -> Iterator[tuple[int, int, Vectors]]:
    """Pieces of one Latin word put together again."""
    row = 0
    while row < len(spans):
        last = row
        while last + 1 < len(spans) and _is_inside_word(text, spans[last][1], spans[last + 1][0]):
            last += 1
        yield spans[row][0], spans[last][1], vectors[row : last + 1].mean(axis=0)
        row = last + 1


def _is_inside_word(text: str, end: int, start: int) -> bool:
    if end != start or not 0 < start < len(text):
        return False
    return script(text[start - 1]) == "latin" and script(text[start]) == "latin"


def _centred(word: _Word, mean: Vectors) -> _Word:
    vector = word.vector - mean
    length = max(float(np.linalg.norm(vector)), 1e-6)
    return _Word(word.start, word.end, word.text, (vector / length).astype(np.float32))


@functools.lru_cache(maxsize=4)
def _word_means(reader: WordEmbedder) -> dict[Language, Vectors]:
    """By language, the mean of words of the background; once for each process."""
    found: dict[Language, list[Vectors]] = {"han": [], "latin": []}
    for record, _ in background():
        text = prepare(record).text
        if len(found.setdefault(language(text), [])) < 40:
            found[language(text)].append(reader.words([text])[0].vectors)
    means = {name: np.concatenate(rows).mean(axis=0) for name, rows in found.items() if rows}
    return {name: means.get(name, means["han"]) for name in ("han", "latin", "kana", "hangul")}
