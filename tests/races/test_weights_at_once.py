"""Weights put in use by two at once: one of them does, and never two weights are in use."""

import pytest

from matching.safely import vector_id
from matching.score import PRIOR
from reviews.models import MatchWeights
from reviews.services import weights
from reviews.services.screening import vectors
from tests.factories import city
from tests.matching.conftest import Quick
from tests.races.racing import one_wins

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(monkeypatch):
    model = Quick()
    monkeypatch.setattr(vectors, "embedder", lambda: model)
    return city()


def candidate(place, number):
    return MatchWeights.objects.create(
        jurisdiction=place.jurisdiction, number=number, state="candidate", values=PRIOR.as_dict(), verdicts=60,
        model_id=vector_id(vectors.embedder()), last_verdict="2026-01-01T00:00Z",
    )  # fmt: skip


def test_of_two_who_put_the_same_weights_in_use_one_does(place):
    row, head = candidate(place, 1), place.people.head
    one_wins(
        lambda: weights.activate(row, by=head),
        lambda: weights.activate(row, by=head),
        sentence="This is “in use” now and cannot become “in use”",
        action="weights.activated",
    )
    assert MatchWeights.objects.get().state == "active"


def test_of_two_who_roll_back_one_does(place):
    head = place.people.head
    weights.activate(candidate(place, 1), by=head)
    one_wins(
        lambda: weights.roll_back(place.jurisdiction, by=head),
        lambda: weights.roll_back(place.jurisdiction, by=head),
        sentence="nothing to go back to",
        action="weights.rolled_back",
    )
    assert MatchWeights.objects.get().state == "retired"
