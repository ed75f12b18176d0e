"""One question to all kinds of records, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from catalog.models import Capability, SystemFunction
from catalog.queries.search import capability_hit, function_hit
from common.search import Hit, Kind, Words
from governance.models import User
from matching.text import normalise
from projects.models import Line
from projects.queries.search import module_hit
from reviews.services.screening import lookup

APPS = ("projects", "catalog", "reviews", "budgets", "governance")
FIRST, ALL = 5, 50  # hits of one kind beside others, and alone
LIKELY = 4  # of each kind, in other words
LIKE = {
    Capability: ("capability", capability_hit),
    SystemFunction: ("system", function_hit),
    Line: ("module", module_hit),
}


@dataclass(frozen=True)
class Group:
    """What one kind of record has."""

    key: str
    label: str | Promise
    icon: str
    count: int
    hits: list[Hit]
    all_url: str


@dataclass(frozen=True)
class Result:
    """What the words found, the kinds in their order."""

    words: Words
    groups: list[Group] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)

    @property
    def only(self) -> str:
        """The address of the one record that has the question for its number; empty when there is none."""
        asked = {spelling.lower() for spellings in self.words.each for spelling in spellings}
        if len(self.words.each) != 1:
            return ""
        urls = {hit.url for group in self.groups for hit in group.hits if hit.number.lower() in asked and hit.url}
        return urls.pop() if len(urls) == 1 else ""


@dataclass(frozen=True)
class Likeness:
    """What says something like the question in other words."""

    groups: list[Group]
    is_degraded: bool
    is_complete: bool


@cache
def kinds() -> tuple[Kind, ...]:
    """The `KINDS` of every app that has some."""
    rooms = [import_module(f"{app}.queries") for app in APPS]
    found = [import_module(f"{room.__name__}.search") for room in rooms if module_has_submodule(room, "search")]
    return tuple(kind for room in found for kind in room.KINDS)


def read(text: str) -> Words:
    """The words of a question, in traditional characters or simplified ones, whatever the records have."""
    return Words.read(text, lambda word: normalise(word).text or word)


def by_words(user: User, words: Words, kind: str = "", first: int = FIRST) -> Result:
    """What is found of every kind: the first few, and all that fit on a page of the kind that was chosen."""
    if not words or user.acting is None:
        return Result(words)
    found = [(one, one.look(user, words, ALL if one.key == kind else first)) for one in kinds()]
    return Result(
        words,
        [Group(one.key, one.label, one.icon, got.count, got.hits, got.all_url) for one, got in found if got.count],
    )


def by_meaning(user: User, words: Words) -> Likeness:
    """What means the same in other words: what has the words themselves is among what they found."""
    nearby = lookup.near(user, words.phrase)
    hits: dict[str, dict[str, Hit]] = {}
    for thing in nearby.things:
        kind, told = LIKE[type(thing)]
        hit = told(thing, words)  # type: ignore[operator]
        if not words.are_in(f"{hit.title} {hit.text}"):
            hits.setdefault(kind, {}).setdefault(hit.title, hit)  # one of those with the same name is enough
    groups = [_likely(kind, list(hits[kind.key].values())[:LIKELY]) for kind in kinds() if kind.key in hits]
    return Likeness(groups, nearby.is_degraded, nearby.is_complete)


def _likely(kind: Kind, hits: list[Hit]) -> Group:
    return Group(kind.key, kind.label, kind.icon, len(hits), hits, "")
