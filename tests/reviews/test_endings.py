"""Ending applications: withdrawn by the department; rejected, deferred, escalated by two persons; page and program."""

import pytest

from projects.models import Application
from projects.states import ApplicationStatus
from reviews.models import Disposition, EndRequest
from reviews.states import DispositionState
from tests import scenes
from tests.api import Program, refused
from tests.factories import DepartmentFactory, JurisdictionFactory, RoundFactory, city
from tests.reviews.pages import look, press, said, text, two
from tests.scenes import keep, merge

pytestmark = pytest.mark.django_db
A = ApplicationStatus


@pytest.fixture
def place():
    return city()


@pytest.fixture
def pair(place):
    return two(place)


def fresh(application):
    return Application.objects.get(pk=application.pk)


def ask(place, application, to="deferred", who="li", **more):
    return press(getattr(place.people, who), "end", application.number, to=to, reason="条件不具备", **more)


def test_a_department_withdraws_and_what_went_into_it_is_open_again(place, pair):
    scenes.decide(place, keep(pair.b), merge(pair.a, pair.b, 60))
    police = place.people.police
    assert "Say why" in said(press(police, "withdraw", pair.police.number))
    assert "is withdrawn" in said(press(police, "withdraw", pair.police.number, reason="另行安排"))
    assert (fresh(pair.police).status, fresh(pair.police).end_reason) == (A.WITHDRAWN, "另行安排")
    assert Disposition.objects.get(line=pair.a).state == DispositionState.REOPENED
    assert "cannot become" in said(press(police, "withdraw", pair.police.number, reason="再来"))


@pytest.mark.parametrize(("who", "status"), [("health", 404), ("li", 403), ("intake", 403), ("finance", 403)])
def test_only_its_own_department_withdraws(place, pair, who, status):
    assert press(getattr(place.people, who), "withdraw", pair.police.number, reason="x").status_code == status
    assert fresh(pair.police).status == A.CONSOLIDATION


def test_one_asks_and_a_colleague_carries_the_end_out(place, pair):
    assert "a colleague carries the end out" in said(ask(place, pair.police))
    request = EndRequest.objects.get()
    assert (request.to, request.asked_by) == ("deferred", place.people.li)
    assert "a colleague must do it" in text(look(place.people.li, "end", pair.police.number))
    assert "Two persons are needed" in said(press(place.people.li, "end-grant", request.pk))
    assert "is ended" in said(press(place.people.wang, "end-grant", request.pk))
    assert fresh(pair.police).status == A.DEFERRED
    assert "A colleague has closed this request already" in said(press(place.people.zhou, "end-grant", request.pk))


def test_a_request_is_refused_by_a_colleague_or_taken_back(place, pair):
    ask(place, pair.police, "rejected")
    assert "the application goes on" in said(press(place.people.wang, "end-refuse", EndRequest.objects.get().pk))
    assert fresh(pair.police).status == A.CONSOLIDATION
    ask(place, pair.police, "rejected")
    press(place.people.li, "end-refuse", EndRequest.objects.first().pk)
    assert not EndRequest.objects.open().exists()


def test_a_second_request_and_one_without_a_reason_are_refused_and_keep_what_was_typed(place, pair):
    answer = press(place.people.li, "end", pair.police.number, to="deferred", reason="")
    assert answer.status_code == 422
    ask(place, pair.police)
    answer = ask(place, pair.police, "rejected", who="wang")
    assert answer.status_code == 422
    assert "A colleague has asked for an end already" in text(answer)


def test_escalation_names_a_round_of_the_upper_level_and_asks_again_there(place, pair):
    upper = JurisdictionFactory(code="province", name="省")
    upper.authority = DepartmentFactory(jurisdiction=upper, name="省数据局")
    upper.save()
    place.jurisdiction.parent = upper
    place.jurisdiction.save()
    there = RoundFactory(jurisdiction=upper)
    assert "Escalate to a round of the next level up" in text(ask(place, pair.police, "escalated"))
    assert ask(place, pair.police, "escalated", to_round=there.pk).status_code == 302
    press(place.people.wang, "end-grant", EndRequest.objects.get().pk)
    assert fresh(pair.police).status == A.ESCALATED
    assert Application.objects.get(escalated_from=pair.police).round == there


