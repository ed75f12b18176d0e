"""Shared wording of two texts, as places that a page can mark.

A finding keeps what `matching.evidence.Evidence.as_dict` says: in `aligned` pairs of places, `a` in the module
asked about and `b` in what was found, each with field, start and end in characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

Evidence = Mapping[str, Any]
Marks = list[tuple[int, int, int]]  # start, end, group: as {% marked %} takes them


class Place(NamedTuple):
    """Characters of a field."""

    field: str
    start: int
    end: int


def aligned(evidence: Evidence, *, swapped: bool = False) -> list[tuple[Place, Place]]:
    """The pairs of places that say the same; ``swapped`` puts what was found first."""
    sides = ("b", "a") if swapped else ("a", "b")
    pairs = ([_place(one.get(side)) for side in sides] for one in evidence.get("aligned", ()))
    return [(here, there) for here, there in pairs if here and there]


def _place(said: Any) -> Place | None:
    try:
        return Place(str(said["field"]), int(said["start"]), int(said["end"]))
    except (KeyError, TypeError, ValueError):
        return None  # evidence of an older screening, in other words: shown without marks


def marks(evidence: Evidence, field: str, *, found: bool = False) -> Marks:
    """What to mark in a field of the module asked about, or of what was ``found``."""
    pairs = enumerate(aligned(evidence, swapped=found))
    return [(here.start, here.end, group) for group, (here, _there) in pairs if here.field == field]


def struck(evidence: Evidence, *, found: bool = False) -> list[tuple[int, int]]:
    """What did not count in the description of the module asked about, or of what was ``found``."""
    spans = evidence.get("removed_b" if found else "removed_a") or ()
    return [(int(start), int(end)) for start, end in spans]


class Words(NamedTuple):
    """Words of both texts that say the same: how alike, and how telling, in hundredths of the most telling ones."""

    here: str
    there: str
    likeness: int
    weight: int


def words(evidence: Evidence, here: Mapping[str, str], there: Mapping[str, str]) -> list[Words]:
    """Aligned words with their weights, the most telling first; both texts are given by field."""
    found = []
    for one in evidence.get("aligned", ()):
        mine, other = _place(one.get("a")), _place(one.get("b"))
        if mine and other and "weight" in one:
            texts = here.get(mine.field, "")[mine.start : mine.end], there.get(other.field, "")[other.start : other.end]
            found.append(Words(*texts, round(100 * one["likeness"]), round(100 * one["weight"])))
    return sorted(found, key=lambda row: -row.weight)


VERSIONS = {"model": _("model"), "weights": _("weights"), "engine": _("engine")}


def versions(evidence: Evidence) -> list[tuple[str, str]]:
    """Which model, weights and engine said so; an older finding does not name all of them."""
    return [(str(name), evidence[key]) for key, name in VERSIONS.items() if evidence.get(key)]


DOUBTS = {
    "empty": _("there is no text"),
    "short": _("the text says too little"),
    "not_embedded": _("the model could not read it"),
    "cut": _("the text is longer than what is read"),
    "degraded": _("there is no model: only characters were compared"),
    "pool_incomplete": _("some of what it is compared with could not be read"),
}


def doubts(evidence: Evidence) -> list[str]:
    """Why the machine is in doubt, in words."""
    match = evidence.get("match") or {}
    return [str(DOUBTS.get(code, code)) for code in evidence.get("reasons") or match.get("reasons") or ()]


class Shared(NamedTuple):
    """Descriptions of several modules beside a reference: marks per module, and the points that they share."""

    marks: dict[int, Marks]
    points: list[tuple[str, Marks]]


def shared(reference: int, text: str, others: Iterable[tuple[int, Evidence, bool]]) -> Shared:
    """Marks with one group per stretch of the reference's description that others share.

    ``others`` are (module, evidence, whether the evidence was found from the reference's side).
    """
    pairs: list[tuple[int, Place, Place]] = []
    for module, evidence, from_reference in others:
        pairs += [
            (module, base, other)
            for base, other in aligned(evidence, swapped=not from_reference)
            if base.field == other.field == "description"
        ]
    stretches = _merged((base.start, base.end) for _module, base, _other in pairs)
    found: dict[int, Marks] = {reference: [(start, end, group) for group, (start, end) in enumerate(stretches)]}
    for module, base, other in pairs:
        group = next(n for n, (start, end) in enumerate(stretches) if start <= base.start and base.end <= end)
        found.setdefault(module, []).append((other.start, other.end, group))
    words = ((text[start:end], group) for group, (start, end) in enumerate(stretches))
    return Shared(found, [(word, [(0, len(word), group)]) for word, group in words if word.strip()])


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that overlap become one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
