"""The bell, the list of notifications and the profile in a real browser, in Chinese."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from governance.models import Notification, User
from governance.states import Role
from tests.browser.looking import assert_is_sound, watching
from tests.browser.signing_in import sign_in
from tests.factories import MembershipFactory, city

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerk(settings) -> User:
    settings.LANGUAGE_CODE = "zh-hans"
    here = city()
    user = here.people.health
    other = MembershipFactory(user=user, department=here.police, role=Role.LEADER)
    told = (
        (user.memberships.earliest("pk"), "application", "application.accepted", "SB2027-0001 签约服务平台"),
        (other, "opinion", "act.confirmed", "TC2027-0002 走访随访合并建设"),
    )
    for number, (role, kind, action, title) in enumerate(told):
        Notification.objects.create(
            membership=role, kind=kind, action=action, title=title, url="/catalog/", key=f"event-{number}",
            who="林晓岚 · 市大数据局", at=timezone.now(),
        )  # fmt: skip
    return user


def test_the_bell_leads_to_the_list_and_a_line_to_its_record(live_server, page: Page, clerk: User) -> None:
    sign_in(page, live_server.url, clerk)
    page.goto(f"{live_server.url}/catalog/data/")
    with watching(page):
        page.get_by_role("link", name="通知，2 条未读").click()
        assert_is_sound(page)
        page.get_by_role("button", name="SB2027-0001").click()
        expect(page).to_have_url(re.compile(r"/catalog/$"))
    expect(page.get_by_role("link", name="通知，1 条未读")).to_be_visible()


def test_a_line_for_another_role_opens_in_that_role(live_server, page: Page, clerk: User) -> None:
    sign_in(page, live_server.url, clerk)
    page.goto(f"{live_server.url}/governance/notifications/?kind=new")
    page.get_by_role("button", name="TC2027-0002").click()
    expect(page.locator("[data-messages]")).to_contain_text("市公安局")


def test_all_are_read_without_scripts_too(live_server, browser, clerk: User) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in(page, live_server.url, clerk)
    page.goto(f"{live_server.url}/governance/notifications/")
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.locator("[data-messages]")).to_contain_text("已将 2 条通知标为已读")
    context.close()


def test_the_profile_is_sound_and_keeps_what_is_wished(live_server, page: Page, clerk: User) -> None:
    sign_in(page, live_server.url, clerk)
    with watching(page):
        page.goto(f"{live_server.url}/governance/profile/")
        assert_is_sound(page)
        page.get_by_label("批次开放与截止").uncheck()
        page.get_by_label("金额单位").select_option("yuan")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_label("批次开放与截止")).not_to_be_checked()
    saved = User.objects.get(pk=clerk.pk)
    assert (saved.muted, saved.money_unit) == (["round"], "yuan")
