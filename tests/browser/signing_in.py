"""A signed-in browser without the sign-in page, for tests about other pages."""

from __future__ import annotations

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from governance.models import User


def sign_in(page: Page, address: str, user: User) -> None:
    """Give the browser a session of this person on the server at this address."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
