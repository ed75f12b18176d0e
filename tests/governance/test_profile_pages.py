from __future__ import annotations

import re

import pytest
from django.urls import reverse
from knox.models import AuthToken

from common.models import AuditEvent
from governance.models import User
from governance.states import Role
from tests.factories import MembershipFactory, UserFactory, city
from tests.governance.pages import as_, text, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return city()


def url(name, *args):
    return reverse(f"governance:{name}", args=args)


def test_a_person_acts_as_somebody_else_and_goes_where_they_wish(here):
    other = MembershipFactory(user=here.people.health, department=here.police, role=Role.EXPERT)
    client = as_(here.people.health)
    response = client.post(url("act-as"), {"membership": other.pk, "next": "/governance/rounds/"})
    assert response["Location"] == "/governance/rounds/"
    assert told(response) == [f"You act as {other} now."]
    assert User.objects.get(pk=here.people.health.pk).acting == other


@pytest.mark.parametrize("membership", ["", "x", "0", "-1", "²", "99999999"])
def test_a_role_that_is_not_ones_own_is_refused(here, membership):
    response = as_(here.people.health).post(url("act-as"), {"membership": membership, "next": "//evil.example"})
    assert told(response) == ["You do not hold this role today: choose one of the roles in the menu."]
    assert response["Location"] == "/"


def test_acting_is_a_post(here):
    assert as_(here.people.health).get(url("act-as")).status_code == 405


def test_the_profile_shows_the_roles_and_the_one_acted_in(here):
    other = MembershipFactory(user=here.people.health, department=here.police, role=Role.EXPERT)
    page = text(as_(here.people.health).get(url("profile")))
    assert "市公安局" in page
    assert f'name="membership" value="{other.pk}"' in page
    assert reverse("password_change") in page


def test_the_language_is_saved_and_spoken_at_once(here):
    client = as_(here.people.health)
    response = client.post(url("profile"), {"display_name": "陈静", "phone": "", "language": "zh-hant"})
    assert response.cookies["django_language"].value == "zh-hant"
    user = User.objects.get(pk=here.people.health.pk)
    assert (user.display_name, user.language) == ("陈静", "zh-hant")
    assert 'lang="zh-Hant"' in text(client.get(url("profile")))
    response = client.post(url("profile"), {"display_name": "陈静", "phone": "", "language": ""})
    assert response.cookies["django_language"].value == "", "the browser decides again"


@pytest.mark.parametrize("data", [{"display_name": ""}, {"display_name": "a", "language": "fr"}])
def test_a_profile_that_does_not_hold_is_shown_again(here, data):
    assert as_(here.people.health).post(url("profile"), data).status_code == 422


def test_a_token_is_shown_once_and_ended(here):
    client = as_(here.people.health)
    response = client.post(url("tokens"), {"hours": 5})
    token = re.search(r'class="secret">([^<]+)<', text(response)).group(1)
    assert "no-store" in response["Cache-Control"]
    me = client.get("/api/v1/me/", headers={"Authorization": f"Token {token}"})
    assert me.json()["username"] == "city-health-clerk"
    page = text(client.get(url("tokens")))
    assert token not in page
    [row] = AuthToken.objects.all()
    assert f"{row.token_key}…" in page
    assert told(client.post(url("token-end", row.token_key))) == ["The token has ended."]
    assert not AuthToken.objects.exists()
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["token.created", "token.ended"]


def test_a_token_of_somebody_else_is_not_ended(here):
    as_(here.people.police).post(url("tokens"), {"hours": 5})
    [row] = AuthToken.objects.all()
    client = as_(here.people.health)
    assert row.token_key not in text(client.get(url("tokens")))
    assert told(client.post(url("token-end", row.token_key))) == ["This token has ended already."]
    assert AuthToken.objects.exists()


@pytest.mark.parametrize("hours", ["", "0", "9999999", "x"])
def test_a_token_lives_as_long_as_is_allowed(here, hours):
    assert as_(here.people.health).post(url("tokens"), {"hours": hours}).status_code == 422
    assert not AuthToken.objects.exists()


def test_a_person_has_ten_tokens_at_most(here):
    client = as_(here.people.health)
    for _ in range(10):
        assert client.post(url("tokens"), {"hours": 5}).status_code == 200
    response = client.post(url("tokens"), {"hours": 5})
    assert response.status_code == 422
    assert "You have as many tokens as one person may have" in text(response)


def test_without_a_role_the_profile_opens():
    assert as_(UserFactory()).get(url("profile")).status_code == 200


CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
EDGE = f"{CHROME} Edg/126.0"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; HUAWEI) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
)


def signed_in(user, agent):
    client = as_(user)
    client.get(url("profile"), headers={"user-agent": agent})
    return client


def test_the_profile_names_the_sessions_of_the_person_and_of_nobody_else(here):
    office = signed_in(here.people.health, EDGE)
    signed_in(here.people.health, PHONE)
    signed_in(here.people.police, CHROME)
    rows = office.get(url("profile")).context["sign_ins"]
    assert [(row.browser, row.device, row.is_this) for row in rows] == [
        ("Edge 126", "Windows", True),
        ("Chrome 120", "Android", False),
    ]
    assert all(row.seen >= row.began for row in rows)


def test_signing_out_elsewhere_leaves_this_session_and_those_of_others(here):
    office, phone = signed_in(here.people.health, EDGE), signed_in(here.people.health, PHONE)
    other = signed_in(here.people.police, CHROME)
    response = office.post(url("sign-out-elsewhere"))
    assert told(response) == ["1 other session has ended."]
    assert [client.get(url("profile")).status_code for client in (office, phone, other)] == [200, 302, 200]
    event = AuditEvent.objects.get(action="user.signed_out_elsewhere")
    assert (event.actor_code, event.details) == (here.people.health.username, {"sessions": 1})
    assert told(office.post(url("sign-out-elsewhere"))) == ["You are signed in nowhere else."]
    assert AuditEvent.objects.filter(action="user.signed_out_elsewhere").count() == 1
    assert url("sign-out-elsewhere") not in text(office.get(url("profile")))


def test_a_session_of_an_old_password_is_none(here):
    office = signed_in(here.people.health, EDGE)
    signed_in(here.people.health, PHONE)
    user = User.objects.get(pk=here.people.health.pk)
    user.set_password("another-horse-battery")
    user.save()
    office.force_login(user)
    assert len(office.get(url("profile")).context["sign_ins"]) == 1
