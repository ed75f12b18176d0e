"""What other weights would change: pairs that the machine found, and in which band they would stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from matching.score import PARTS, Weights
from projects.states import UNDER_WAY
from reviews.models import Finding
from reviews.states import Band

TOLD = 20  # pairs that are named: those whose score moves most
COLUMNS = (
    "pair_key", "evidence__match__parts", "line__name", "other_line__name", "function__name", "capability__name",
)  # fmt: skip


def moved(jurisdiction: int, before: Weights, after: Weights) -> dict[str, Any]:
    """Of the pairs found beside modules under way: how many change their band, from which to which, and which most."""
    found = list(_found(jurisdiction))
    parts = np.array([[known[part] for part in PARTS] for _, known, _, _ in found], np.float64).reshape(-1, len(PARTS))
    scores = np.column_stack([before.scores(parts), after.scores(parts)]).round(4).tolist()
    rows = []
    for (key, _, one, other), (old, new) in zip(found, scores, strict=True):
        bands = str(before.band(old)), str(after.band(new))
        if bands[0] != bands[1]:
            rows.append({"key": key, "names": [one, other], "scores": [old, new], "bands": list(bands)})
    rows.sort(key=lambda row: (-abs(row["scores"][1] - row["scores"][0]), row["key"]))
    counts = Counter(tuple(row["bands"]) for row in rows)
    return {
        "of": len(found),
        "counts": [[*bands, count] for bands, count in sorted(counts.items())],
        "pairs": rows[:TOLD],
    }


def _found(jurisdiction: int) -> Iterator[tuple[str, dict[str, float], str, str]]:
    """Each pair once that was judged by its parts: key, parts, both names. Copies keep their band with any weights."""
    rows = Finding.objects.filter(
        line__application__round__jurisdiction=jurisdiction, line__application__status__in=UNDER_WAY, score__lt=1
    )
    seen: set[str] = set()
    for key, parts, name, *others in rows.exclude(band=Band.DOUBTFUL).order_by("pk").values_list(*COLUMNS):
        if key not in seen and isinstance(parts, dict) and parts.keys() >= set(PARTS):
            seen.add(key)
            yield key, parts, name, next((other for other in others if other), "")
