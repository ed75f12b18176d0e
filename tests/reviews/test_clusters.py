"""Clusters by hand: by page and by program; a module in one at most, of the same round, kept from the machine."""

import pytest

from common.errors import DomainError
from common.models import AuditEvent
from projects.models import Line
from projects.states import ApplicationStatus
from reviews.models import Cluster, ClusterMember
from reviews.services import clusters
from tests import scenes
from tests.api import Program, refused
from tests.factories import LineFactory, RoundFactory, city
from tests.reviews.pages import look, press, said, text, two
from tests.scenes import module

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return city()


@pytest.fixture
def pair(place):
    return two(place)


@pytest.fixture
def cluster(place, pair):
    return clusters.create_cluster(place.round, [pair.a, pair.b], by=place.people.li, name="视频汇聚")


def members(cluster):
    return set(ClusterMember.objects.filter(cluster=cluster).values_list("line", flat=True))


def last():
    return AuditEvent.objects.first()


def test_modules_are_put_together_on_a_page_and_decided_from_it(place, pair):
    page = text(look(place.people.li, "cluster-new", place.round.pk, q=pair.a.name))
    assert pair.a.name in page
    assert pair.b.name not in page
    answer = press(place.people.li, "cluster-new", place.round.pk, name="视频汇聚", lines=[pair.a.pk, pair.b.pk])
    made = Cluster.objects.get()
    assert answer["Location"].endswith(f"/consolidation/?cluster={made.pk}")
    assert (members(made), made.is_manual, last().action) == ({pair.a.pk, pair.b.pk}, True, "cluster.created")


def test_without_a_name_or_a_module_nothing_is_made(place, pair):
    for data in ({"name": "x"}, {"lines": [pair.a.pk]}):
        assert press(place.people.li, "cluster-new", place.round.pk, **data).status_code == 422
    assert not Cluster.objects.exists()


def test_a_module_stands_in_one_cluster_at_most(place, pair, cluster):
    more = module(scenes.application(place, "transport", 10))
    with pytest.raises(DomainError, match="视频汇聚"):
        clusters.create_cluster(place.round, [pair.a, more], by=place.people.li, name="另一簇")
    other = clusters.create_cluster(place.round, [more], by=place.people.li, name="另一簇")
    with pytest.raises(DomainError, match="one cluster at most"):
        clusters.add_members(other, [pair.a], by=place.people.li)


def test_only_submitted_modules_of_the_round_are_put_together(place, pair):
    hardware = LineFactory(application=pair.health, sequence=8, kind="hardware")
    draft = module(scenes.application(place, "health", 10, status=ApplicationStatus.DRAFT))
    earlier = scenes.application(place, "health", 10)
    earlier.round = RoundFactory(jurisdiction=place.jurisdiction)
    earlier.save()
    for line in (hardware, draft, module(earlier)):
        with pytest.raises(DomainError, match="Only submitted modules of this round"):
            clusters.create_cluster(place.round, [line], by=place.people.li, name="x")


def test_modules_are_added_and_taken_out_and_the_last_one_takes_the_cluster_along(place, pair, cluster):
    more = module(scenes.application(place, "transport", 10))
    assert "stand in the cluster now" in said(press(place.people.li, "cluster-add", cluster.pk, lines=[more.pk]))
    assert more.pk in members(cluster)
    for line in (more, pair.a):
        assert "stands in no cluster now" in said(press(place.people.li, "cluster-remove", cluster.pk, line=line.pk))
    assert press(place.people.li, "cluster-remove", cluster.pk, line=pair.a.pk).status_code == 404
    press(place.people.li, "cluster-remove", cluster.pk, line=pair.b.pk)
    assert not Cluster.objects.exists()
    assert Line.objects.filter(pk=pair.b.pk).exists()


def test_a_cluster_is_renamed_split_and_joined(place, pair, cluster):
    assert "Give the cluster a name" in said(press(place.people.li, "cluster-rename", cluster.pk, name=" "))
    press(place.people.li, "cluster-rename", cluster.pk, name="视频")
    assert "At least one module stays" in said(
        press(place.people.li, "cluster-split", cluster.pk, lines=[pair.a.pk, pair.b.pk], name="全部")
    )
    press(place.people.li, "cluster-split", cluster.pk, lines=[pair.a.pk], name="一半")
    part = Cluster.objects.get(name="一半")
    assert (members(cluster), members(part)) == ({pair.b.pk}, {pair.a.pk})
    press(place.people.li, "cluster-join", cluster.pk, other=part.pk)
    assert members(cluster) == {pair.a.pk, pair.b.pk}
    assert list(Cluster.objects.values_list("name", flat=True)) == ["视频"]


