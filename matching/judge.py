"""What is said of a pair and of a record. It never fails towards *not a duplicate*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matching.records import Prepared
from matching.score import Band, Parts, Weights
from matching.search import Near

Reason = Literal["empty", "short", "not_embedded", "cut", "degraded", "pool_incomplete"]

ALMOST = 0.9999  # only a copy is certain


@dataclass(frozen=True, slots=True)
class Match:
    """Two records of different projects. `a` is the one asked about (in pairs: the lesser id).

    `score` is 0 to 1; `parts` is None where one of them has no vector, and the score is then
    their lexical likeness alone. `reasons` say why a band is doubtful.
    """

    a: str
    b: str
    pool: str
    score: float
    band: Band
    parts: Parts | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found for one record: `matches` by falling score, and the `band` of the whole.

    A generic function is not compared. Where something that should have been compared could
    not be, the band is doubtful, never none; `reasons` say so also when something was found.
    """

    id: str
    band: Band
    is_generic: bool
    matches: tuple[Match, ...]
    reasons: tuple[Reason, ...] = ()


def judge(weights: Weights, is_degraded: bool, one: Prepared, near: Near, other: Prepared) -> Match:
    """The score and the band of two records."""
    score = _score(weights, near)
    band, reasons = weights.band(score), _reasons(one, near, other)
    if not reasons and band == Band.NONE:
        reasons = _limits(is_degraded, one, other)
    return Match(
        a=one.record.id,
        b=other.record.id,
        pool=other.record.pool,
        score=score,
        band=Band.DOUBTFUL if reasons else band,
        parts=near.parts if near.is_read else None,
        reasons=reasons,
    )


def conclude(
    one: Prepared,
    is_read: bool,
    matches: Sequence[Match],
    *,
    is_degraded: bool,
    is_incomplete: bool,
) -> Outcome:
    """What all the matches of a record say about it; `is_incomplete` when others lack vectors."""
    reasons = own_reasons(one, is_read)
    bands = {match.band for match in matches}
    if one.kind == "generic":
        band = Band.NONE
    elif reasons:
        band = Band.DOUBTFUL
    else:
        reasons = _limits(is_degraded, one, one) + (("pool_incomplete",) if is_incomplete else ())
        nothing = Band.DOUBTFUL if reasons else Band.NONE
        band = next((best for best in (Band.LIKELY, Band.LOOK) if best in bands), nothing)
    return Outcome(one.record.id, band, one.kind == "generic", tuple(matches), reasons)


def own_reasons(one: Prepared, is_read: bool) -> tuple[Reason, ...]:
    """Why nothing can be said of a record whatever it is compared with; none for most."""
    if one.kind == "generic":
        return ()
    if one.kind == "empty":
        return ("empty",)
    if one.kind == "short":
        return ("short",)
    return () if is_read else ("not_embedded",)


def _score(weights: Weights, near: Near) -> float:
    parts = near.parts
    if not near.is_read:
        return round(parts.lexical, 6)
    if near.is_copy:
        return 1.0
    return round(min(weights.score(parts), ALMOST), 6)


def _reasons(one: Prepared, near: Near, other: Prepared) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    if "short" in (one.kind, other.kind):
        reasons.append("short")
    if not near.is_read:
        reasons.append("not_embedded")
    return tuple(reasons)


def _limits(is_degraded: bool, one: Prepared, other: Prepared) -> tuple[Reason, ...]:
    """Why *nothing found* would say too much."""
    reasons: list[Reason] = []
    if one.is_cut or other.is_cut:
        reasons.append("cut")
    if is_degraded:
        reasons.append("degraded")
    return tuple(reasons)
