from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.models import Round
from governance.states import Role, RoundStatus
from tests.factories import RoundFactory, UserFactory, city, person
from tests.governance.pages import as_, text, told

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def here():
    return city()


@pytest.fixture
def elsewhere():
    return city("other")


def planned(here, **more):
    more = {"closes_on": TODAY + 30 * DAY, "status": RoundStatus.PLANNED, **more}
    return RoundFactory(jurisdiction=here.jurisdiction, **more)


def test_everybody_of_the_city_sees_its_rounds_and_no_other(here, elsewhere):
    mine, other = planned(here, name="本市批次"), planned(elsewhere, name="他市批次")
    client = as_(here.people.health)
    page = text(client.get(reverse("governance:rounds")))
    assert "本市批次" in page
    assert "他市批次" not in page
    assert client.get(reverse("governance:round", args=[mine.pk])).status_code == 200
    assert client.get(reverse("governance:round", args=[other.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_rounds(here, count, django_assert_num_queries):
    Round.objects.all().delete()
    for _ in range(count):
        planned(here)
    client = as_(here.people.health)
    client.get(reverse("governance:rounds"))
    with django_assert_num_queries(5):
        client.get(reverse("governance:rounds"))


def test_a_round_that_is_open_shows_its_working_days(here):
    round = planned(here, status=RoundStatus.OPEN, opens_on=TODAY)
    page = as_(here.people.health).get(reverse("governance:round", args=[round.pk]))
    assert page.context["time"].left > 0
    assert "working days" in text(page)


def test_the_head_plans_a_round(here):
    data = {"name": "2028 年度第一批", "year": 2028, "batch": 1, "closes_on": "2028-03-01"}
    client = as_(here.people.head)
    assert client.get(reverse("governance:round-new")).status_code == 200
    response = client.post(reverse("governance:round-new"), data)
    round = Round.objects.get(year=2028)
    assert response["Location"] == reverse("governance:round", args=[round.pk])
    assert round.jurisdiction == here.jurisdiction


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"year": 1990}, "year"),
        ({"year": 2027, "batch": 1}, "This batch exists already."),
        ({"opens_on": "2028-02-01", "closes_on": "2028-01-01"}, "The end lies before the beginning."),
    ],
)
def test_a_plan_that_does_not_hold_is_shown_again(here, change, words):
    data = {"name": "新批次", "year": 2028, "batch": 1, **change}
    response = as_(here.people.head).post(reverse("governance:round-new"), data)
    assert response.status_code == 422
    assert words in text(response)


def test_a_change_tells_and_keeps_the_version(here):
    round = planned(here)
    url = reverse("governance:round-edit", args=[round.pk])
    client = as_(here.people.head)
    assert f'name="version" value="{round.version}"' in text(client.get(url))
    data = {"name": "改名", "year": 2027, "batch": round.batch, "version": 1}
    assert told(client.post(url, data)) == ["The round is changed."]
    response = client.post(url, {**data, "name": "再改", "version": 1})
    assert response.status_code == 422
    assert "Somebody changed this record meanwhile" in text(response)
    assert "再改" in text(response), "what was typed is still there"


def test_once_opened_year_and_batch_are_not_asked_for(here):
    round = planned(here, status=RoundStatus.OPEN)
    page = as_(here.people.head).get(reverse("governance:round-edit", args=[round.pk]))
    assert "year" not in page.context["form"].fields


def test_the_head_opens_and_closes(here):
    round = planned(here)
    client = as_(here.people.head)
    opened = client.post(reverse("governance:round-open", args=[round.pk]), {"version": 1})
    assert told(opened) == ["The round is open: departments may apply now."]
    closed = client.post(reverse("governance:round-close", args=[round.pk]), {"version": 2})
    assert told(closed)[-1] == "The round is closed: no more applications are taken."
    round.refresh_from_db()
    assert round.status == RoundStatus.CLOSED
    page = text(client.get(reverse("governance:round", args=[round.pk])))
    assert "round opened" in page
    assert "round closed" in page


def test_what_the_rule_says_is_told(here):
    open_round, round = planned(here, status=RoundStatus.OPEN, name="第一批"), planned(here)
    response = as_(here.people.head).post(reverse("governance:round-open", args=[round.pk]))
    assert told(response) == ["“第一批” is open: close it first."]
    assert open_round.status == RoundStatus.OPEN


def test_somebody_who_saw_an_older_version_is_told(here):
    round = planned(here, version=4)
    response = as_(here.people.head).post(reverse("governance:round-open", args=[round.pk]), {"version": 3})
    assert told(response)[0].startswith("Somebody changed this record meanwhile")


VERBS = ["round-edit", "round-open", "round-close"]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [role for role in Role if role != Role.HEAD])
def test_nobody_but_the_head_may(here, verb, role):
    round = planned(here)
    client = as_(person(here.bureau, role))
    assert client.post(reverse(f"governance:{verb}", args=[round.pk])).status_code == 403
    assert client.get(reverse("governance:round-new")).status_code == 403
    round.refresh_from_db()
    assert round.status == RoundStatus.PLANNED


@pytest.mark.parametrize("verb", VERBS)
def test_the_head_of_another_city_finds_nothing(here, elsewhere, verb):
    url = reverse(f"governance:{verb}", args=[planned(here).pk])
    assert as_(elsewhere.people.head).post(url).status_code == 404


@pytest.mark.parametrize("verb", ["round-open", "round-close"])
def test_a_verb_is_not_a_page(here, verb):
    url = reverse(f"governance:{verb}", args=[planned(here).pk])
    assert as_(here.people.head).get(url).status_code == 405


def test_without_a_role_there_are_no_rounds(here):
    planned(here, name="批次")
    page = as_(UserFactory()).get(reverse("governance:rounds"))
    assert page.status_code == 200
    assert "批次" not in text(page)


def test_list_and_page_agree_for_everybody(here, elsewhere):
    planned(elsewhere)
    actors = [*vars(here.people).values(), *vars(elsewhere.people).values(), UserFactory()]
    for actor in actors:
        for round in Round.objects.all():
            listed = Round.objects.visible_to(actor).contains(round)
            assert listed == actor.has_perm("governance.view_round", round), (actor, round)
