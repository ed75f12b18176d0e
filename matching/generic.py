"""Words of the functions that every system has, and of the praise that every tender repeats.

A city's own boilerplate is found by counting (matching.boilerplate). The list in
data/words.txt needs no counting, so it works on a single application too. A clause is generic
when hardly anything but listed words is left of it. One word that could be a system of its
own (backup, reports) does not make a clause generic; two do.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from matching.text import letters

LISTS = Path(__file__).with_name("data") / "words.txt"
DESCRIBED = LISTS.with_name("generic.txt")
LEFT_OVER = 0.12  # share of a clause's letters that may be none of these words


def is_generic(key: str) -> bool:
    """Whether a clause, as letters and digits only, names nothing but generic functions."""
    if not key:
        return False
    names, rest = _read(key)
    return names >= 1 and rest <= LEFT_OVER


def says_nothing(key: str) -> bool:
    """Whether a name tells nothing of its own, such as 平台基础功能; an empty one does too."""
    return not key or _read(key)[1] <= LEFT_OVER


def is_stop_word(key: str) -> bool:
    """Whether a word is too common to be evidence of anything."""
    return key in words("stop") or says_nothing(key)


@functools.cache
def words(section: str) -> frozenset[str]:
    """One of the lists: strong, weak, glue, stop; as letters and digits only."""
    text = LISTS.read_text("utf-8")
    body = text.split(f"\n[{section}]", 1)[1].split("\n[", 1)[0]
    lines = body.splitlines()[1:]  # the rest of the heading is a remark
    return frozenset(letters(word) for line in lines for word in line.split())


@functools.cache
def described(section: str) -> tuple[str, ...]:
    """What data/generic.txt says, as texts to be read by meaning: functions (and names of them), or systems."""
    body = DESCRIBED.read_text("utf-8").split(f"\n[{section}]", 1)[1].split("\n[", 1)[0]
    lines = body.splitlines()[1:]  # the rest of the heading is a remark
    return tuple(text for line in lines for text in line.split("|") if text)


@functools.cache
def _pattern() -> re.Pattern[str]:
    """Longest word first, so that 用户权限管理 is not read as 用户 and a rest."""
    listed = words("strong") | words("weak") | words("glue")
    return re.compile("|".join(map(re.escape, sorted(listed, key=lambda word: (-len(word), word)))))


@functools.lru_cache(maxsize=50_000)
def _read(key: str) -> tuple[float, float]:
    """Generic functions named in a clause, and the share of its letters that is neither."""
    found = _pattern().findall(key)
    strong = sum(word in words("strong") for word in found)
    weak = sum(word in words("weak") - words("strong") for word in found)
    return strong + weak / 2, 1 - sum(map(len, found)) / len(key)
