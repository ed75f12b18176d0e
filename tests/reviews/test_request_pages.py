"""Capability requests on pages and for programs, and what the plan says of a capacity that is short."""

import pytest
from django.urls import reverse

from catalog.models import Capability
from governance.models import User
from reviews.models import CapabilityRequest
from reviews.queries.tasks import tasks_for
from reviews.services import acts, requests
from reviews.services.plan import Choice, plan
from tests import scenes
from tests.api import Program, refused
from tests.factories import CapabilityFactory, SystemFactory, city
from tests.reviews.pages import browser, look, press, said, text
from tests.scenes import module

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return city()


@pytest.fixture
def people(place):
    return place.people


@pytest.fixture
def video(place):
    return CapabilityFactory(
        jurisdiction=place.jurisdiction, code="GX-V", name="视频接入", capacity=100, capacity_unit="路"
    )


@pytest.fixture
def made(place):
    return scenes.application(place, "health", 100, name="急救指挥平台")


@pytest.fixture
def system(place):
    return SystemFactory(owner=place.health, name="急救调度系统")


def strip(line, capability):
    return Choice(line.pk, "strip", capability=capability.pk)


def asked(people, video, system, **more):
    return requests.ask(video, by=people.health, system=system, purpose="急救车视频", **more)


def test_a_clerk_asks_from_the_capabilitys_page(people, video, system, made):
    assert reverse("reviews:capability-use", args=[video.pk]) in text(
        browser(people.health).get(reverse("catalog:capability", args=[video.pk]))
    )
    assert reverse("reviews:capability-ask", args=[video.pk]) in text(look(people.health, "capability-use", video.pk))
    page = text(look(people.health, "capability-ask", video.pk))
    assert "急救调度系统" in page and "急救指挥平台" in page
    answer = press(people.health, "capability-ask", video.pk, system=system.pk, purpose="急救车视频", quota="20")
    request = CapabilityRequest.objects.get()
    assert answer.url == reverse("reviews:capability-request", args=[request.pk])
    assert (request.system, request.quota, request.purpose) == (system, 20, "急救车视频")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"purpose": "x"}, "one of both"),
        ({"purpose": "x", "system": "own", "application": "own"}, "one of both"),
        ({"system": "own"}, "This field is required"),
        ({"purpose": "x", "system": "other"}, "Select a valid choice"),
        ({"purpose": "x", "system": "own", "quota": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_form_that_lacks_something_comes_back(place, people, video, system, made, typed, sentence):
    places = {"system": {"own": system.pk, "other": SystemFactory(owner=place.police).pk}}
    places["application"] = {"own": made.pk}
    data = {name: places.get(name, {}).get(value, value) for name, value in typed.items()}
    answer = press(people.health, "capability-ask", video.pk, **data)
    assert answer.status_code == 422
    assert sentence in text(answer)


def test_what_the_service_refuses_is_said_above_the_form(people, video, system):
    asked(people, video, system)
    answer = press(people.health, "capability-ask", video.pk, system=system.pk, purpose="x")
    assert answer.status_code == 422
    assert "asked for already" in text(answer)


def test_the_catalog_leads_to_the_requests_of_those_who_read_them(people):
    address = reverse("reviews:capability-requests")
    for who in (people.health, people.catalog, people.li):
        assert address in text(browser(who).get(reverse("catalog:capabilities")))
    assert address not in text(browser(people.intake).get(reverse("catalog:capabilities")))


def test_who_may_not_ask_is_not_offered_it(people, video):
    for who in (people.health_leader, people.li, people.catalog):
        assert reverse("reviews:capability-ask", args=[video.pk]) not in text(look(who, "capability-use", video.pk))
        assert look(who, "capability-ask", video.pk).status_code == 403


def test_the_manager_grants_refuses_and_ends(people, video, system, made):
    first = asked(people, video, system)
    second = requests.ask(video, by=people.health, application=made, purpose="指挥大厅")
    page = text(look(people.catalog, "capability-request", first.pk))
    assert "急救车视频" in page and "Grant" in page
    assert "Say how much is granted" in said(press(people.catalog, "capability-request-grant", first.pk, quota=""))
    assert "are free" in said(press(people.catalog, "capability-request-grant", first.pk, quota="101"))
    assert "is granted" in said(
        press(people.catalog, "capability-request-grant", first.pk, quota="30", version=first.version)
    )
    assert "Somebody changed" in said(
        press(people.catalog, "capability-request-end", first.pk, reason="x", version=first.version)
    )
    assert "Say why" in said(press(people.catalog, "capability-request-refuse", second.pk))
    assert "is refused" in said(press(people.catalog, "capability-request-refuse", second.pk, reason="容量优先急救"))
    assert "容量优先急救" in text(look(people.health, "capability-request", second.pk))
    assert "is ended" in said(press(people.health, "capability-request-end", first.pk, reason="停用"))
    assert {request.status for request in CapabilityRequest.objects.all()} == {"ended", "refused"}


@pytest.mark.parametrize(("who", "status"), [("health", 403), ("li", 403), ("auditor", 403), ("police", 404)])
def test_others_decide_nothing(people, video, system, who, status):
    request = asked(people, video, system)
    for verb in ("grant", "refuse"):
        answer = press(getattr(people, who), f"capability-request-{verb}", request.pk, quota="1", reason="x")
        assert answer.status_code == status
    assert CapabilityRequest.objects.get().is_asked


def test_the_list_is_filtered_and_a_department_sees_its_own(place, people, video, system):
    asked(people, video, system)
    other = CapabilityFactory(jurisdiction=place.jurisdiction, name="地图服务")
    requests.ask(other, by=people.police, system=SystemFactory(owner=place.police, name="警务地图"), purpose="巡逻路线")
    rows = {who: text(look(getattr(people, who), "capability-requests")) for who in ("catalog", "health", "police")}
    assert "急救车视频" in rows["catalog"] and "巡逻路线" in rows["catalog"]
    assert "急救车视频" in rows["health"] and "巡逻路线" not in rows["health"]
    assert "急救车视频" not in rows["police"]
    one = text(look(people.catalog, "capability-requests", capability=video.pk, status="asked"))
    assert "急救车视频" in one and "巡逻路线" not in one
    one = text(look(people.catalog, "capability-requests", department=place.police.pk))
    assert "急救车视频" not in one and "巡逻路线" in one
    assert "No capability request here" in text(look(people.catalog, "capability-requests", status="granted"))
    assert look(people.intake, "capability-requests").status_code == 403


def test_who_uses_it_is_told_without_telling_of_anothers_application(people, video, system, made):
    requests.grant(asked(people, video, system), by=people.catalog, quota=30)
    for_made = requests.ask(video, by=people.health, application=made, purpose="指挥大厅")
    requests.grant(for_made, by=people.catalog, quota=10)
    mine = text(look(people.health, "capability-use", video.pk))
    assert "急救调度系统" in mine and "急救指挥平台" in mine and "30 路" in mine
    theirs = text(look(people.police, "capability-use", video.pk))
    assert "急救调度系统" in theirs and "急救指挥平台" not in theirs and "30 路" not in theirs
    part = browser(people.police).get(
        reverse("reviews:capability-use", args=[video.pk]), headers={"HX-Request": "true"}
    )
    assert "<html" not in text(part)


def test_the_saved_money_stands_beside_the_use(place, people, video, made):
    scenes.decide(place, strip(module(made), video))
    assert "1 module is served by it" in text(look(people.li, "capability-use", video.pk))
    assert "is served by it" not in text(look(people.catalog, "capability-use", video.pk))
    assert "is served by it" not in text(look(people.police, "capability-use", video.pk))


def test_the_page_of_a_request_names_its_act_to_those_who_read_acts(place, people, video, made):
    act = scenes.decide(place, strip(module(made), video))
    request = CapabilityRequest.objects.get()
    address = reverse("reviews:act", args=[act.pk])
    assert address in text(look(people.li, "capability-request", request.pk))
    assert address in text(look(people.health, "capability-request", request.pk))
    page = text(look(people.catalog, "capability-request", request.pk))
    assert act.number in page and address not in page
    assert reverse("projects:detail", args=[made.number]) not in page


def test_the_plan_and_the_proposal_say_when_capacity_is_short(place, people, video, system, made):
    requests.grant(asked(people, video, system), by=people.catalog, quota=100)
    act = plan("统一接入", [strip(module(made), video)], by=people.li)
    bench = browser(people.li).get(reverse("reviews:workbench", args=[place.round.pk]), {"act": act.pk})
    sentence = "“视频接入” is full: all of its 100 路 are granted"
    assert sentence in text(bench)
    acts.propose(act, by=people.li)
    page = text(look(people.wang, "act", act.pk))
    assert page.count(sentence) == 2, "beside the line, and among what asks for attention"
    assert "Nothing: verdicts are given" not in page
    acts.confirm(act, by=people.wang)
    assert sentence not in text(look(people.wang, "act", act.pk))


def test_a_capability_with_room_says_nothing(place, people, video, made):
    act = plan("统一接入", [strip(module(made), video)], by=people.li)
    bench = browser(people.li).get(reverse("reviews:workbench", args=[place.round.pk]), {"act": act.pk})
    assert "Capacity is short" not in text(bench)


def test_what_waits_is_one_task_of_the_catalog_manager(place, people, video, system, made):
    def waiting(who):
        return [task.verb for task in tasks_for(User.objects.get(pk=who.pk)) if "capability" in task.verb]

    assert waiting(people.catalog) == []
    request = asked(people, video, system, quota=1)
    assert waiting(people.catalog) == ["Decide 1 capability request"]
    requests.ask(video, by=people.health, application=made, purpose="x")
    assert waiting(people.catalog) == ["Decide 2 capability requests"]
    assert waiting(people.health) == waiting(people.li) == waiting(city("han").people.catalog) == []
    requests.grant(request, by=people.catalog)
    assert waiting(people.catalog) == ["Decide 1 capability request"]


def test_requests_by_program(people, video, system, made):
    health, catalog = Program(people.health), Program(people.catalog)
    body = {"capability": video.pk, "system": system.pk, "purpose": "急救车视频"}
    answer = health.act("capability-requests/", **body)
    assert answer.status_code == 201, answer.content
    here = f"capability-requests/{answer.json()['id']}/"
    assert (answer.json()["status"], answer.json()["department"]) == ("asked", people.health.acting.department_id)
    assert health.act("capability-requests/", **body).status_code in {400, 409}
    assert health.act("capability-requests/", **body | {"application": made.pk}).status_code in {400, 409}
    refused(health.act(f"{here}grant/", "*", quota=3), 403, "permission_denied")
    refused(catalog.act(f"{here}grant/", quota=3), 428, "version_required")
    refused(catalog.act(f"{here}grant/", "*"), 409, "rule")
    refused(catalog.act(f"{here}grant/", "*", quota=101), 409, "rule")
    granted = catalog.act(f"{here}grant/", 1, quota=3).json()
    assert (granted["status"], granted["quota"]) == ("granted", 3)
    refused(catalog.act(f"{here}refuse/", "*", reason="x"), 409, "state")
    refused(catalog.act(f"{here}end/", 1, reason="x"), 412, "stale")
    assert catalog.act(f"{here}end/", 2, reason="停用").json()["status"] == "ended"
    found = catalog.read("capability-requests/", status="ended", capability=video.pk)["results"]
    assert [row["id"] for row in found] == [granted["id"]]
    assert Program(people.police).read("capability-requests/")["results"] == []
    refused(Program(people.li).act("capability-requests/", **body), 403, "permission_denied")


def test_the_capacity_is_said_by_page_form_program_and_file(place, people, video):
    assert "100 路" in text(browser(people.police).get(reverse("catalog:capability", args=[video.pk])))
    catalog = Program(people.catalog)
    answer = catalog.act(f"capabilities/{video.pk}/", video.version, method="patch", capacity=120)
    assert (answer.json()["capacity"], answer.json()["capacity_unit"]) == (120, "路")
    problem = refused(catalog.act(f"capabilities/{video.pk}/", "*", method="patch", capacity=-1), 400, "invalid")
    assert problem["errors"][0]["pointer"] == "#/capacity"
    table = b"".join(browser(people.police).get(reverse("catalog:capabilities-csv")).streaming_content).decode()
    assert "120" in table and "路" in table
    form = text(browser(people.catalog).get(reverse("catalog:capability-edit", args=[video.pk])))
    assert 'name="capacity"' in form and 'name="capacity_unit"' in form
    assert Capability.objects.get().capacity == 120


def test_a_list_of_three_asks_as_often_as_a_list_of_one(place, people, video, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(40) as page:
            look(people.catalog, "capability-requests")
        with django_assert_max_num_queries(40) as program:
            Program(people.catalog).read("capability-requests/")
        return len(page), len(program)

    asked(people, video, SystemFactory(owner=place.health))
    queries()
    one = queries()
    for _n in range(2):
        asked(people, video, SystemFactory(owner=place.health))
    assert queries() == one


def test_the_manager_retires_a_capability_that_nobody_waits_for(people, video, system):
    request = asked(people, video, system)
    page = browser(people.catalog).get(reverse("catalog:capability", args=[video.pk]))
    assert reverse("reviews:capability-retire", args=[video.pk]) in text(page)
    program = Program(people.catalog)
    refusal = refused(program.act(f"capabilities/{video.pk}/retire/", video.version, reason="到期"), 409, "rule")
    assert refusal["items"] == [f"{system.owner} · {system}"]
    order = {"reason": "到期", "version": video.version}
    assert "急救调度系统" in said(press(people.catalog, "capability-retire", video.pk, **order))
    requests.refuse(request, by=people.catalog, reason="改用新平台")
    press(people.catalog, "capability-retire", video.pk, **order)
    assert Capability.objects.get(pk=video.pk).status == "retired"
    page = browser(people.catalog).get(reverse("catalog:capability", args=[video.pk]))
    assert reverse("reviews:capability-retire", args=[video.pk]) not in text(page)


def test_a_page_tells_the_grant_and_the_end(people, video, system):
    request = asked(people, video, system, quota=3)
    requests.grant(request, by=people.catalog)
    requests.end(CapabilityRequest.objects.get(), by=people.health, reason="停用")
    page = text(look(people.health, "capability-request", request.pk))
    history = page[page.index("History") :]
    assert [history.count(f'<li class="is-done">{word}') for word in ("ended", "granted", "Asked for")] == [1, 1, 1]
    assert str(people.catalog) in history and str(people.health) in history
    shown = Program(people.catalog).read(f"capability-requests/{request.pk}/")
    assert shown["decided_by"] == str(people.catalog) and shown["ended_by"] == str(people.health)
    assert shown["decided_at"] < shown["ended_at"]
