"""Two people want the last of a capability at once: never more is granted than there is."""

import pytest

from catalog.models import Capability
from reviews.models import CapabilityRequest
from reviews.queries.capacity import capacity_of
from reviews.services import acts, requests, retiring
from reviews.services.plan import Choice, plan
from tests import scenes
from tests.factories import CapabilityFactory, SystemFactory, city
from tests.races.racing import one_wins, race
from tests.scenes import module

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place():
    return city()


@pytest.fixture
def video(place):
    return CapabilityFactory(jurisdiction=place.jurisdiction, capacity=100)


def asked(place, video, quota=60):
    return requests.ask(
        video, by=place.people.health, system=SystemFactory(owner=place.health), purpose="接入", quota=quota
    )


def test_two_grants_never_exceed_the_capacity(place, video):
    first, second = asked(place, video), asked(place, video)
    one_wins(
        lambda: requests.grant(first, by=place.people.catalog),
        lambda: requests.grant(second, by=place.people.catalog),
        sentence="40 are free, and 60 are to be granted",
        action="capabilityrequest.granted",
    )
    assert capacity_of(video).granted == 60


def test_one_request_is_decided_once(place, video):
    request = asked(place, video)
    one_wins(
        lambda: requests.grant(request, by=place.people.catalog),
        lambda: requests.refuse(request, by=place.people.catalog, reason="已满"),
        sentence="cannot become",
        action="capabilityrequest.granted",
    )


def test_one_system_asks_once(place, video):
    system = SystemFactory(owner=place.health)

    def ask():
        return requests.ask(video, by=place.people.health, system=system, purpose="接入")

    one_wins(ask, sentence="asked for already", action="capabilityrequest.asked")


def test_a_grant_and_the_undo_of_its_act_leave_nothing_granted(place, video):
    made = scenes.application(place, "health", 100)
    act = scenes.decide(place, Choice(module(made).pk, "strip", capability=video.pk))
    acts.ask_undo(act, by=place.people.li)
    request = CapabilityRequest.objects.get()
    first, second = race(
        lambda: requests.grant(request, by=place.people.catalog, quota=5),
        lambda: acts.undo(act, by=place.people.wang),
    )
    assert first.won and second.won
    assert CapabilityRequest.objects.get().status == "ended"
    assert capacity_of(video).free == 100


def test_a_strip_onto_a_capability_that_is_being_granted_waits_for_nobody(place, video):
    request = asked(place, video)
    made = scenes.application(place, "police", 100)
    act = plan("统一接入", [Choice(module(made).pk, "strip", capability=video.pk)], by=place.people.li)
    acts.propose(act, by=place.people.li)
    first, second = race(
        lambda: requests.grant(request, by=place.people.catalog),
        lambda: acts.confirm(act, by=place.people.wang),
    )
    assert first.won and second.won
    assert CapabilityRequest.objects.open().count() == 2


@pytest.mark.postgres
def test_without_the_lock_of_the_capability_both_would_be_granted(place, video, monkeypatch):
    """The race is a real one."""
    first, second = asked(place, video), asked(place, video)
    monkeypatch.setattr(requests, "_held", lambda pk: Capability.objects.get(pk=pk))
    race(
        lambda: requests.grant(first, by=place.people.catalog), lambda: requests.grant(second, by=place.people.catalog)
    )
    assert capacity_of(video).granted == 120


def test_nobody_asks_for_what_is_being_retired(place, video):
    system = SystemFactory(owner=place.health)
    one_wins(
        lambda: retiring.retire(video, by=place.people.catalog, reason="到期"),
        lambda: requests.ask(video, by=place.people.health, system=system, purpose="接入"),
        sentence="takes nobody new",
        action="capability.retired",
    )
    assert not CapabilityRequest.objects.exists()
