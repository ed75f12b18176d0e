"""What the pages rely on in htmx; a change of its version has to keep these."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.looking import watching

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.htmx_urls")]


@pytest.fixture
def start(live_server: LiveServer, page: Page) -> Iterator[Page]:
    with watching(page):
        page.goto(f"{live_server.url}/try/")
        yield page


def test_a_refused_form_is_shown_in_its_place(start: Page) -> None:
    start.get_by_role("button", name="send").click()
    expect(start.locator(".error")).to_have_text("name is missing")


def test_the_csrf_token_of_the_page_goes_with_every_request(start: Page) -> None:
    start.get_by_role("button", name="post").click()
    expect(start.locator("#out")).to_have_text("taken by POST")


def test_an_answer_may_change_a_second_place(start: Page) -> None:
    start.get_by_role("button", name="two places").click()
    expect(start.locator("#out")).to_have_text("one")
    expect(start.locator("#other")).to_have_text("after")


def test_the_back_button_brings_the_page_back(start: Page) -> None:
    start.get_by_role("link", name="next").click()
    expect(start.locator("#out")).to_have_text("next page")
    assert start.url.endswith("/try/next/")
    start.go_back()
    expect(start.locator("#out")).to_have_text("start")


def test_a_fault_is_said_in_words_and_never_put_into_the_page(start: Page) -> None:
    start.get_by_role("button", name="fault").click()
    expect(start.get_by_role("status")).to_contain_text("系统出现故障")
    expect(start.locator("#out")).to_have_text("start")


def test_a_lost_connection_is_said_in_words(start: Page) -> None:
    start.context.set_offline(True)
    start.get_by_role("button", name="two places").click()
    expect(start.locator("#messages")).to_contain_text("连不上服务器")
