"""Text as it is compared: one width, one script, no markup; each character knows its origin.

Only for comparison. What people read, and what is marked for them, stays the original.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

Language = Literal["han", "kana", "hangul", "latin"]
Span = tuple[int, int]  # from, to (exclusive), in characters

MARKUP = re.compile(r"<[a-zA-Z/!][^<>]{0,300}>|&(?:nbsp|amp|lt|gt|quot|#\d{1,6});")
# a full stop or a comma parts clauses, unless it stands inside a number or a name (GB/T 28181.1)
PARTING = re.compile(r"[。;!?\n]|,(?!\d)|\.(?=\s|$)")
REMEMBERED = 8_000  # texts that are compared again and again are normalised once
ENOUGH = 3.0  # less content than three Chinese characters or six Latin letters says nothing


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


class _Plain(dict[str, str]):
    """What one character becomes; filled as characters are met."""

    def __missing__(self, character: str) -> str:
        kind = unicodedata.category(character)
        if kind in ("Cf", "Cs", "Co", "Cn"):
            plain = ""  # zero width, lone surrogates, private use: nothing to compare
        elif kind in ("Cc", "So", "Sk") or kind[0] == "Z":
            plain = "\n" if character in "\n\r\u2028\u2029" else " "
        else:
            plain = unicodedata.normalize("NFKC", character)
        self[character] = plain
        return plain


_PLAIN = _Plain()


@functools.cache
def _to_simplified() -> _Converter:
    # here: the probe of a new model runs where opencc is not installed
    from opencc import OpenCC  # noqa: PLC0415

    converter: _Converter = OpenCC("t2s")
    return converter


@functools.lru_cache(maxsize=10_000)
def _simplified(character: str) -> str:
    return _to_simplified().convert(character)


@dataclass(frozen=True, slots=True)
class Normal:
    """A normalised text; `origin[i]` is where its character i stands in the original."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The place in the original of the characters from start to end (exclusive)."""
        if start >= end:
            return (0, 0)
        return (self.origin[start], self.origin[end - 1] + 1)

    def place(self, original: int) -> int:
        """The first normalised character that stems from this place or a later one."""
        return bisect_left(self.origin, original)


@functools.lru_cache(maxsize=REMEMBERED)
def normalise(text: str) -> Normal:
    """NFKC character by character, Simplified Chinese, single spaces; case is kept.

    Markup, emoji and control characters become one space; invisible ones vanish. Never
    fails, whatever the text holds. Origins never decrease.
    """
    text = MARKUP.sub(lambda found: " " * len(found[0]), text)
    plain: list[str] = []
    origin: list[int] = []
    gap = True  # leading spaces vanish
    for place, character in enumerate(text):
        for one in _PLAIN[character]:
            if one == " ":
                if gap:
                    continue
                gap = True
            else:
                gap = one == "\n"
            plain.append(one)
            origin.append(place)
    while plain and plain[-1] in " \n":
        plain.pop()
        origin.pop()
    return Normal(_same_length_simplified("".join(plain)), tuple(origin))


def _same_length_simplified(text: str) -> str:
    if text.isascii():
        return text
    simple = _to_simplified().convert(text)
    if len(simple) == len(text):
        return simple
    kept = (_simplified(one) for one in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, kept, strict=True))


def letters(text: str) -> str:
    """Letters and digits only, in lower case: what decides whether two clauses are the same."""
    return "".join(filter(str.isalnum, text)).lower()


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a normalised text between two marks; `key` is its letters and digits."""

    start: int
    end: int  # past its closing mark
    key: str


def clauses(text: str) -> Iterator[Clause]:
    """The clauses of a normalised text, in order; together they cover all of it."""
    start = 0
    for mark in PARTING.finditer(text):
        yield Clause(start, mark.end(), letters(text[start : mark.start()]))
        start = mark.end()
    if start < len(text):
        yield Clause(start, len(text), letters(text[start:]))


def script(character: str) -> Language | None:
    """The script of a letter; none for digits, marks and anything else."""
    code = ord(character)
    if 0x3400 <= code <= 0x9FFF or 0x20000 <= code <= 0x3FFFF or 0xF900 <= code <= 0xFAFF:
        return "han"
    if 0x3040 <= code <= 0x30FF:
        return "kana"
    if 0xAC00 <= code <= 0xD7AF:
        return "hangul"
    return "latin" if character.isalpha() else None


def language(text: str) -> Language:
    """What a text is written in; Chinese with foreign words in it is Chinese."""
    counts = dict.fromkeys(("han", "kana", "hangul", "latin"), 0)
    for character in text:
        if found := script(character):
            counts[found] += 1
    east = counts["han"] + counts["kana"] + counts["hangul"]
    if 4 * east < counts["latin"]:  # a Chinese word says as much as several Latin letters
        return "latin"
    if 5 * counts["kana"] >= east > 0:
        return "kana"
    return "hangul" if 2 * counts["hangul"] > east else "han"


def content(text: str) -> float:
    """How much a text says: a Chinese character counts 1, a Latin letter a half."""
    found = [script(character) for character in text]
    return sum(0.5 if one == "latin" else 1.0 for one in found if one)


def says_enough(text: str) -> bool:
    """Whether there is anything to compare at all (numbers alone are not)."""
    return content(text[:2000]) >= ENOUGH
