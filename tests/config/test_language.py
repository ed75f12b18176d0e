"""Pages speak the language that the person chose, on whatever machine they sign in."""

from __future__ import annotations

import pytest
from django.test import Client

from common.models import AuditEvent
from governance.models import User
from tests.factories import city

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"


@pytest.fixture
def person():
    user = city().people.health
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, user):
    return client.post("/accounts/login/", {"username": user.username, "password": PASSWORD})


def language_of(client):
    return client.get("/").content.decode().partition('<html lang="')[2].partition('"')[0]


def test_signing_in_brings_ones_own_language(person):
    User.objects.filter(pk=person.pk).update(language="zh-hant")
    client = Client(headers={"accept-language": "en"})
    sign_in(client, person)
    assert language_of(client) == "zh-Hant"


def test_without_a_choice_the_browser_decides(person):
    client = Client(headers={"accept-language": "zh-CN"})
    sign_in(client, person)
    assert language_of(client) == "zh-Hans"


def test_the_switch_is_remembered_for_the_next_machine(person):
    client = Client(headers={"accept-language": "zh-CN"})
    sign_in(client, person)
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert language_of(client) == "en"
    other = Client(headers={"accept-language": "zh-CN"})
    sign_in(other, person)
    assert language_of(other) == "en"


def test_strangers_switch_for_their_browser_only(person):
    client = Client()
    assert client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/"}).status_code == 302
    assert client.cookies["django_language"].value == "zh-hans"
    assert User.objects.get(pk=person.pk).language == ""


def test_a_language_that_pages_do_not_speak_changes_nothing(person):
    client = Client()
    sign_in(client, person)
    client.post("/i18n/setlang/", {"language": "fr", "next": "/"})
    assert User.objects.get(pk=person.pk).language == ""


def test_signing_in_and_a_new_password_leave_lines(person):
    client = Client()
    sign_in(client, person)
    new = "another-horse-battery"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/accounts/password/", data).status_code == 302
    actions = AuditEvent.objects.order_by("pk").values_list("action", "actor_code")
    assert list(actions) == [("user.signed_in", person.username), ("user.password_changed", person.username)]
    assert new not in str(list(AuditEvent.objects.values()))