def test_what_people_change_is_theirs_and_stays(place, pair):
    found = Cluster.objects.create(round=place.round, name="机器成簇")
    ClusterMember.objects.create(cluster=found, line=pair.a)
    clusters.rename(found, "人工改名", by=place.people.li)
    assert Cluster.objects.get().is_manual


def test_clusters_of_two_rounds_are_not_joined(place, cluster):
    other = RoundFactory(jurisdiction=place.jurisdiction)
    foreign = Cluster.objects.create(round=other, name="x")
    with pytest.raises(DomainError, match="one round only"):
        clusters.join(cluster, foreign, by=place.people.li)
    with pytest.raises(DomainError, match="another cluster"):
        clusters.join(cluster, cluster, by=place.people.li)


@pytest.mark.parametrize(
    "name", ["cluster", "cluster-add", "cluster-remove", "cluster-rename", "cluster-split", "cluster-join"]
)
@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("health", 404), ("intake", 404), ("finance", 404)])
def test_only_reviewers_and_heads_change_clusters(place, cluster, name, who, status):
    answer = look if name == "cluster" else press
    assert answer(getattr(place.people, who), name, cluster.pk).status_code == status


def test_another_city_sees_no_cluster(place, cluster):
    other = city("han")
    assert look(other.people.li, "cluster", cluster.pk).status_code == 404
    assert look(other.people.li, "cluster-new", place.round.pk).status_code == 404
    with pytest.raises(DomainError, match="Only a reviewer or head"):
        clusters.rename(cluster, "x", by=other.people.li)


def test_clusters_by_program(place, pair):
    li = Program(place.people.li)
    more = module(scenes.application(place, "transport", 10))
    made = li.act("clusters/", round=place.round.pk, name="视频", lines=[pair.a.pk, pair.b.pk]).json()
    here = f"clusters/{made['id']}/"
    assert made["members"] == [pair.a.pk, pair.b.pk]
    assert li.act(here, method="patch", name="视频二").json()["name"] == "视频二"
    assert li.act(f"{here}add/", lines=[more.pk]).json()["members"] == [pair.a.pk, pair.b.pk, more.pk]
    part = li.act(f"{here}split/", lines=[more.pk], name="部分").json()
    assert part["members"] == [more.pk]
    assert len(li.act(f"{here}join/", other=part["id"]).json()["members"]) == 3
    assert li.act(f"{here}remove/", line=more.pk).json()["members"] == [pair.a.pk, pair.b.pk]
    refused(li.act("clusters/", round=place.round.pk, name="再来", lines=[pair.a.pk]), 409, "rule")
    refused(li.act("clusters/", round=place.round.pk, name="空", lines=[]), 400, "invalid")
    li.act(f"{here}remove/", line=pair.a.pk)
    assert li.act(f"{here}remove/", line=pair.b.pk).status_code == 204
    assert li.read("clusters/")["results"] == []


def test_clusters_are_read_by_the_auditor_and_by_no_department(place, cluster):
    assert len(Program(place.people.auditor).read("clusters/", round=place.round.pk)["results"]) == 1
    refused(
        Program(place.people.auditor).act(f"clusters/{cluster.pk}/join/", other=cluster.pk), 403, "permission_denied"
    )
    for who in ("health", "intake", "finance", "catalog"):
        assert Program(getattr(place.people, who)).read("clusters/")["results"] == []
    assert Program(city("han").people.li).read("clusters/")["results"] == []


def test_a_list_of_three_asks_as_often_as_a_list_of_one(place, cluster, django_assert_max_num_queries):
    def queries():
        program = Program(place.people.li)
        with django_assert_max_num_queries(30) as seen:
            program.read("clusters/")
        return len(seen)

    one = queries()
    for department in ("transport", "health"):
        line = module(scenes.application(place, department, 10))
        clusters.create_cluster(place.round, [line], by=place.people.li, name="又一簇")
    assert queries() == one
