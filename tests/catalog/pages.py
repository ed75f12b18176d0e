"""How the tests walk through the pages."""

from typing import Any

from django.test import Client
from django.urls import reverse


def sign_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def at(name: str, *args: Any) -> str:
    return reverse(f"catalog:{name}", args=args)


def names(response: Any) -> set[str]:
    """The rows of a list, by name."""
    return {str(row) for row in response.context["page_obj"]}
