"""The guided tour and the one-click sign-in: there for a demonstration on one's own machine, and nowhere else."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth import get_user
from django.core.management import call_command
from django.test import Client
from django.utils.html import escape

from common.models import AuditEvent
from config import demo, starter
from config.tour.accounts import accounts
from config.tour.parts import PARTS
from governance.models import User
from governance.states import Role
from tests import scenes
from tests.factories import city

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/demo/"


@pytest.fixture
def demonstration() -> None:
    starter.load(io.StringIO(), make=demo.found)


@pytest.fixture(params=["public", "without a demonstration city"])
def elsewhere(request, settings, demonstration) -> None:
    settings.PUBLIC = request.param == "public"
    settings.DEMO_CITY = request.param == "public"


def signs_in(client: Client, account: str, **more: str) -> bool:
    client.post(SIGN_IN, {"account": account, **more})
    return get_user(client).is_authenticated


def test_one_click_signs_in_through_the_backends_and_is_noted(demonstration):
    client = Client()
    answer = client.post(SIGN_IN, {"account": "reviewer.chen", "next": "/reviews/"})
    assert answer["Location"] == "/reviews/"
    assert get_user(client).username == "reviewer.chen"
    event = AuditEvent.objects.get(action="user.signed_in")
    assert event.actor_code == "reviewer.chen"


def test_from_one_person_to_another_it_takes_one_click_too(demonstration):
    client = Client()
    assert signs_in(client, "intake")
    before = client.session.session_key
    client.post(SIGN_IN, {"account": "head"})
    assert get_user(client).username == "head"
    assert client.session.session_key != before


def test_it_leads_only_to_pages_of_this_server(demonstration):
    answer = Client().post(SIGN_IN, {"account": "head", "next": "https://example.com/"})
    assert answer["Location"] == "/"


def test_without_the_token_of_a_form_nobody_is_signed_in(demonstration):
    client = Client(enforce_csrf_checks=True)
    assert client.post(SIGN_IN, {"account": "head"}).status_code == 403
    assert not get_user(client).is_authenticated


def test_a_link_signs_nobody_in(demonstration):
    assert Client().get(SIGN_IN, {"account": "head"}).status_code == 405


def test_an_own_password_closes_the_account_to_it(demonstration):
    user = User.objects.get(username="head")
    user.set_password("a-password-of-ones-own")
    user.save()
    assert not signs_in(Client(), "head")
    assert "head" not in {row.user.username for row in accounts().values()}


def test_a_locked_or_disabled_account_stays_shut(demonstration):
    User.objects.filter(username="head").update(is_active=False)
    assert not signs_in(Client(), "head")
    assert "head" not in {row.user.username for row in accounts().values()}


def test_nowhere_else_is_there_a_tour_or_a_click(elsewhere):
    client = Client()
    assert client.get("/tour/").status_code == 404
    assert client.post(SIGN_IN, {"account": "head"}).status_code == 404
    assert not get_user(client).is_authenticated
    page = client.get("/accounts/login/").content.decode()
    assert SIGN_IN not in page and "/tour/" not in page
    client.force_login(User.objects.get(username="head"))
    assert "/tour/" not in client.get("/").content.decode()


def test_a_real_city_on_ones_own_machine_offers_nobody(settings):
    settings.DEMO_CITY = True
    call_command("found", "jc", "江城市", "市大数据局", stdout=io.StringIO())
    assert accounts() == {}
    assert Client().get("/tour/").status_code == 404


def test_the_sign_in_page_offers_one_person_for_each_part(demonstration):
    page = Client().get("/accounts/login/").content.decode()
    offered = [row.user.username for row in accounts().values() if row.role in PARTS]
    assert len(offered) == len(PARTS)
    assert all(f'value="{username}"' in page for username in offered)


def test_every_part_of_the_tour_is_a_page_for_strangers_and_for_its_person(
    demonstration, django_assert_max_num_queries
):
    for role, row in accounts().items():
        if role not in PARTS:
            continue
        stranger = Client().get("/tour/", {"role": role})
        assert escape(str(PARTS[role].purpose)) in stranger.content.decode()
        client = Client()
        client.force_login(row.user)
        with django_assert_max_num_queries(16):
            assert escape(str(PARTS[role].purpose)) in client.get("/tour/").content.decode()


@pytest.mark.parametrize("role", PARTS)
def test_every_step_opens_for_its_person_in_a_new_city(demonstration, role):
    assert_opens(accounts()[role].user, role)


def test_every_step_opens_for_its_person_where_work_is_in_full_swing():
    here = city("here")
    scenes.locked(here)
    scenes.application(here, "police", 200, 300)
    for name, person in vars(here.people).items():
        role = person.acting.role
        if role in PARTS:
            assert_opens(person, role, said=name)


def assert_opens(person: User, role: Role, said: str = "") -> None:
    client = Client()
    client.force_login(person)
    steps = list(PARTS[role].steps_of(person))
    assert len(steps) >= 2
    for what, url, _number in steps:
        assert client.get(url, follow=True).status_code == 200, (said, str(what), url)
