"""Submission, correction and acceptance by program."""

import pytest

from projects.models import Application
from projects.services.submission import ask_sign_off
from tests.api import Program, refused
from tests.factories import complete_draft, open_city


@pytest.fixture
def town(db):
    return open_city()


@pytest.fixture
def application(town):
    return ask_sign_off(complete_draft(town), by=town.people.health)


def act(who, application, verb, **fields):
    version = Application.objects.get(pk=application.pk).version
    return Program(who).act(f"applications/{application.pk}/{verb}/", version, **fields)


def test_from_signature_to_consolidation(town, application):
    people = town.people
    assert act(people.health, application, "submit").status_code == 403
    assert act(people.health_leader, application, "submit").json()["status"] == "submitted"
    points = [{"item": "等保", "problem": "缺依据"}]
    assert act(people.li, application, "ask-correction", items=points).status_code == 403
    told = refused(act(people.intake, application, "ask-correction", items=points, due_on="2020-01-01"), 409, "rule")
    assert "choose a later day" in told["detail"]
    assert act(people.intake, application, "ask-correction", items=points).json()["status"] == "correction"
    clock = Program(people.health).read(f"applications/{application.pk}/clock/")
    assert (clock["state"], clock["left"], clock["due_on"]) == ("paused", 20, None)
    assert act(people.health, application, "answer-correction", answer="已补").json()["status"] == "submitted"
    (correction,) = Program(people.intake).read(f"applications/{application.pk}/corrections/")
    assert (correction["items"], correction["answer"]) == (points, "已补")
    wrong = act(people.intake, application, "accept", reviewer="city-finance")
    assert refused(wrong, 400, "invalid")["errors"][0]["pointer"] == "#/reviewer"
    assert act(people.intake, application, "accept", reviewer="city-li").json()["status"] == "consolidation"
    assert act(people.health_leader, application, "assign", reviewer="city-wang").status_code == 403
    assert act(people.head, application, "assign", reviewer="city-wang").status_code == 200
    application.refresh_from_db()
    assert application.intake.assigned_to == people.wang


def test_nobody_outside_sees_a_draft_to_act_on(town, application):
    for who in (town.people.police_leader, town.people.intake, town.people.finance):
        assert act(who, application, "submit").status_code == 404


def test_verbs_ask_for_the_version(town, application):
    leader = Program(town.people.health_leader)
    refused(leader.act(f"applications/{application.pk}/submit/"), 428, "version_required")
    refused(leader.act(f"applications/{application.pk}/submit/", 1), 412, "stale")