def test_a_city_without_an_upper_level_offers_no_escalation(place, pair):
    assert 'value="escalated"' not in text(look(place.people.li, "end", pair.police.number))
    assert ask(place, pair.police, "escalated").status_code == 422


@pytest.mark.parametrize(("who", "status"), [("health", 403), ("transport", 404), ("intake", 403), ("auditor", 403)])
def test_only_reviewers_and_heads_ask_for_an_end(place, pair, who, status):
    assert ask(place, pair.health, who=who).status_code == status
    assert not EndRequest.objects.exists()


def test_a_request_is_between_the_authoritys_people(place, pair):
    ask(place, pair.police)
    request = EndRequest.objects.get()
    assert "条件不具备" not in text(look(place.people.police, "end", pair.police.number))
    for who in ("police", "intake", "finance"):
        assert press(getattr(place.people, who), "end-grant", request.pk).status_code == 404
        assert Program(getattr(place.people, who)).read("end-requests/")["results"] == []
    assert press(place.people.auditor, "end-grant", request.pk).status_code == 403
    assert "条件不具备" in text(look(place.people.auditor, "ends"))
    assert press(city("han").people.li, "end-grant", request.pk).status_code == 404


def test_who_has_a_role_in_the_department_does_not_carry_it_out(place):
    made = scenes.application(place, "bureau", 10)
    made.drafter = place.people.wang
    made.save()
    ask(place, made)
    assert "You drafted an application" in said(press(place.people.wang, "end-grant", EndRequest.objects.get().pk))


def test_endings_by_program(place, pair):
    li, wang = Program(place.people.li), Program(place.people.wang)
    body = {"application": pair.police.pk, "to": "rejected", "reason": "重复"}
    refused(li.act("end-requests/", 99, **body), 412, "stale")
    made = li.act("end-requests/", fresh(pair.police).version, **body)
    assert made.status_code == 201, made.content
    here = f"end-requests/{made.json()['id']}/"
    refused(li.act(f"{here}grant/", "*"), 409, "rule")
    refused(wang.act(f"{here}grant/"), 428, "version_required")
    assert wang.act(f"{here}grant/", fresh(pair.police).version).json()["is_granted"] is True
    assert fresh(pair.police).status == A.REJECTED
    refused(wang.act(f"{here}refuse/", "*"), 409, "rule")
    refused(li.act("end-requests/", application=pair.health.pk, to="withdrawn", reason="x"), 400, "invalid")
    assert [row["id"] for row in li.read("end-requests/", is_open="false")["results"]] == [made.json()["id"]]


def test_a_withdrawal_by_program(place, pair):
    health = Program(place.people.health)
    refused(health.act(f"applications/{pair.health.pk}/withdraw/", "*"), 400, "invalid")
    answer = health.act(f"applications/{pair.health.pk}/withdraw/", fresh(pair.health).version, reason="另行安排")
    assert answer.json()["status"] == "withdrawn"
    refused(
        Program(place.people.li).act(f"applications/{pair.police.pk}/withdraw/", "*", reason="x"),
        403,
        "permission_denied",
    )


def test_a_list_of_three_asks_as_often_as_a_list_of_one(place, pair, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(30) as seen:
            look(place.people.li, "ends")
        with django_assert_max_num_queries(30) as more:
            Program(place.people.li).read("end-requests/")
        return len(seen), len(more)

    ask(place, pair.police)
    queries()
    one = queries()
    ask(place, pair.health)
    ask(place, scenes.application(place, "transport", 5))
    assert queries() == one
