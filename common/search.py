"""Searching everything by words: what a person typed, and what an app found for it.

An app that has something to find brings `queries/search.py` with `KINDS`, a list of `Kind`s: nothing has to be
registered. `config.search` asks all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When, Window
from django.utils.functional import Promise

LONGEST = 200  # characters of a question
MOST = 12  # words of it
EXCERPT = 96  # characters of a text that are shown
BEFORE = 24  # of them before the first word found
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Words:
    """A question: as a whole, and word by word, each with its other spellings (simplified characters)."""

    phrase: str
    each: tuple[tuple[str, ...], ...]

    @classmethod
    def read(cls, text: str, other: Callable[[str], str] = str) -> Words:
        """`other` writes a word in the other way that it may stand in the records."""
        phrase = " ".join(text[:LONGEST].split())
        words = phrase.split(" ")[:MOST] if phrase else []
        return cls(phrase, tuple(tuple(dict.fromkeys((word, other(word)))) for word in words))

    def __bool__(self) -> bool:
        return bool(self.each)

    def match(self, *fields: str) -> Q:
        """Every word stands in one of the fields, in one of its spellings."""
        return reduce(and_, (self._one(spellings, fields) for spellings in self.each), Q())

    def spans(self, text: str) -> Spans:
        """Where the words stand in a text."""
        low = text.lower()
        if len(low) != len(text):  # a letter that becomes two in lower case would shift the places
            low = text
        found = set()
        for word in {spelling.lower() for spellings in self.each for spelling in spellings}:
            at = low.find(word)
            while at >= 0:
                found.add((at, at + len(word)))
                at = low.find(word, at + len(word))
        return tuple(sorted(found))

    def are_in(self, text: str) -> bool:
        """Whether every word stands in the text."""
        low = text.lower()
        return all(any(spelling.lower() in low for spelling in spellings) for spellings in self.each)

    def order(self, number: str = "", name: str = "name") -> Case:
        """First what is called so, then what begins so, then what has the whole phrase in its name."""
        whole = next(iter(self.each))[-1] if len(self.each) == 1 else self.phrase
        steps = [(f"{number}__iexact", 0)] if number else []
        steps += [(f"{name}__iexact", 1), (f"{name}__istartswith", 2), (f"{name}__icontains", 3)]
        return Case(
            *(When(**{step: whole}, then=Value(rank)) for step, rank in steps),
            default=Value(9),
            output_field=IntegerField(),
        )

    def _one(self, spellings: Iterable[str], fields: Iterable[str]) -> Q:
        return reduce(or_, (Q(**{f"{field}__icontains": word}) for field in fields for word in spellings))


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One record that was found. `number` leads straight to it; `text` says where the words stand in it."""

    title: str
    url: str
    number: str = ""
    text: str = ""
    whose: str = ""
    state: str = ""
    title_spans: Spans = ()
    text_spans: Spans = ()


@dataclass
class Found:
    """What one kind of record has for a question: how many, the first of them, and the list with all."""

    count: int = 0
    hits: list[Hit] = field(default_factory=list)
    all_url: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of record that can be searched; `look(user, words, limit)` sees only what the person may see."""

    key: str
    label: str | Promise
    icon: str
    look: Callable[[Any, Words, int], Found]


def hit(words: Words, *, title: str, texts: Iterable[str] = (), **more: Any) -> Hit:
    """A hit with the words marked: in its title, and in the first of the texts that has one of them."""
    told = [text for text in texts if text]
    shown = next((text for text in told if words.spans(text)), told[0] if told else "")
    text = excerpt(shown, words)
    return Hit(title=title, text=text, title_spans=words.spans(title), text_spans=words.spans(text), **more)


def excerpt(text: str, words: Words) -> str:
    """A piece of a text around the first word that stands in it, in one line."""
    line = " ".join(text.split())
    spans = words.spans(line)
    start = max(0, spans[0][0] - BEFORE) if spans and spans[0][1] > EXCERPT else 0
    piece = line[start : start + EXCERPT]
    return ("…" if start else "") + piece + ("…" if start + EXCERPT < len(line) else "")


def first_of(rows: QuerySet[Any], words: Words, limit: int, **order: str) -> tuple[int, Sequence[Any]]:
    """How many rows there are, and the first of them, in one query."""
    ranked = rows.annotate(rank=words.order(**order), all_of_them=Window(Count("pk"))).order_by("rank", "-pk")
    page = list(ranked[: max(limit, 1)])
    return (page[0].all_of_them if page else 0), page[:limit]
