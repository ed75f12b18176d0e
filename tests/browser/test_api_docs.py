"""The API's manual in a real browser, under the content security policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.signing_in import sign_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_manual_shows_the_interface_and_breaks_no_policy(live_server: LiveServer, page: Page) -> None:
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    sign_in(page, live_server.url, UserFactory())
    page.goto(f"{live_server.url}/api/docs/")
    expect(page.locator(".swagger-ui .info .title")).to_contain_text("Tongchou")
    expect(page.locator(".swagger-ui .opblock").first).to_be_visible()
    assert refused == []
