"""Two reviewers put modules together or judge at the same moment."""

import pytest

from common.models import AuditEvent
from reviews.models import Cluster, ClusterMember, PairVerdict
from reviews.services import clusters, verdicts
from tests import scenes
from tests.factories import city
from tests.races.racing import race
from tests.scenes import module

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place():
    return city()


@pytest.fixture
def lines(place):
    return [module(scenes.application(place, department, 100)) for department in ("health", "police", "transport")]


def test_a_module_that_two_people_take_stands_in_one_cluster(place, lines):
    li, wang = place.people.li, place.people.wang
    first, second = race(
        lambda: clusters.create_cluster(place.round, lines[:2], by=li, name="甲"),
        lambda: clusters.create_cluster(place.round, lines[1:], by=wang, name="乙"),
    )
    assert first.won
    assert "one cluster at most" in str(second.refusal)
    assert (Cluster.objects.get().name, ClusterMember.objects.count()) == ("甲", 2)
    assert AuditEvent.objects.filter(action="cluster.created").count() == 1


def test_a_cluster_that_is_joined_meanwhile_is_gone(place, lines):
    li, wang = place.people.li, place.people.wang
    one = clusters.create_cluster(place.round, lines[:1], by=li, name="甲")
    other = clusters.create_cluster(place.round, lines[1:], by=li, name="乙")
    first, second = race(
        lambda: clusters.join(one, other, by=li),
        lambda: clusters.rename(other, "丙", by=wang),
    )
    assert first.won
    assert "This cluster is gone" in str(second.refusal)
    assert ClusterMember.objects.filter(cluster=one).count() == 3


def test_of_two_verdicts_on_a_pair_the_later_one_stays_and_both_are_in_the_trail(place, lines):
    a, b = lines[:2]
    first, second = race(
        lambda: verdicts.judge_pair(a, b, "duplicate", by=place.people.li),
        lambda: verdicts.judge_pair(b, a, "different", by=place.people.wang),
    )
    assert first.won
    assert second.won
    assert PairVerdict.objects.get().verdict == "different"
    events = AuditEvent.objects.filter(action="verdict.given").order_by("pk")
    assert [event.details["before"] for event in events] == ["", "duplicate"]
