"""The queue of pairs to judge: the sharpest first, one place in five for an uncertain one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import timezone

from matching.score import PRIOR
from reviews.models import Finding, MatchWeights, PairVerdict, Screening
from reviews.queries.queue import Queue
from tests.factories import UserFactory, city
from tests.reviews.pages import look, text
from tests.reviews.screening import application

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> SimpleNamespace:
    return city()


@pytest.fixture
def rows(place: SimpleNamespace) -> list[Finding]:
    """40 pairs by falling score from .98; those from .35 on are likely."""
    line = application(place, "health", ("视频汇聚", "接入探头。")).lines.get()
    others = application(place, "police", *[(f"模块{at}", "说明") for at in range(40)]).lines.order_by("sequence")
    scores = [0.98 - 0.024 * at for at in range(40)]
    return Finding.objects.bulk_create(
        Finding(
            line=line, other_line=other, pool="round", score=score, pair_key=f"{at:02d}",
            band="likely" if score >= PRIOR.likely else "look",
        )
        for at, (other, score) in enumerate(zip(others, scores, strict=True))
    )  # fmt: skip


def queue(place: SimpleNamespace) -> Queue:
    return Queue(Finding.objects.all(), place.jurisdiction.pk, Screening.objects.first())


def judged(place: SimpleNamespace, key: str) -> None:
    PairVerdict.objects.create(jurisdiction=place.jurisdiction, pair_key=key, verdict="related", by=UserFactory())


def test_one_place_in_five_goes_to_the_pairs_nearest_to_the_boundary(place, rows):
    shown = queue(place)[:20]
    uncertain = [one for one in shown if one.is_uncertain]
    assert len(uncertain) == 4
    nearest = sorted(rows, key=lambda one: abs(one.score - PRIOR.likely))[:4]
    assert {one.pair_key for one in uncertain} == {one.pair_key for one in nearest}
    assert [place for place, one in enumerate(shown) if one.is_uncertain] == [4, 9, 14, 19]
    sharpest = [one.pair_key for one in shown if not one.is_uncertain]
    assert sharpest == [one.pair_key for one in rows[:16]]


def test_each_pair_stands_once_whatever_the_page(place, rows):
    pages = [one.pk for start in range(0, 40, 7) for one in queue(place)[start : start + 7]]
    assert sorted(pages) == sorted(one.pk for one in rows)
    assert pages == [one.pk for one in queue(place)]


def test_what_was_judged_is_not_asked_for_as_uncertain(place, rows):
    first = next(one for one in queue(place)[:20] if one.is_uncertain)
    judged(place, first.pair_key)
    assert first.pair_key not in {one.pair_key for one in queue(place)[:20] if one.is_uncertain}


def test_the_boundary_is_that_of_the_weights_that_were_screened_with(place, rows):
    head = place.people.head
    values = PRIOR.as_dict() | {"likely": 0.1}
    used = MatchWeights.objects.create(
        jurisdiction=place.jurisdiction, number=1, state="active", values=values, verdicts=50, learnt_by=head,
        last_verdict="2026-01-01T00:00Z", activated_at="2026-01-01T00:00Z", activated_by=head,
    )  # fmt: skip
    Screening.objects.create(round=place.round, state="done", finished_at=timezone.now(), weights=used)
    nearest = min(rows, key=lambda one: abs(one.score - 0.1))
    assert [one.pair_key for one in queue(place)[:5]][-1] == nearest.pair_key


def test_the_page_says_why_a_pair_is_asked_and_sorts_as_it_is_told(place, rows):
    Screening.objects.create(round=place.round, state="done", finished_at=timezone.now())
    page = text(look(place.people.li, "screening", place.round.pk))
    assert "asked because it is uncertain" in page
    assert "One pair in five" in page
    sorted_page = text(look(place.people.li, "screening", place.round.pk, ordering="score"))
    assert "asked because it is uncertain" not in sorted_page
