"""The search in a real browser, in Chinese: suggestions, arrow keys, the page, the number that leads straight there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from catalog.services import starter
from governance.models import User
from projects.states import ApplicationStatus
from tests.browser.looking import PHONE, assert_is_sound, watching
from tests.browser.signing_in import sign_in
from tests.factories import ApplicationFactory, LineFactory, city

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reader(settings, tmp_path) -> User:
    settings.LANGUAGE_CODE = "zh-hans"
    settings.MODEL_DIR = tmp_path  # without a model: the page says so
    here = city()
    starter.load(here.jurisdiction, by=here.people.catalog)
    made = ApplicationFactory(
        round=here.round, department=here.health, name="视频会诊平台", status=ApplicationStatus.CONSOLIDATION
    )
    LineFactory(application=made, name="视频调阅", description="接入视频、转码、录像")
    return here.people.li


def test_the_page_is_sound_with_hits_and_without(live_server, page: Page, reader: User) -> None:
    sign_in(page, live_server.url, reader)
    for asked in ("", "?q=视频", "?q=视频&kind=module", "?q=没有这样的词"):
        with watching(page):
            page.goto(f"{live_server.url}/search/{asked}", wait_until="networkidle")
            assert_is_sound(page)


def test_typing_suggests_and_the_arrow_keys_lead_to_a_hit(live_server, page: Page, reader: User) -> None:
    sign_in(page, live_server.url, reader)
    page.goto(f"{live_server.url}/catalog/systems/all/")
    with watching(page):
        page.keyboard.press("/")
        page.keyboard.insert_text("视频")  # as an input method commits a word
        suggestions = page.locator("#search-suggestions")
        expect(suggestions.get_by_role("link", name="视频会诊平台")).to_be_visible()
        assert_is_sound_with_suggestions(page)
        page.keyboard.press("ArrowDown")
        expect(suggestions.locator("[data-hit]").first).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(page.locator("#global-search")).to_be_focused()
        page.keyboard.press("Escape")
        expect(suggestions).to_be_hidden()
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q="))
    expect(page.get_by_text("只按关键词搜索")).to_be_visible()


def test_what_is_typed_before_the_page_is_ready_gets_its_suggestions(live_server, page: Page, reader: User) -> None:
    sign_in(page, live_server.url, reader)
    scripts: list[Route] = []
    page.route("**/app.js", lambda route: scripts.append(route))  # the page's script is long on its way
    with page.expect_request("**/app.js"):
        page.goto(live_server.url, wait_until="commit")
    page.locator("#global-search").click()
    page.keyboard.insert_text("视频")
    suggestions = page.locator("#search-suggestions")
    expect(suggestions).to_be_empty()
    scripts[0].continue_()
    expect(suggestions.get_by_role("link", name="视频会诊平台")).to_be_visible()


def assert_is_sound_with_suggestions(page: Page) -> None:
    page.set_viewport_size(PHONE)
    assert_is_sound(page)


def test_the_arrow_keys_lead_through_what_was_found(live_server, page: Page, reader: User) -> None:
    sign_in(page, live_server.url, reader)
    page.goto(f"{live_server.url}/search/?q=视频")
    page.locator("#page-search").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="视频会诊平台")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/projects/SB2027-\d+/"))


def test_without_scripts_the_field_leads_to_the_page(live_server, browser, reader: User) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in(page, live_server.url, reader)
    page.goto(live_server.url)
    page.locator("#global-search").fill("视频")
    page.locator("#global-search").press("Enter")
    expect(page.locator(".hits").first).to_contain_text("视频会诊平台")
    page.get_by_role("link", name="查找意思相近的内容").click()
    expect(page.get_by_text("只按关键词搜索")).to_be_visible()
    context.close()
