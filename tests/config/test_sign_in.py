"""Signing in: the lock-out, and how long a session lasts."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone

from governance.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
AWAY = settings.SESSION_COOKIE_AGE


@pytest.fixture
def person() -> User:
    user = UserFactory(username="wang")
    user.set_password(PASSWORD)
    user.save()
    return user


def attempt(client: Client, password: str, **address: str) -> int:
    fields = {"username": "wang", "password": password}
    return client.post("/accounts/login/", fields, **address).status_code


def is_signed_in(client: Client) -> bool:
    return get_user(client).is_authenticated


def test_everything_asks_strangers_to_sign_in(client: Client) -> None:
    assert client.get("/")["Location"] == "/accounts/login/?next=/"
    assert client.get("/api/v1/").status_code == 401


def test_five_failures_lock_the_account_from_every_address(client: Client, person: User) -> None:
    for last in range(5):
        attempt(client, "wrong", REMOTE_ADDR=f"10.0.0.{last}")
    assert attempt(Client(), PASSWORD, REMOTE_ADDR="10.0.0.99") == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert attempt(client, PASSWORD) == 302


def test_signing_in_forgets_earlier_failures(person: User) -> None:
    for _ in range(3):
        client = Client()
        assert [attempt(client, "wrong") for _ in range(4)] == [200] * 4
        assert attempt(client, PASSWORD) == 302


def test_a_name_that_nobody_has_is_locked_and_answered_like_one_that_somebody_has(client: Client) -> None:
    answers = [attempt(client, "wrong") for _ in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]


def test_a_session_ends_after_half_an_hour_away_and_not_while_working(client: Client, person: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.force_login(person)
        for _ in range(4):
            clock.shift(AWAY - 70)
            client.get("/accounts/password/")
            assert is_signed_in(client)
        clock.shift(AWAY + 1)
        assert client.get("/accounts/password/").status_code == 302


def test_no_session_outlives_half_a_day(client: Client, person: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.force_login(person)
        began = timezone.now()
        while client.get("/accounts/password/").status_code == 200:
            clock.shift(AWAY - 70)
        lasted = timezone.now() - began
    assert settings.SESSION_LONGEST <= lasted <= settings.SESSION_LONGEST + timedelta(seconds=AWAY)


def test_a_busy_session_is_saved_once_a_minute(client: Client, person: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.force_login(person)
        client.get("/accounts/password/")
        saved = client.session["seen"]
        clock.shift(30)
        client.get("/accounts/password/")
        assert client.session["seen"] == saved
        clock.shift(30)
        client.get("/accounts/password/")
        assert client.session["seen"] == saved + 60


def test_a_disabled_account_is_out_at_its_next_request(client: Client, person: User) -> None:
    client.force_login(person)
    person.is_active = False
    person.save()
    assert client.get("/accounts/password/").status_code == 302


def test_a_new_password_ends_the_sessions_with_the_old_one(client: Client, person: User) -> None:
    client.force_login(person)
    person.set_password("another-horse-battery")
    person.save()
    assert client.get("/accounts/password/").status_code == 302


@pytest.mark.parametrize(("language", "title"), [("zh-hans", "登录"), ("zh-hant", "登錄"), ("en", "Sign in")])
def test_strangers_choose_their_language(client: Client, language: str, title: str) -> None:
    client.post("/i18n/setlang/", {"language": language, "next": "/accounts/login/"})
    assert title in client.get("/accounts/login/").content.decode()
