"""The shell, the components and the pages without a record, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from governance.models import User
from governance.states import Role
from tests.browser.looking import PHONE, assert_is_sound, watching
from tests.browser.signing_in import sign_in
from tests.factories import DepartmentFactory, MembershipFactory, person

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery"


@pytest.fixture
def reviewer() -> User:
    """Somebody at the authority, who is a clerk in a second department too."""
    user = person(DepartmentFactory(name="市大数据局"), Role.REVIEWER, display_name="林晓岚", username="lin")
    MembershipFactory(user=user, department=DepartmentFactory(name="市水务局"), role=Role.CLERK)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def components(live_server: LiveServer, page: Page, reviewer: User) -> Page:
    sign_in(page, live_server.url, reviewer)
    page.goto(f"{live_server.url}/components/")
    return page


def test_every_component_is_free_of_barriers(components: Page) -> None:
    with watching(components):
        components.reload()
        assert_is_sound(components)


def test_every_component_is_free_of_barriers_in_english(components: Page, live_server: LiveServer) -> None:
    components.context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
    components.reload()
    assert_is_sound(components)


def test_the_component_page_speaks_chinese(components: Page) -> None:
    expect(components.get_by_role("heading", level=1)).to_have_text("界面组件")


def test_signing_in_is_free_of_barriers_and_says_what_was_wrong(
    live_server: LiveServer, page: Page, reviewer: User
) -> None:
    with watching(page):
        page.goto(f"{live_server.url}/accounts/login/?next=/components/")
        assert_is_sound(page)
        page.get_by_label("账号").fill(reviewer.username)
        page.get_by_label("密码").fill("wrong")
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert_is_sound(page)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page).to_have_url(f"{live_server.url}/components/")


def test_a_missing_page_says_so_with_and_without_a_sign_in(live_server: LiveServer, page: Page, reviewer: User) -> None:
    page.goto(f"{live_server.url}/nowhere/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("页面不存在")
    assert_is_sound(page)
    sign_in(page, live_server.url, reviewer)
    page.goto(f"{live_server.url}/nowhere/")
    expect(page.get_by_role("navigation", name="主导航")).to_be_attached()
    assert_is_sound(page)


def test_the_language_is_switched_and_stays(components: Page) -> None:
    components.get_by_role("button", name="English").first.click()
    expect(components.get_by_role("heading", level=1)).to_have_text("Components")
    components.get_by_role("button", name="繁體中文").first.click()
    expect(components.get_by_role("heading", level=1)).to_have_text("界面組件")


def test_a_verb_asks_first_and_escape_takes_it_back(components: Page) -> None:
    question = components.get_by_text("提交后，在退回之前不能再修改。")
    components.locator(".rec summary", has_text="提交").click()
    expect(question).to_be_visible()
    components.keyboard.press("Escape")
    expect(question).to_be_hidden()


def test_a_page_opens_as_a_dialog_and_leaves_nothing_behind(components: Page) -> None:
    with watching(components):
        components.get_by_role("link", name="在对话框中打开").click()
        dialog = components.locator("#page-dialog")
        expect(dialog.get_by_role("heading", level=2).first).to_have_text("界面组件")
        components.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(dialog.locator(".dlg-b")).to_be_empty()


def test_filters_fetch_the_rows_and_stand_in_the_address(components: Page) -> None:
    components.locator("#filter_kind").select_option("new")
    expect(components).to_have_url(re.compile(r"\?kind=new$"))
    expect(components.locator("#rows-active")).to_contain_text("新建")
    components.locator("#filter_q").fill("防汛")
    expect(components).to_have_url(re.compile(r"\?q=.+&kind=new$"))


def test_pages_and_sorting_fetch_the_rows_and_the_back_button_brings_them_back(components: Page) -> None:
    components.locator("#rows").get_by_role("link", name="下一页").first.click()
    expect(components.get_by_text("第 14–26 项，共 62 项")).to_be_visible()
    components.locator("#rows thead").get_by_role("link", name="名称").click()
    expect(components).to_have_url(re.compile(r"\?ordering=name$"))
    expect(components.get_by_text("第 1–13 项，共 62 项")).to_be_visible()
    components.go_back()
    expect(components.get_by_text("第 14–26 项，共 62 项")).to_be_visible()


def test_a_changed_form_asks_before_it_is_left(components: Page) -> None:
    asked: list[str] = []
    components.on("dialog", lambda question: (asked.append(question.type), question.accept()))
    components.locator("#id_name").fill("防汛调度")
    components.goto(components.url.replace("/components/", "/accounts/password/"))
    assert asked == ["beforeunload"]


def test_the_account_menu_offers_the_other_role(components: Page) -> None:
    components.locator("summary", has_text="林晓岚").click()
    expect(components.get_by_role("button", name="退出登录")).to_be_visible()


def test_a_phone_has_the_menu_at_the_bottom(components: Page) -> None:
    components.set_viewport_size(PHONE)  # type: ignore[arg-type]
    expect(components.locator(".sidebar")).to_be_hidden()
    expect(components.get_by_role("navigation", name="导航", exact=True)).to_be_visible()


def test_the_work_goes_on_without_scripts(live_server: LiveServer, browser: object, reviewer: User) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")  # type: ignore[attr-defined]
    page = context.new_page()
    sign_in(page, live_server.url, reviewer)
    page.goto(f"{live_server.url}/components/")
    page.locator(".rec summary", has_text="提交").click()
    expect(page.get_by_text("提交后，在退回之前不能再修改。")).to_be_visible()
    page.locator("#filter_kind").select_option("new")
    page.get_by_role("button", name="应用").click()
    expect(page).to_have_url(re.compile("kind=new"))
    context.close()
