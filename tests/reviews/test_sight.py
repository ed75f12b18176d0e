"""What a list shows and what a permission allows say the same, for every actor and every record."""

import pytest

from governance.models import User
from projects.models import Application
from reviews.models import Act, CapabilityRequest, Cluster, EndRequest, Finding, Opinion, PairVerdict
from reviews.services import acts, clusters, endings, requests, verdicts
from reviews.services.plan import plan
from tests import scenes
from tests.factories import CapabilityFactory, SystemFactory, SystemFunctionFactory, UserFactory, city
from tests.reviews.pages import two
from tests.scenes import keep, merge, module

pytestmark = pytest.mark.django_db
SEES = {
    Act: "reviews.view_act",
    Opinion: "reviews.view_opinion",
    Finding: "reviews.view_finding",
    PairVerdict: "reviews.view_pairverdict",
    Cluster: "reviews.view_cluster",
    EndRequest: "reviews.view_endrequest",
    CapabilityRequest: "reviews.view_capabilityrequest",
    Application: "projects.view_application",
}


@pytest.fixture
def cities():
    made = [city(), city("han")]
    for place in made:
        _fill(place)
    return made


def _fill(place):
    """Acts in every state, opinions, findings of every kind, a verdict, a cluster, a request, a draft."""
    people, pair = place.people, two(place)
    act = plan("理由", [keep(pair.b), merge(pair.a, pair.b, 60)], by=people.li)
    acts.propose(act, by=people.li)
    acts.confirm(act, by=people.wang)
    acts.contest(act, place.health, by=people.health, text="异议")
    third = scenes.application(place, "transport", 30)
    scenes.decide(place, keep(module(third)))
    undone = scenes.decide(place, keep(module(scenes.application(place, "transport", 5))))
    acts.ask_undo(undone, by=people.li)
    acts.undo(undone, by=people.wang)
    waiting = plan("理由", [keep(module(scenes.application(place, "health", 7)))], by=people.li)
    acts.propose(waiting, by=people.li)
    plan("理由", [keep(module(scenes.application(place, "police", 8)))], by=people.li)
    scenes.application(place, "health", 3, status="draft")
    own = module(scenes.application(place, "health", 4))
    function = SystemFunctionFactory(system=SystemFactory(owner=place.transport))
    capability = CapabilityFactory(jurisdiction=place.jurisdiction)
    for number, match in enumerate(
        ({"other_line": pair.b}, {"other_line": own}, {"function": function}, {"capability": capability}, {})
    ):
        pool = "catalog" if "capability" in match else "systems" if "function" in match else "round"
        Finding.objects.create(
            line=pair.a, pool=pool, band="doubtful", pair_key=f"{place.jurisdiction.code}{number}", **match
        )
    verdicts.judge(Finding.objects.filter(line=pair.a).first(), "related", by=people.li)
    clusters.create_cluster(place.round, [pair.a, pair.b], by=people.li, name="簇")
    endings.ask_end(third, "deferred", by=people.li, reason="缓建")
    for clerk, system in ((people.transport, function.system), (people.health, SystemFactory(owner=place.health))):
        requests.ask(capability, by=clerk, system=system, purpose="接入")


def actors(cities):
    found = [User.objects.get(pk=user.pk) for place in cities for user in vars(place.people).values()]
    return [*found, UserFactory()]


@pytest.mark.parametrize("model", SEES, ids=lambda model: model.__name__)
def test_lists_and_permissions_agree_for_everybody(cities, model):
    records = list(model.objects.all())
    assert len(records) > 1
    seen_by_somebody, hidden_from_somebody = set(), set()
    for user in actors(cities):
        visible = set(model.objects.visible_to(user).values_list("pk", flat=True))
        for record in records:
            allowed = user.has_perm(SEES[model], record)
            assert allowed == (record.pk in visible), f"{user.username}: {record!r}"
            (seen_by_somebody if allowed else hidden_from_somebody).add(record.pk)
    assert seen_by_somebody == {record.pk for record in records}
    assert hidden_from_somebody == {record.pk for record in records}


def test_verbs_are_allowed_only_on_what_is_seen(cities):
    """Whoever may decide, judge or change a record sees it."""
    verbs = {
        Act: ("reviews.decide_act", "reviews.give_opinion"),
        Finding: ("reviews.judge_finding",),
        Cluster: ("reviews.change_cluster",),
        EndRequest: ("reviews.close_endrequest",),
        CapabilityRequest: ("reviews.decide_capabilityrequest", "reviews.end_capabilityrequest"),
    }
    for user in actors(cities):
        for model, permissions in verbs.items():
            visible = set(model.objects.visible_to(user).values_list("pk", flat=True))
            for record in model.objects.all():
                may = [permission for permission in permissions if user.has_perm(permission, record)]
                in_preparation = model is Act and record.status in {"planned", "proposed", "discarded"}
                assert not may or record.pk in visible or in_preparation, f"{user.username}: {may} {record!r}"
