from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from common.models import AuditEvent, IdempotencyKey
from tests.api import V1, Program, refused
from tests.factories import city

pytestmark = pytest.mark.django_db
TOKENS = V1 + "auth/tokens/"


@pytest.fixture
def head():
    person = city().people.head
    person.set_password("长江之滨 2027")
    person.save()
    return person


def basic(name, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def with_token(token):
    return Program(headers={"Authorization": f"Token {token}"})


def new_token(head, **order):
    return Program(head).post(TOKENS, order).json()["token"]


def test_name_and_password_give_a_token_once(head):
    response = Program().post(TOKENS, {}, headers=basic(head.username, "长江之滨 2027"))
    assert response.status_code == 201, response.content
    token = response.json()["token"]
    assert with_token(token).read("me/")["username"] == head.username
    assert "token" not in Program(head).read("auth/tokens/")["results"][0]
    kept = AuthToken.objects.get()
    assert token not in (kept.digest, kept.token_key)
    assert timedelta(hours=11) < kept.expiry - timezone.now() <= timedelta(hours=12)


def test_a_session_gives_a_token_with_its_own_end(head):
    with_token(new_token(head, hours=1)).read("me/")
    assert AuthToken.objects.get().expiry - timezone.now() <= timedelta(hours=1)
    refused(Program(head).post(TOKENS, {"hours": 24 * 91}), 400, "invalid")
    refused(Program(head).post(TOKENS, {"hours": 0}), 400, "invalid")


def test_a_session_without_its_csrf_token_gives_none(head):
    client = Client(enforce_csrf_checks=True)
    client.force_login(head)
    refused(client.post(TOKENS, {}, content_type="application/json"), 403, "permission_denied")


def test_a_token_gives_no_token(head):
    refused(with_token(new_token(head)).post(TOKENS, {}), 403, "permission_denied")


def test_a_wrong_password_gives_nothing_and_locks_in_the_end(head):
    for _ in range(6):
        refused(Program().post(TOKENS, {}, headers=basic(head.username, "falsch")), 401, "authentication_failed")
    right = Program().post(TOKENS, {}, headers=basic(head.username, "长江之滨 2027"))
    refused(right, 401, "authentication_failed")
    assert not AuthToken.objects.exists()


def test_a_password_opens_nothing_but_tokens(head):
    refused(Program().get(V1 + "rounds/", headers=basic(head.username, "长江之滨 2027")), 401, "not_authenticated")


@pytest.mark.parametrize(
    "header",
    ["Token", "Token ", "Token x", "Token " + "0" * 64, "Token " + "0" * 63 + "\x00", "Token é", "token a b", "Token \xff",
     "Token " + "a" * 5000, "TOKEN\t" + "a" * 64],
)  # fmt: skip
def test_what_is_no_token_is_refused(header):
    response = Program().get(V1 + "rounds/", HTTP_AUTHORIZATION=header)
    assert response.status_code == 401, response.content


def test_a_token_is_not_read_from_an_address(head):
    token = new_token(head)
    refused(Program().get(V1 + "me/", {"token": token}), 401, "not_authenticated")
    refused(Program(head).get(V1 + "me/", {"token": token}), 400, "parameter")


def test_a_token_ends_by_time_by_hand_and_with_its_person(head):
    token = new_token(head)
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    refused(with_token(token).get(V1 + "me/"), 401, "authentication_failed")
    token = new_token(head)
    (listed,) = Program(head).read("auth/tokens/")["results"]
    assert Program(head).delete(f"{TOKENS}{listed['id']}/").status_code == 204
    refused(with_token(token).get(V1 + "me/"), 401, "authentication_failed")
    token = new_token(head)
    head.is_active = False
    head.save()
    refused(with_token(token).get(V1 + "me/"), 401, "authentication_failed")


def test_other_peoples_tokens_do_not_exist(head):
    new_token(head)
    other = Program(city("other").people.head)
    assert other.read("auth/tokens/")["results"] == []
    refused(other.delete(f"{TOKENS}{AuthToken.objects.get().token_key}/"), 404, "not_found")


def test_a_person_has_ten_tokens_at_most(head):
    for _ in range(10):
        new_token(head)
    refused(Program(head).post(TOKENS, {}), 409, "rule")


def test_tokens_leave_a_trail_and_no_secret(head):
    token = Program(head).post(TOKENS, {}, headers={"Idempotency-Key": "k"}).json()["token"]
    event = AuditEvent.objects.get(action="token.created")
    assert token not in str(event.details)
    assert not IdempotencyKey.objects.exists()


def test_each_token_and_each_person_has_a_limit(head, settings):
    cache.clear()
    settings.API_LIMITS = {"token": 2, "person": 4}
    first, second = with_token(new_token(head)), with_token(new_token(head))
    cache.clear()
    assert [first.get(V1 + "me/").status_code for _ in range(2)] == [200, 200]
    response = first.get(V1 + "me/")
    refused(response, 429, "throttled")
    assert 0 < int(response["Retry-After"]) <= 61
    assert second.get(V1 + "me/").status_code == 200
    refused(second.get(V1 + "me/"), 429, "throttled")
    cache.clear()
