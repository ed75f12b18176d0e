"""Capability requests: opened by a strip, asked for by a department, granted within the capacity, ended with their decision."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from catalog.models import Capability
from catalog.states import CapabilityStatus, SystemStatus
from common.errors import DomainError, Stale
from common.models import AuditEvent
from projects.states import LineKind
from reviews.models import CapabilityRequest
from reviews.queries.capacity import capacities, capacity_of, saved_by, shortages
from reviews.services import acts, endings, requests, retiring
from reviews.services.plan import Choice, plan
from tests import scenes
from tests.factories import CapabilityFactory, LineFactory, SystemFactory, city
from tests.scenes import keep, module

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return city()


@pytest.fixture
def video(place):
    return CapabilityFactory(
        jurisdiction=place.jurisdiction, code="GX-V", name="视频接入", capacity=100, capacity_unit="路"
    )


@pytest.fixture
def made(place):
    return scenes.application(place, "health", 100)


def strip(line, capability, own=0):
    return Choice(line.pk, "strip", own=own, capability=capability.pk)


def stripped(place, made, video):
    act = scenes.decide(place, strip(module(made), video))
    return SimpleNamespace(act=act, request=CapabilityRequest.objects.get())


def fresh(request):
    return CapabilityRequest.objects.get(pk=request.pk)


def ask(place, video, who="health", **fields):
    if not fields.keys() & {"system", "application"}:
        fields["system"] = SystemFactory(owner=getattr(place, who))
    return requests.ask(video, by=getattr(place.people, who), **{"purpose": "路口监控"} | fields)


def undone(place, act):
    acts.ask_undo(act, by=place.people.li)
    return acts.undo(act, by=place.people.wang)


# ---- what an act does


def test_a_confirmed_strip_opens_a_request_and_a_plan_does_not(place, made, video):
    act = plan("统一接入", [strip(module(made), video)], by=place.people.li)
    acts.propose(act, by=place.people.li)
    assert not CapabilityRequest.objects.exists()
    acts.confirm(act, by=place.people.wang)
    request = CapabilityRequest.objects.get()
    assert (request.capability, request.department, request.application) == (video, place.health, made)
    assert (request.line, request.act, request.status, request.quota) == (module(made), act, "asked", None)
    assert request.purpose == module(made).name
    assert request.asked_by == place.people.wang
    assert AuditEvent.objects.filter(action="capabilityrequest.asked", target_id=request.pk).count() == 1


def test_a_capability_that_is_still_to_be_built_is_asked_for_too(place, made, video):
    Capability.objects.update(status=CapabilityStatus.PLANNED)
    built = scenes.application(place, "bureau", 500)
    built.lines.update(builds=video)
    scenes.decide(place, keep(module(built)), strip(module(made), video))
    assert CapabilityRequest.objects.get().line == module(made)


def test_a_cost_item_that_moves_with_its_module_asks_for_nothing(place, made, video):
    item = LineFactory(application=made, sequence=2, kind=LineKind.HARDWARE, serves=module(made), declared=10)
    scenes.decide(place, strip(module(made), video), strip(item, video))
    assert CapabilityRequest.objects.get().line == module(made)


def test_the_undo_of_its_act_ends_a_request(place, made, video):
    scene = stripped(place, made, video)
    undone(place, scene.act)
    request = fresh(scene.request)
    assert (request.status, request.reason, request.decided_by) == ("ended", scene.act.number, place.people.wang)


def test_what_was_granted_is_free_again_after_the_undo(place, made, video):
    scene = stripped(place, made, video)
    requests.grant(scene.request, by=place.people.catalog, quota=60)
    assert capacity_of(video).free == 40
    undone(place, scene.act)
    assert capacity_of(video).free == 100


def test_an_objection_that_is_followed_ends_it(place, made, video):
    act = scenes.decide(place, strip(module(made), video), settled=False)
    acts.contest(act, place.health, by=place.people.health, text="不适用")
    assert CapabilityRequest.objects.get().is_asked
    acts.settle(act, uphold=False, by=place.people.zhou, reason="采纳")
    assert CapabilityRequest.objects.get().status == "ended"


def test_a_decision_in_place_of_the_strip_ends_it_and_its_undo_asks_anew(place, made, video):
    first = stripped(place, made, video).request
    later = scenes.decide(place, keep(module(made)))
    assert fresh(first).status == "ended"
    undone(place, later)
    assert CapabilityRequest.objects.open().get().pk != first.pk
    assert CapabilityRequest.objects.count() == 2


def test_a_strip_to_the_same_capability_keeps_what_was_granted(place, made, video):
    scene = stripped(place, made, video)
    requests.grant(scene.request, by=place.people.catalog, quota=5)
    scenes.decide(place, strip(module(made), video, own=7))
    assert CapabilityRequest.objects.get().status == "granted"


def test_a_strip_to_another_capability_asks_there(place, made, video):
    first = stripped(place, made, video).request
    other = CapabilityFactory(jurisdiction=place.jurisdiction)
    scenes.decide(place, strip(module(made), other))
    assert fresh(first).status == "ended"
    assert CapabilityRequest.objects.open().get().capability == other


def test_the_end_of_an_application_ends_all_its_requests(place, made, video):
    stripped(place, made, video)
    ask(place, CapabilityFactory(jurisdiction=place.jurisdiction), application=made)
    endings.withdraw(made, by=place.people.health, reason="另行安排")
    assert {request.status for request in CapabilityRequest.objects.all()} == {"ended"}
    assert {request.reason for request in CapabilityRequest.objects.all()} == {"另行安排"}


# ---- what people do


def test_a_clerk_asks_for_a_running_system_or_an_application_under_review(place, made, video):
    system = SystemFactory(owner=place.health)
    first = ask(place, video, system=system, quota=20)
    assert (first.department, first.system, first.application, first.quota) == (place.health, system, None, 20)
    second = ask(place, video, application=made)
    assert (second.department, second.application, second.line) == (place.health, made, None)


REFUSALS = {
    "nothing": (lambda place: {"system": None}, "one of both"),
    "both": (
        lambda place: {
            "system": SystemFactory(owner=place.health),
            "application": scenes.application(place, "health", 1),
        },
        "one of both",
    ),
    "another's system": (lambda place: {"system": SystemFactory(owner=place.police)}, "of your own department"),
    "a stopped system": (
        lambda place: {"system": SystemFactory(owner=place.health, status=SystemStatus.STOPPED)},
        "that runs",
    ),
    "another's application": (
        lambda place: {"application": scenes.application(place, "police", 1)},
        "of your own department",
    ),
    "a draft": (
        lambda place: {"application": scenes.application(place, "health", 1, status="draft")},
        "under review",
    ),
    "no purpose": (lambda place: {"purpose": " "}, "Say what the capability is needed for"),
    "nothing of it": (lambda place: {"quota": 0}, "more than nothing"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_may_not_be_asked(place, video, case):
    fields, sentence = REFUSALS[case]
    with pytest.raises(DomainError, match=sentence):
        ask(place, video, **fields(place))
    assert not CapabilityRequest.objects.exists()


def test_a_district_asks_for_what_its_city_keeps_and_a_neighbour_does_not(place, video):
    han = city("han")
    with pytest.raises(DomainError, match="serves another jurisdiction"):
        requests.ask(video, by=han.people.health, system=SystemFactory(owner=han.health), purpose="x")
    han.jurisdiction.parent = place.jurisdiction
    han.jurisdiction.save()
    clerk = scenes.fresh(han.people.health)
    request = requests.ask(video, by=clerk, system=SystemFactory(owner=han.health), purpose="区县接入")
    assert request in CapabilityRequest.objects.visible_to(place.people.catalog)
    assert request in CapabilityRequest.objects.visible_to(han.people.li)
    assert requests.grant(request, by=place.people.catalog, quota=1).status == "granted"


@pytest.mark.parametrize("status", [CapabilityStatus.RESTRICTED, CapabilityStatus.RETIRED])
def test_what_closes_takes_nobody_new(place, video, status):
    Capability.objects.update(status=status)
    with pytest.raises(DomainError, match="takes nobody new"):
        ask(place, video)


def test_only_clerks_ask_and_nothing_twice(place, made, video):
    with pytest.raises(DomainError, match="A clerk asks"):
        ask(place, video, who="li", system=SystemFactory(owner=place.bureau))
    stripped(place, made, video)
    with pytest.raises(DomainError, match="asked for already"):
        ask(place, video, application=made)


def test_a_grant_says_how_much_and_never_more_than_is_free(place, video):
    catalog = place.people.catalog
    first, second, third = (ask(place, video, quota=n) for n in (60, 60, None))
    requests.grant(first, by=catalog)
    assert fresh(first).quota == 60
    with pytest.raises(DomainError, match="40 路 are free, and 60 路 are to be granted"):
        requests.grant(second, by=catalog)
    assert (fresh(second).status, fresh(second).decided_at) == ("asked", None)
    requests.grant(second, by=catalog, quota=40)
    assert fresh(second).quota == 40
    with pytest.raises(DomainError, match="Say how much is granted"):
        requests.grant(third, by=catalog)
    requests.end(first, by=catalog, reason="系统停用")
    requests.grant(third, by=catalog, quota=60)
    assert capacity_of(video).free == 0


def test_without_a_known_capacity_anything_is_granted(place, video):
    Capability.objects.update(capacity=None)
    assert requests.grant(ask(place, video, quota=10**6), by=place.people.catalog).status == "granted"


def test_what_is_retired_is_granted_to_nobody(place, video):
    request = ask(place, video, quota=1)
    Capability.objects.update(status=CapabilityStatus.RETIRED)
    with pytest.raises(DomainError, match="is retired"):
        requests.grant(request, by=place.people.catalog)


def test_a_refusal_and_an_end_say_why(place, video):
    request = ask(place, video)
    for verb in (requests.refuse, requests.end):
        with pytest.raises(DomainError, match="Say why"):
            verb(request, by=place.people.catalog, reason=" ")
    requests.refuse(request, by=place.people.catalog, reason="已有同类")
    assert (fresh(request).status, fresh(request).reason) == ("refused", "已有同类")
    with pytest.raises(DomainError, match="cannot become"):
        requests.end(request, by=place.people.catalog, reason="x")


@pytest.mark.parametrize("who", ["health", "li", "head", "finance"])
def test_only_the_catalog_manager_decides(place, video, who):
    request = ask(place, video, quota=1)
    by = getattr(place.people, who)
    with pytest.raises(DomainError, match="Only the catalog manager"):
        requests.grant(request, by=by)
    with pytest.raises(DomainError, match="Only the catalog manager"):
        requests.refuse(request, by=by, reason="x")


def test_the_manager_of_another_city_decides_nothing_here(place, video):
    with pytest.raises(DomainError, match="Only the catalog manager"):
        requests.grant(ask(place, video, quota=1), by=city("han").people.catalog)


def test_a_department_ends_what_it_asked_for_and_not_what_an_act_opened(place, made, video):
    own = ask(place, video)
    with pytest.raises(DomainError, match="a department only one that it made itself"):
        requests.end(own, by=place.people.police, reason="x")
    requests.end(own, by=place.people.health, reason="不再需要")
    assert fresh(own).status == "ended"
    scenes.decide(place, strip(module(made), video))
    with pytest.raises(DomainError, match="a department only one that it made itself"):
        requests.end(CapabilityRequest.objects.open().get(), by=place.people.health, reason="x")


@pytest.mark.parametrize("verb", ["grant", "refuse", "end"])
def test_who_read_an_older_version_decides_nothing(place, video, verb):
    request = ask(place, video, quota=1)
    more = {} if verb == "grant" else {"reason": "x"}
    with pytest.raises(Stale):
        getattr(requests, verb)(request, by=place.people.catalog, version=request.version + 1, **more)


# ---- figures


def test_capacity_is_summed_in_one_query_for_all(place, video, django_assert_num_queries):
    other = CapabilityFactory(jurisdiction=place.jurisdiction, capacity=0)
    requests.grant(ask(place, video, quota=30), by=place.people.catalog)
    ask(place, video, quota=80)
    ask(place, video)
    with django_assert_num_queries(1):
        found = capacities([video.pk, other.pk, None])
    assert (found[video.pk].granted, found[video.pk].asked, found[video.pk].waiting) == (30, 81, 2)
    assert (found[other.pk].free, found[other.pk].granted) == (0, 0)


def test_a_shortage_is_said_with_its_numbers(place, video):
    assert shortages([video.pk]) == {}
    requests.grant(ask(place, video, quota=30), by=place.people.catalog)
    ask(place, video, quota=71)
    assert shortages([video.pk]) == {
        video.pk: "“视频接入” is short: 70 路 of 100 路 are free, and 71 路 are asked for."
    }
    requests.grant(ask(place, video, quota=70), by=place.people.catalog)
    assert "is full: all of its 100 路 are granted, and 71 路 more" in shortages([video.pk])[video.pk]
    requests.refuse(CapabilityRequest.objects.get(status="asked"), by=place.people.catalog, reason="已满")
    assert shortages([video.pk])[video.pk].endswith("100 路 are granted.")
    Capability.objects.update(capacity=None)
    assert shortages([video.pk]) == {}


def test_what_a_capability_saved_is_what_the_person_sees_of_it(place, made, video):
    stripped(place, made, video)
    assert saved_by(video, place.people.li) == (100, 1)
    assert saved_by(video, place.people.health) == (100, 1)
    assert saved_by(video, place.people.police) == (0, 0)


def retired(place, video, by=None):
    return retiring.retire(video, by=by or place.people.catalog, reason="由新平台替代")


def test_what_is_waited_for_or_used_is_not_retired(place, video, made):
    waits, used = ask(place, video), ask(place, video, "police", quota=5)
    requests.grant(used, by=place.people.catalog)
    with pytest.raises(DomainError, match=r"waiting: 1, in use: 1") as refusal:
        retired(place, video)
    assert refusal.value.items == [f"{r.department} · {r.system}" for r in (waits, used)]
    requests.refuse(waits, by=place.people.catalog, reason="改用新平台")
    with pytest.raises(DomainError, match=r"waiting: 0, in use: 1"):
        retired(place, video)
    requests.end(used, by=place.people.catalog, reason="已迁移")
    assert retired(place, video).status == CapabilityStatus.RETIRED
    event = AuditEvent.objects.filter(action="capability.retired").get()
    assert event.details["reason"] == "由新平台替代"


def test_a_strip_keeps_its_capability_from_being_retired(place, made, video):
    stripped(place, made, video)
    with pytest.raises(DomainError, match=r"waiting: 1, in use: 0.*" + made.name):
        retired(place, video)
    assert Capability.objects.get(pk=video.pk).status != CapabilityStatus.RETIRED


def test_only_the_capabilitys_manager_retires_it(place, video):
    for who in ("li", "head", "health"):
        with pytest.raises(DomainError, match="Only the catalog manager"):
            retired(place, video, getattr(place.people, who))


def test_the_grant_keeps_its_moment_when_the_use_ends(place, video):
    request = ask(place, video, quota=5)
    with time_machine.travel(timezone.now() - timedelta(days=400), tick=False):
        requests.grant(request, by=place.people.catalog)
    granted = fresh(request)
    ended = requests.end(granted, by=place.people.health, reason="系统停用")
    assert (ended.decided_at, ended.decided_by) == (granted.decided_at, place.people.catalog)
    assert (ended.ended_at - ended.decided_at).days == 400
    assert (ended.ended_by, ended.decision) == (place.people.health, "granted")


def test_what_ends_undecided_was_never_granted(place, video):
    ended = requests.end(ask(place, video), by=place.people.health, reason="不再需要")
    assert (ended.decided_at, ended.decided_by, ended.decision) == (ended.ended_at, place.people.health, None)
    refused = requests.refuse(ask(place, video), by=place.people.catalog, reason="已满")
    assert (refused.ended_at, refused.decision) == (None, "refused")
