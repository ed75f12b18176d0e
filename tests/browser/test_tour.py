"""The demonstration's sign-in helper and its tour, as a newcomer meets them."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from config import demo, starter
from tests.browser.looking import assert_is_sound, watching

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def newcomer(live_server: LiveServer, page: Page) -> Page:
    starter.load(io.StringIO(), make=demo.found)
    page.goto(f"{live_server.url}/accounts/login/")
    return page


def test_one_click_signs_in_and_the_tour_leads_on(newcomer: Page, live_server: LiveServer) -> None:
    with watching(newcomer):
        assert_is_sound(newcomer)
        newcomer.get_by_role("link", name="五分钟导览").click()
        assert_is_sound(newcomer)
        newcomer.get_by_role("navigation", name="角色").get_by_role("link", name="财政 彭丽").click()
        newcomer.locator(".tour-steps button").first.click()
        expect(newcomer).to_have_url(f"{live_server.url}/budgets/")
        expect(newcomer.locator(".top .me")).to_contain_text("财政")
        newcomer.locator(".top .me > summary").click()
        newcomer.get_by_role("link", name="五分钟导览").click()
        assert_is_sound(newcomer)
