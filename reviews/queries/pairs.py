"""Pairs of texts: their key, what the machine found between them, what a person said of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from matching.records import Record, unordered_pair_key
from projects.models import Line
from reviews.models import Finding, PairVerdict
from reviews.queries.texts import Compared, text_of
from reviews.states import Band

SHARPNESS = {Band.LIKELY: 0, Band.DOUBTFUL: 1, Band.LOOK: 2}
FEW = 8  # modules up to which every pair is shown


@dataclass(frozen=True)
class Pair:
    """Two modules of a cluster: what the machine found between them, what a person says."""

    one: int
    other: int
    key: str
    finding: int | None
    score: float | None
    band: str
    verdict: str


def record_of(thing: Compared) -> Record:
    """A module, a function of a system or a capability, as texts are compared."""
    return Record(f"{thing._meta.model_name}-{thing.pk}", "", *text_of(thing))


def pair_key_of(one: Compared, other: Compared) -> str:
    """The same for both orders, and for other records with the same texts."""
    return unordered_pair_key(record_of(one), record_of(other))


def matched(finding: Finding) -> Compared | None:
    """What was found beside the module; nothing when it could not be compared."""
    return finding.other_line or finding.function or finding.capability


def pairs_among(
    lines: Iterable[Line], jurisdiction: int, findings: Iterable[Finding], *, against: int | None = None
) -> list[Pair]:
    """What is known of the pairs of these modules, in their order, with what was found between them.

    Of many modules only those pairs are told that the machine found, or that stand beside ``against``.
    """
    lines = list(lines)
    found = {frozenset((f.line_id, f.other_line_id)): f for f in findings}
    rows: list[tuple[Line, Line, str, Finding | None]] = []
    for at, one in enumerate(lines):
        for other in lines[at + 1 :]:
            finding = found.get(frozenset((one.pk, other.pk)))
            if finding or len(lines) <= FEW or against in {one.pk, other.pk}:
                rows.append((one, other, finding.pair_key if finding else pair_key_of(one, other), finding))
    said = verdicts_on((key for _one, _other, key, _finding in rows), jurisdiction)
    return [
        Pair(one.pk, other.pk, key, f.pk if f else None, f.score if f else None, f.band if f else "", said.get(key, ""))
        for one, other, key, f in rows
    ]


def findings_between(lines: list[Line]) -> list[Finding]:
    """What was found between these modules, the sharpest last."""
    rows = Finding.objects.filter(line__in=lines, other_line__in=lines)
    return sorted(rows, key=lambda f: (SHARPNESS[Band(f.band)], -(f.score or 0)), reverse=True)


def verdicts_on(keys: Iterable[str], jurisdiction: int) -> dict[str, str]:
    """What people of the jurisdiction said of these pairs."""
    rows = PairVerdict.objects.filter(jurisdiction=jurisdiction, pair_key__in=set(keys))
    return dict(rows.values_list("pair_key", "verdict"))


def finding_between(one: Line, other: Line) -> Finding | None:
    """What the machine found between two modules, in either direction."""
    rows = Finding.objects.filter(Q(line=one, other_line=other) | Q(line=other, other_line=one))
    return rows.select_related("other_line__application", "line__application").first()
