"""What people judged, as the engine learns from it: the parts of each pair, computed as the screening computes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from governance.models import Round
from matching.learning import Flags, Verdicts, compared, verdicts
from matching.reading import vectors_of
from matching.records import Prepared, Record
from reviews.models import Finding, PairVerdict, Screening
from reviews.services.screening import corpora, vectors
from reviews.services.screening.vectors import StoredVectors
from reviews.states import Pool

FEW = 20  # verdicts from which a pool or a category has figures of its own


@dataclass(frozen=True)
class Group:
    """Verdicts of one pool or of one category of functions."""

    by: str
    name: str
    chosen: Flags


@dataclass(frozen=True)
class Judged:
    """All that can teach: `count` verdicts until `until`, less those of copies and of texts that cannot be compared."""

    data: Verdicts
    groups: list[Group]
    count: int
    until: datetime


def of(jurisdiction: int) -> Judged | None:
    """What was judged here; nothing without verdicts on two texts, or without a model. Takes its time."""
    rows = [row for row in PairVerdict.objects.filter(jurisdiction=jurisdiction).order_by("pair_key") if row.right]
    round = _round(jurisdiction)
    if not rows or round is None or vectors.embedder().is_degraded:
        return None
    parts, usable = compared(corpora.of_round(round, {}), [_texts(row) for row in rows], _read)
    kept = [row for row, is_usable in zip(rows, usable.tolist(), strict=True) if is_usable]
    data = verdicts(parts[usable], [row.verdict for row in kept])
    return Judged(data, _groups(jurisdiction, kept), len(rows), max(row.at for row in rows))


def _round(jurisdiction: int) -> Round | None:
    """The round whose texts the judged pairs are seen among: the one that was screened last, or the newest."""
    last = Screening.objects.filter(round__jurisdiction=jurisdiction).select_related("round__jurisdiction").first()
    rows = Round.objects.filter(jurisdiction=jurisdiction).select_related("jurisdiction")
    return last.round if last else rows.order_by("-year", "-batch").first()


def _texts(row: PairVerdict) -> tuple[Record, Record]:
    left, right = (Record(f"{row.pk}", "", text["name"], text["description"]) for text in (row.left, row.right))
    return left, right


def _read(prepared: Sequence[Prepared]) -> Any:
    model = vectors.embedder()
    return vectors_of(prepared, model, cache=StoredVectors(model), seconds=corpora.LATE)


def _groups(jurisdiction: int, rows: Sequence[PairVerdict]) -> list[Group]:
    """By pool and by category, as the findings of now tell them; pairs that none tells any more stand in no group."""
    said = PairVerdict.objects.filter(jurisdiction=jurisdiction).values("pair_key")
    found = Finding.objects.filter(pair_key__in=said, line__application__round__jurisdiction=jurisdiction)
    told = found.order_by("-pk").values_list("pair_key", "pool", "line__category__name")
    pools: dict[str, str] = {}
    categories: dict[str, str] = {}
    for key, pool, category in told:
        pools[key] = pool
        categories[key] = category or ""
    keys = [row.pair_key for row in rows]
    return [
        *_named("pool", [pool.value for pool in Pool], [pools.get(key, "") for key in keys]),
        *_named("category", sorted(set(categories.values()) - {""}), [categories.get(key, "") for key in keys]),
    ]


def _named(by: str, names: Iterable[str], of: list[str]) -> list[Group]:
    chosen = {name: np.array([one == name for one in of], bool) for name in names}
    return [Group(by, name, flags) for name, flags in chosen.items() if flags.sum() >= FEW]
