"""In which order findings are put before people: the sharpest first, with uncertain ones among them.

Who only ever judges what ranks highest teaches the machine nothing about the rest. So one place in five goes to a
pair without a verdict whose score is nearest to where *likely* begins: there a verdict teaches most.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Exists, F, FloatField, IntegerField, OuterRef, QuerySet, Value, When, Window
from django.db.models.functions import Abs, Coalesce, Least, RowNumber

from matching.score import PRIOR
from reviews.models import Finding, PairVerdict, Screening
from reviews.queries.pairs import SHARPNESS

EVERY = 5  # one place in so many is for an uncertain pair
LAST = 9.0  # further than any score is from the boundary
RANK = Case(
    *(When(band=band, then=Value(rank, FloatField())) for band, rank in SHARPNESS.items()), output_field=FloatField()
) - Coalesce(F("score"), 0.0)


class Queue:
    """Findings in that order, a slice at a time; each has `is_uncertain` where that is why it stands there."""

    def __init__(self, rows: QuerySet[Finding], jurisdiction: int, last: Screening | None) -> None:
        self.rows, self.jurisdiction = rows.order_by(), jurisdiction
        used = last.weights if last else None
        self.edge = used.values["likely"] if used else PRIOR.likely

    def count(self) -> int:
        return self.rows.count()

    def __len__(self) -> int:
        return self.count()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self[:])

    def __getitem__(self, part: slice) -> list[Finding]:
        places = list(self._placed()[part])
        found = {row.pk: row for row in self.rows.filter(pk__in=[pk for pk, _, _ in places])}
        shown = []
        for pk, place, top in places:
            row: Any = found[pk]
            row.is_uncertain = place < top * EVERY
            shown.append(row)
        return shown

    def _placed(self) -> Any:
        """Key, place and rank of each: the n-th sharpest at 5n, the n-th uncertain one at 20n, so after four of them."""
        top = Window(RowNumber(), order_by=[RANK.asc(), F("pk").asc()])
        nearest = Window(RowNumber(), order_by=[self._distance().asc(), F("pk").asc()])
        rows = self.rows.select_related(None).defer(None).annotate(top=top, nearest=nearest)
        share = EVERY * (EVERY - 1)
        place = Least(F("top") * EVERY, F("nearest") * share + 1, output_field=IntegerField())
        return rows.annotate(place=place).order_by("place", "pk").values_list("pk", "place", "top")

    def _distance(self) -> Case:
        """How far a score is from the boundary; what has a verdict or no score comes last."""
        judged = PairVerdict.objects.filter(jurisdiction=self.jurisdiction, pair_key=OuterRef("pair_key"))
        return Case(
            When(score__isnull=True, then=Value(LAST)),
            When(Exists(judged), then=Value(LAST)),
            default=Abs(F("score") - Value(self.edge, FloatField())),
            output_field=FloatField(),
        )
