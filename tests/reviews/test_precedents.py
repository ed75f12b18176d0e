"""What was decided before about modules like these, and what an act does to capabilities."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse

from governance.models import Round
from reviews.models import Finding
from reviews.queries.effect import effect
from reviews.queries.precedents import precedents
from reviews.services.plan import Choice, draft
from tests import scenes
from tests.factories import CapabilityFactory, RoundFactory, city
from tests.reviews.pages import browser, two
from tests.scenes import keep, module

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return city()


def alike(line, other, band="likely", pool="earlier"):
    Finding.objects.create(
        line=line, other_line=other, pool=pool, band=band, score=0.9, pair_key=f"{line.pk}-{other.pk}"
    )


@pytest.fixture
def earlier(place):
    """Two decided modules of an earlier round, and one that is still open."""
    rows = [module(scenes.application(place, who, 100)) for who in ("health", "police", "transport")]
    scenes.decide(place, keep(rows[0], 80), Choice(rows[1].pk, "reject"))
    before = RoundFactory(jurisdiction=place.jurisdiction, year=place.round.year - 1, status="closed")
    for row in rows:
        row.application.round = before
        row.application.save(update_fields=["round"])
    return rows


def test_standing_decisions_of_earlier_rounds_are_told_with_their_sums(place, earlier):
    line = module(scenes.application(place, "health", 50))
    for other in earlier:
        alike(line, other)
    found = precedents([line])
    assert sorted(found.kinds) == [("keep", 1), ("reject", 1)]
    assert (found.count, found.declared, found.own, found.share) == (2, Decimal("200.00"), Decimal("80.00"), 40)


def test_what_is_only_worth_a_look_or_of_the_same_round_is_no_precedent(place, earlier):
    line = module(scenes.application(place, "health", 50))
    alike(line, earlier[0], band="look")
    alike(line, earlier[1], pool="round")
    assert precedents([line]).count == 0
    assert precedents([]).share == 0


def test_the_workbench_shows_them(place, earlier):
    line = module(scenes.application(place, "health", 50))
    alike(line, earlier[0])
    page = browser(place.people.li).get(reverse("reviews:workbench", args=[place.round.pk]), {"line": line.pk})
    body = page.content.decode()
    assert "1 module of earlier rounds" in body and earlier[0].name in body
    assert Round.objects.count() == 2


def test_what_a_capability_receives_is_told_before_and_after(place):
    pair = two(place)
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, provider=place.bureau)
    strip = SimpleNamespace(
        line=pair.a, kind="strip", own=Decimal(0), moved=Decimal(30), target_line=pair.b, target_component=None,
        capability_id=capability.pk,
    )  # fmt: skip
    changes = effect([strip], {}).capabilities
    assert [(c.label, c.before, c.after) for c in changes] == [(capability.name, Decimal(0), Decimal(30))]
    assert effect(draft([keep(pair.b)]), {}).capabilities == []
