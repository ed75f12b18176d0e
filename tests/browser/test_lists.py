"""A list as one's own, in a real browser: a view is kept as a tab, columns are chosen, the files follow the filters."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from governance.models import SavedView, User
from tests.browser.looking import PHONE, assert_is_sound, watching
from tests.browser.signing_in import sign_in
from tests.factories import complete_draft, open_city

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(settings, tmp_path):
    settings.MEDIA_ROOT, settings.LANGUAGE_CODE = tmp_path, "zh-hans"
    town = open_city()
    for name in ("应急指挥平台", "基层医疗平台"):
        complete_draft(town, name=name)
    return town


def test_filters_are_kept_under_a_name_and_found_again_as_a_tab(live_server, page, here):
    sign_in(page, live_server.url, here.people.health)
    page.goto(f"{live_server.url}/projects/")
    with watching(page):
        expect(page.locator("#rows tbody tr")).to_have_count(2)
        page.locator("main [name=q]").fill("应急")
        expect(page.locator("#rows tbody tr")).to_have_count(1)
        page.locator("#rows-actions summary").click()
        excel = page.get_by_role("link", name="Excel 工作簿")
        expect(excel).to_have_attribute("href", "/projects/export.xlsx?q=%E5%BA%94%E6%80%A5")
        page.keyboard.press("Escape")
        page.locator("summary", has_text="存为视图").click()
        assert_is_sound(page)
        page.get_by_label("视图名称").fill("应急类")
        page.get_by_role("button", name="保存", exact=True).click()
        tab = page.locator(".views a.own")
        expect(tab).to_have_text("应急类")
        expect(tab).to_have_attribute("aria-current", "page")
        page.get_by_role("link", name="全部", exact=False).first.click()
        expect(page.locator("#rows tbody tr")).to_have_count(2)
        tab.click()
        expect(page.locator("#rows tbody tr")).to_have_count(1)
        assert_is_sound(page)
    assert SavedView.objects.get().user == here.people.health


def test_a_view_is_given_up_on_a_phone(live_server, page, here):
    SavedView.objects.create(user=here.people.health, page="projects", name="草稿", query="status=draft")
    sign_in(page, live_server.url, here.people.health)
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/projects/")
    page.locator(".views a.own").click()
    page.locator("summary", has_text="本视图").click()
    assert_is_sound(page)
    page.get_by_role("button", name="删除视图").click()
    expect(page.locator(".note-green")).to_contain_text("草稿")
    expect(page.locator(".views a.own")).to_have_count(0)


def test_columns_are_chosen_and_stay_chosen(live_server, page, here):
    sign_in(page, live_server.url, here.people.health)
    page.goto(f"{live_server.url}/projects/")
    expect(page.locator("#rows thead")).to_contain_text("轮到谁")
    page.locator(".columns summary").click()
    page.get_by_label("轮到谁").uncheck()
    page.get_by_label("低行高").check()
    assert_is_sound(page)
    page.locator(".columns").get_by_role("button", name="显示").click()
    expect(page.locator("#rows thead")).not_to_contain_text("轮到谁")
    expect(page.locator("table.low")).to_be_visible()
    assert "turn" not in User.objects.get(pk=here.people.health.pk).lists["projects"]["columns"]
