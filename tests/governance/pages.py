"""How the tests of pages look at what a page says."""

from __future__ import annotations

from django.contrib.messages import get_messages
from django.test import Client

from governance.models import User


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(response) -> list[str]:
    """The messages of the answer."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def text(response) -> str:
    return response.content.decode()
