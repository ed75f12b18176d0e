from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.models import PolicyParameter
from governance.policies import PARAMETERS
from governance.queries.policies import policy
from governance.services.policies import Basis, load_default_pack, set_policy
from governance.states import Role
from tests.factories import UserFactory, city, person
from tests.governance.pages import as_, text, told

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def here():
    return city()


def entered(**more):
    return {"document": "江政办〔2026〕12号", "valid_from": TODAY.isoformat(), **more}


def test_the_list_shows_every_number_with_its_citation(here):
    load_default_pack()
    page = text(as_(here.people.health).get(reverse("governance:policies")))
    for key in PARAMETERS:
        assert reverse("governance:policy", args=[key]) in page
    assert "Review time: 20 working days; urgent lane 10." in page
    assert "To be verified against the original before use" in page


@pytest.mark.parametrize("loaded", [False, True])
def test_the_list_takes_the_same_queries_however_much_is_set(here, loaded, django_assert_num_queries):
    if loaded:
        load_default_pack()
        set_policy(here.jurisdiction, "review_days", 25, Basis("文", TODAY), by=here.people.head)
    client = as_(here.people.health)
    client.get(reverse("governance:policies"))
    with django_assert_num_queries(4):
        client.get(reverse("governance:policies"))


@pytest.mark.parametrize("key", PARAMETERS)
def test_every_parameter_has_a_page_and_a_form(here, key):
    client = as_(here.people.head)
    assert client.get(reverse("governance:policy", args=[key])).status_code == 200
    page = client.get(reverse("governance:policy-new", args=[key]))
    assert page.status_code == 200
    assert page.context["form"].controls()


def test_the_head_sets_a_number(here):
    client = as_(here.people.head)
    data = entered(value=25, clause="第十五条", is_verified="on")
    response = client.post(reverse("governance:policy-new", args=["review_days"]), data)
    assert told(response) == ["The value is set."]
    assert policy("review_days", here.jurisdiction) == 25
    page = text(client.get(reverse("governance:policy", args=["review_days"])))
    assert "江政办〔2026〕12号" in page
    assert "第十五条" in page
    assert "holds today" in page


def test_the_head_sets_scores_and_amounts(here):
    client = as_(here.people.head)
    scores = entered(execution=20, output=40, benefit=30, satisfaction=10)
    assert client.post(reverse("governance:policy-new", args=["weights"]), scores).status_code == 302
    assert policy("weights", here.jurisdiction)["execution"] == 20
    client.post(reverse("governance:policy-new", args=["one_step_hardware"]), entered(value="8000000.50"))
    assert str(policy("one_step_hardware", here.jurisdiction)) == "8000000.50"
    assert "8,000,000.50" in text(client.get(reverse("governance:policy", args=["one_step_hardware"])))


@pytest.mark.parametrize(
    ("key", "data", "words"),
    [
        ("review_days", {"value": ""}, "This field is required."),
        ("review_days", {"value": "0"}, "greater than or equal to 1"),
        ("review_days", {"value": "25", "document": ""}, "This field is required."),
        ("review_days", {"value": "25", "is_verified": "on"}, "Name the clause"),
        ("review_days", {"value": "25", "valid_from": "2020-01-01"}, "A value holds from today at the earliest"),
        ("weights", {"execution": 1, "output": 1, "benefit": 1, "satisfaction": 1}, "must add up to 100"),
    ],
)
def test_what_does_not_hold_is_shown_again(here, key, data, words):
    response = as_(here.people.head).post(reverse("governance:policy-new", args=[key]), entered(**data))
    assert response.status_code == 422
    assert words in text(response)
    assert not PolicyParameter.objects.exists()


def test_a_number_set_today_is_taken_back(here):
    row = set_policy(here.jurisdiction, "review_days", 25, Basis("文", TODAY), by=here.people.head)
    client = as_(here.people.head)
    url = reverse("governance:policy-withdraw", args=[row.pk])
    assert url in text(client.get(reverse("governance:policy", args=["review_days"])))
    assert told(client.post(url)) == ["The value is taken back."]
    assert policy("review_days", here.jurisdiction) == 20


def test_a_number_that_held_is_not(here):
    row = PolicyParameter.objects.create(
        jurisdiction=here.jurisdiction,
        key="review_days",
        value=25,
        source_document="文",
        valid_from=TODAY - timedelta(days=1),
    )
    client = as_(here.people.head)
    url = reverse("governance:policy-withdraw", args=[row.pk])
    assert url not in text(client.get(reverse("governance:policy", args=["review_days"])))
    assert told(client.post(url))[0].startswith("This value has been in force")


def test_an_unknown_parameter_is_not_found(here):
    client = as_(here.people.head)
    assert client.get(reverse("governance:policy", args=["nonsense"])).status_code == 404
    assert client.get(reverse("governance:policy-new", args=["nonsense"])).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role != Role.HEAD])
def test_nobody_but_the_head_sets_or_takes_back(here, role):
    row = set_policy(here.jurisdiction, "review_days", 25, Basis("文", TODAY), by=here.people.head)
    client = as_(person(here.bureau, role))
    assert client.get(reverse("governance:policies")).status_code == 200
    assert client.get(reverse("governance:policy-new", args=["review_days"])).status_code == 403
    assert client.post(reverse("governance:policy-withdraw", args=[row.pk])).status_code == 403


def test_values_of_another_city_are_out_of_sight(here):
    other = city("other")
    row = set_policy(other.jurisdiction, "review_days", 99, Basis("他市文件", TODAY), by=other.people.head)
    client = as_(here.people.head)
    assert "他市文件" not in text(client.get(reverse("governance:policy", args=["review_days"])))
    assert client.post(reverse("governance:policy-withdraw", args=[row.pk])).status_code == 404


def test_list_and_permission_agree_for_everybody(here):
    other = city("other")
    load_default_pack()
    for place in (here, other):
        set_policy(place.jurisdiction, "review_days", 25, Basis("文", TODAY), by=place.people.head)
    rows = PolicyParameter.objects.filter(key="review_days")
    for actor in [*vars(here.people).values(), *vars(other.people).values(), UserFactory()]:
        for row in rows:
            listed = PolicyParameter.objects.visible_to(actor).contains(row)
            assert listed == actor.has_perm("governance.view_policyparameter", row), (actor, row)
