"""What the tests of the review's pages share."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from governance.models import User
from reviews.models import Act
from reviews.services import acts
from reviews.services.plan import plan
from tests import scenes
from tests.scenes import keep, merge, module


def browser(user: User) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    return client


def press(user: User, view: str, /, *args: Any, **data: Any) -> Any:
    """Post a form to an address by its name."""
    return browser(user).post(reverse(f"reviews:{view}", args=args), data)


def look(user: User, view: str, /, *args: Any, **query: Any) -> Any:
    return browser(user).get(reverse(f"reviews:{view}", args=args), query)


def text(response: Any) -> str:
    return str(response.content.decode())


def said(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def two(place: SimpleNamespace) -> SimpleNamespace:
    """Health's module may go into the police's."""
    health, police = scenes.application(place, "health", 100), scenes.application(place, "police", 200)
    return SimpleNamespace(health=health, police=police, a=module(health), b=module(police))


def planned(place: SimpleNamespace, pair: SimpleNamespace, by: User | None = None) -> Act:
    choices = [keep(pair.b), merge(pair.a, pair.b, 60, 5)]
    return plan("同类功能统一建设", choices, by=by or place.people.li, title="视频汇聚")


def proposed(place: SimpleNamespace, pair: SimpleNamespace, by: User | None = None) -> Act:
    return acts.propose(planned(place, pair, by), by=by or place.people.li)


def confirmed(place: SimpleNamespace, pair: SimpleNamespace) -> Act:
    return acts.confirm(proposed(place, pair), by=place.people.wang)
