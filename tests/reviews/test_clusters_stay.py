"""Clusters keep their addresses, and people's work stays, when a round is screened again after modules came and went."""

from __future__ import annotations

import random

import numpy as np
import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from projects.models import Application, Line
from projects.states import ApplicationStatus
from reviews.models import Cluster, ClusterMember, Disposition, Finding, PairVerdict
from reviews.queries.prototypes import prototypes
from reviews.services import acts, clusters, verdicts
from reviews.services.plan import Choice
from reviews.services.screening import corpora
from reviews.services.screening.grouping import heirs
from tests import scenes
from tests.factories import CapabilityFactory, city
from tests.reviews.screening import GRID, SEAL, SEAL_TOO, WATER, application, screened

GROUPS = st.lists(st.integers(0, 8), min_size=1, max_size=40).map(
    lambda homes: [group for home in range(9) if len(group := [pk for pk, at in enumerate(homes) if at == home]) > 1]
)


def of(groups, found):
    return {tuple(group): found.get(place) for place, group in enumerate(groups)}


@given(GROUPS, st.dictionaries(st.integers(0, 40), st.integers(100, 108)), st.randoms(use_true_random=False))
def test_who_inherits_a_cluster_does_not_hang_on_an_order(groups, stood, chance: random.Random):
    found = of(groups, heirs(groups, stood))
    heritage = [cluster for cluster in found.values() if cluster]
    assert len(heritage) == len(set(heritage))
    shuffled = [chance.sample(group, len(group)) for group in chance.sample(groups, len(groups))]
    again = {tuple(sorted(group)): cluster for group, cluster in of(shuffled, heirs(shuffled, stood)).items()}
    assert again == found


@given(GROUPS)
def test_the_same_groups_keep_their_clusters(groups):
    stood = {pk: 100 + place for place, group in enumerate(groups) for pk in group}
    assert heirs(groups, stood) == {place: 100 + place for place in range(len(groups))}


@given(GROUPS, st.dictionaries(st.integers(0, 40), st.integers(100, 108)))
def test_what_is_mostly_the_same_keeps_its_address(groups, stood):
    found = heirs(groups, stood)
    members = list(stood.values())
    for place, group in enumerate(groups):
        for cluster in set(members):
            shared = sum(stood.get(pk) == cluster for pk in group)
            if shared * 2 > len(group) and shared * 2 > members.count(cluster):
                assert found[place] == cluster


@pytest.fixture
def place():
    return city()


def state():
    """Clusters by address, with their modules; and the rows that say so."""
    rows = ClusterMember.objects.order_by("line").values_list("cluster", "line", "pk")
    return list(rows), dict(Cluster.objects.values_list("pk", "name"))


def four(place):
    """Four applications that ask for seals."""
    departments = ("health", "police", "transport", "health")
    return [application(place, name, text) for name, text in zip(departments, [SEAL, SEAL_TOO] * 2, strict=True)]


def lines(*applications):
    return set(Line.objects.filter(application__in=applications).values_list("pk", flat=True))


def members(cluster):
    return set(ClusterMember.objects.filter(cluster=cluster).values_list("line", flat=True))


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_nothing_changes_when_nothing_changed(place):
    four(place)
    application(place, "health", WATER)
    application(place, "police", WATER)
    screened(place)
    before = state()
    assert len(before[1]) == 2
    for _ in range(2):
        corpora.forget()
        screened(place)
        assert state() == before


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_modules_come_and_go_and_the_cluster_keeps_its_address(place):
    made = four(place)
    screened(place)
    cluster = Cluster.objects.get()
    application(place, "police", SEAL)
    ended = {"ended_at": timezone.now(), "ended_by": place.people.health}
    Application.objects.filter(pk=made[0].pk).update(status=ApplicationStatus.WITHDRAWN, **ended)
    screened(place)
    assert Cluster.objects.get() == cluster
    assert members(cluster) == lines(*Application.objects.exclude(pk=made[0].pk))


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_a_cluster_that_the_machine_splits_lives_on_with_its_first_module(place):
    made = four(place)
    screened(place)
    cluster = Cluster.objects.get()
    Line.objects.filter(application__in=made[2:]).update(name=WATER[0], description=WATER[1])
    for _ in range(2):
        screened(place)
        (other,) = Cluster.objects.exclude(pk=cluster.pk)
        assert (members(cluster), members(other)) == (lines(*made[:2]), lines(*made[2:]))


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_what_people_split_and_joined_stays(place):
    made = four(place)
    others = application(place, "health", WATER), application(place, "police", WATER)
    strangers = application(place, "transport", GRID), application(place, "health", GRID)
    screened(place)
    by = {"by": place.people.li}
    seals, water, grid = (Cluster.objects.get(name=name) for name, _ in (SEAL, WATER, GRID))
    part = clusters.split(seals, lines(made[3]), name="另议", **by)
    clusters.join(water, grid, **by)
    application(place, "transport", SEAL)
    application(place, "transport", WATER)
    for _ in range(2):
        screened(place)
        assert members(seals) == lines(*made[:3])
        assert members(part) == lines(made[3])
        assert members(water) == lines(*others, *strangers)
        assert not Cluster.objects.exclude(pk__in=[seals.pk, part.pk, water.pk]).exists()


