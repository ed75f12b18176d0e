"""The queue, the completeness sheet, corrections and the leader's signature, as pages."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import Application
from projects.services.submission import ask_sign_off
from reviews.models import CorrectionRequest, Intake
from reviews.services import intake
from tests.factories import CapabilityFactory, LineFactory, complete_draft, open_city


@pytest.fixture(autouse=True)
def _english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def town(db):
    return open_city()


def submit(town, clerk="health", **header):
    people = vars(town.people)
    application = ask_sign_off(complete_draft(town, people[clerk], **header), by=people[clerk])
    return intake.submit(application, by=people[f"{clerk}_leader"])


@pytest.fixture
def application(town):
    return submit(town)


def at(name, application):
    return reverse(f"reviews:{name}", args=[application.number])


def post(client, who, name, application, **fields):
    client.force_login(who)
    version = Application.objects.get(pk=application.pk).version
    return client.post(at(name, application), {"version": version, **fields})


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)][-1]


def status(application):
    return Application.objects.get(pk=application.pk).status


def text(response):
    return response.content.decode()


POINTS = {
    "points-TOTAL_FORMS": 2, "points-INITIAL_FORMS": 0, "points-0-item": "等保", "points-0-problem": "缺依据",
    "points-1-item": "", "points-1-problem": "", "due_on": "2099-01-04", "message": "请补",
}  # fmt: skip


def test_a_signature_submits(town, client):
    application = ask_sign_off(complete_draft(town), by=town.people.health)
    done = post(client, town.people.health_leader, "submit", application)
    assert done.url == reverse("projects:detail", args=[application.number])
    assert status(application) == "submitted"
    assert post(client, town.people.health, "submit", application).status_code == 403


def test_a_refused_signature_says_why(town, client):
    application = ask_sign_off(complete_draft(town), by=town.people.health)
    type(town.round).objects.update(status="closed")
    assert "does not take applications today" in told(post(client, town.people.health_leader, "submit", application))


def test_the_sheet_lists_what_is_missing_and_both_ways_on(town, client, application):
    client.force_login(town.people.intake)
    LineFactory(application=application, sequence=9, name="外场", capability=CapabilityFactory(name="地图"))
    page = text(client.get(at("intake", application)))
    assert "9 外场: say whether it uses “地图”." in page
    assert "Accept for consolidation" in page
    assert "Return to the department" in page
    for who, code in ((town.people.li, 403), (town.people.police, 404), (town.people.health, 403)):
        client.force_login(who)
        assert client.get(at("intake", application)).status_code == code


def test_correction_and_answer(town, client, application):
    people = town.people
    assert post(client, people.intake, "ask-correction", application, **POINTS).url == reverse("reviews:queue")
    assert status(application) == "correction"
    page = text(client.get(reverse("reviews:queue"), {"view": "correction"}))
    assert "due 2099-01-04" in page
    client.force_login(people.health)
    assert "缺依据" in text(client.get(at("progress", application)))
    assert "Answer 1 point of the correction" in text(client.get("/"))
    part = client.get(at("progress", application), headers={"HX-Request": "true"})
    assert "<html" not in text(part)
    refused = post(client, people.health, "answer-correction", application, answer=" ")
    assert refused.status_code == 422
    post(client, people.health, "answer-correction", application, answer="已补齐")
    assert status(application) == "submitted"
    assert CorrectionRequest.objects.get().answer == "已补齐"


def test_a_refused_answer_keeps_what_was_typed(town, client, application):
    intake.ask_correction(application, items=[("等保", "缺")], by=town.people.intake)
    application.bases.all().delete()
    page = text(post(client, town.people.health, "answer-correction", application, answer="已经补了"))
    assert "已经补了</textarea>" in page
    assert "Name at least one document" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"points-0-problem": ""}, "Say both: the item, and its problem."),
        ({"points-0-item": "", "points-0-problem": ""}, "Name each point and its problem."),
        ({"due_on": "2020-01-01"}, "choose a later day"),
        ({"due_on": "x"}, "Enter a valid date"),
    ],
)
def test_a_correction_that_says_too_little_stays_on_the_page(town, client, application, fields, sentence):
    response = post(client, town.people.intake, "ask-correction", application, **POINTS | fields)
    assert response.status_code == 422
    assert sentence in text(response)
    assert status(application) == "submitted"


def test_acceptance_and_assignment(town, client, application):
    people = town.people
    wrong = post(client, people.intake, "accept", application, reviewer=people.finance.pk)
    assert wrong.status_code == 422
    assert post(client, people.intake, "accept", application, reviewer=people.li.pk).url == reverse("reviews:queue")
    assert Intake.objects.get().assigned_to == people.li
    client.force_login(people.head)
    chosen = {"chosen": [application.pk], "reviewer": people.wang.pk}
    assert told(client.post(reverse("reviews:assign"), chosen)) == f"1 application is assigned to {people.wang}."
    assert Intake.objects.get().assigned_to == people.wang
    assert "Choose the applications first" in told(client.post(reverse("reviews:assign"), {"reviewer": people.li.pk}))
    assert "Choose a reviewer" in told(client.post(reverse("reviews:assign"), {"chosen": [application.pk]}))
    client.force_login(people.health)
    assert client.post(reverse("reviews:assign"), chosen).status_code == 403


def test_versions_are_compared(town, client, application):
    client.force_login(town.people.intake)
    response = client.post(at("accept", application), {"version": 1, "reviewer": ""})
    assert "look at it again" in text(response)
    assert status(application) == "submitted"


def test_the_clock_is_a_part_of_the_applications_page(town, client, application):
    client.force_login(town.people.health)
    assert client.get(at("clock", application)).url == at("progress", application)
    part = client.get(at("clock", application), headers={"HX-Request": "true"})
    assert "20 left" in text(part)


def test_work_waits_where_it_belongs(town, client, application):
    client.force_login(town.people.intake)
    assert "Check completeness" in text(client.get("/"))
    intake.accept(application, reviewer=town.people.li, by=town.people.intake)
    client.force_login(town.people.li)
    assert str(application) in text(client.get("/"))
    client.force_login(town.people.wang)
    assert str(application) not in text(client.get("/"))


@pytest.mark.parametrize("view", ["check", "consolidation"])
def test_the_queue_takes_the_same_queries_for_one_and_three_rows(town, client, view):
    client.force_login(town.people.intake)
    client.get(reverse("reviews:queue"))
    counts = []
    for _ in range(3):
        row = submit(town)
        if view == "consolidation":
            intake.accept(row, reviewer=town.people.li, by=town.people.intake)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("reviews:queue"), {"view": view})
        counts.append(len(queries))
    assert counts[0] == counts[-1] <= 14


def test_the_queue_opens_where_the_person_has_work(town, client):
    submit(town)
    for person, view in ((town.people.intake, "To check"), (town.people.li, "In consolidation")):
        client.force_login(person)
        page = text(client.get(reverse("reviews:queue"), headers={"accept-language": "en"}))
        current = page[: page.index(view) + len(view)].rsplit("<a ", 1)[1]
        assert 'aria-current="' in current, view