def judge(one, other, verdict, place):
    found = Finding.objects.get(line__application=one, other_line__application=other)
    verdicts.judge(found, verdict, by=place.people.li)


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_what_people_called_different_is_not_put_together_again(place):
    first, second = (application(place, name, text) for name, text in (("health", SEAL), ("police", SEAL_TOO)))
    third = application(place, "transport", SEAL)
    screened(place)
    cluster = Cluster.objects.get()
    judge(first, second, "different", place)
    screened(place)
    assert members(cluster) == lines(first, third)
    assert not ClusterMember.objects.filter(line__application=second).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_what_people_called_a_duplicate_stays_together_whatever_the_machine_says(place, monkeypatch):
    one, other = application(place, "health", SEAL), application(place, "police", SEAL_TOO)
    screened(place)
    cluster = Cluster.objects.get()
    judge(one, other, "duplicate", place)
    monkeypatch.setattr("matching.corpus.Corpus.likeness", lambda corpus, ids: np.eye(len(ids)))  # nothing is alike
    screened(place)
    assert members(cluster) == lines(one, other)
    PairVerdict.objects.all().delete()
    screened(place)
    assert not Cluster.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_decisions_and_verdicts_stay_with_their_modules_through_any_number_of_screenings(place):
    made = four(place)
    screened(place)
    for found in Finding.objects.filter(line__application=made[0]):
        verdicts.judge(found, "duplicate", by=place.people.li)
    said = set(PairVerdict.objects.values_list("pair_key", "verdict"))
    one, other = made[0].lines.get(), made[1].lines.get()
    scenes.decide(place, scenes.keep(one), scenes.merge(other, one, 0))
    cluster = Cluster.objects.get()
    decided = list(Disposition.objects.order_by("pk").values_list("pk", "line", "kind", "state"))
    for _ in range(2):
        application(place, "transport", SEAL)
        screened(place)
        assert members(cluster) == lines(*made)
        assert list(Disposition.objects.order_by("pk").values_list("pk", "line", "kind", "state")) == decided
        assert set(PairVerdict.objects.values_list("pair_key", "verdict")) == said


# -- capabilities of the catalog


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_what_people_said_of_a_capability_becomes_its_examples(place):
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered=SEAL[1])
    elsewhere = city("elsewhere")
    made = [application(place, name, SEAL) for name in ("health", "police", "transport")]
    screened(place)
    for one, verdict in zip(made, ["duplicate", "different", "related"], strict=True):
        PairVerdict.objects.all().delete()
        found = Finding.objects.get(line__application=one, capability=capability)
        verdicts.judge(found, verdict, by=place.people.li)
        said = prototypes(place.jurisdiction.pk)
        assert prototypes(elsewhere.jurisdiction.pk).lines == set()
        same_texts = sorted(lines(*made))  # a verdict holds for texts
        assert said.confirmed == ({capability.pk: same_texts} if verdict == "duplicate" else {})
        assert said.denied == ({capability.pk: same_texts} if verdict == "different" else {})


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_whoever_is_stripped_for_a_capability_is_an_example_of_it_until_that_is_undone(place):
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, name=GRID[0], services_offered=GRID[1])
    line = application(place, "health", SEAL).lines.get()
    screened(place)
    act = scenes.decide(place, Choice(line.pk, "strip", capability=capability.pk), settled=False)
    assert prototypes(place.jurisdiction.pk).confirmed == {capability.pk: [line.pk]}
    acts.undo(acts.ask_undo(act, by=place.people.li), by=place.people.wang)
    assert prototypes(place.jurisdiction.pk).lines == set()


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_modules_of_different_capabilities_are_set_apart(place, monkeypatch):
    one, other = application(place, "health", SEAL), application(place, "police", SEAL_TOO)
    screened(place)
    assert members(Cluster.objects.get()) == lines(one, other)
    around = {f"line-{one.lines.get().pk}": "capability-1", f"line-{other.lines.get().pk}": "capability-2"}
    monkeypatch.setattr("reviews.services.screening.grouping.capabilities", lambda corpus, ids, catalog: around)
    monkeypatch.setattr("matching.prototypes.APART", 0.01)
    screened(place)
    assert not Cluster.objects.exists()
