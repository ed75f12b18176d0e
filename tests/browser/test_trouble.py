"""Pages that cannot be given, and a page without a connection, in a real browser, in Chinese."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from governance.models import User
from governance.states import Role
from tests.browser.looking import assert_is_sound, watching
from tests.browser.signing_in import sign_in
from tests.factories import MembershipFactory, city

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerk(settings) -> User:
    settings.LANGUAGE_CODE = "zh-hans"
    here = city()
    MembershipFactory(user=here.people.health, department=here.finance, role=Role.FINANCE)
    return here.people.health


def test_what_stands_in_the_way_is_sound_and_another_role_helps(live_server, page: Page, clerk: User) -> None:
    sign_in(page, live_server.url, clerk)
    with watching(page):
        page.goto(f"{live_server.url}/nowhere/")
        assert_is_sound(page)
        page.goto(f"{live_server.url}/budgets/")
        assert_is_sound(page)
        page.get_by_role("button", name="以“市财政局").click()
        expect(page).to_have_url(re.compile(r"/budgets/$"))
    expect(page.get_by_role("heading", level=1)).not_to_have_text("您当前的角色不能办理此事")


def test_without_a_connection_a_form_waits_and_keeps_what_was_typed(live_server, page: Page, clerk: User) -> None:
    sign_in(page, live_server.url, clerk)
    page.goto(f"{live_server.url}/governance/profile/")
    page.get_by_label("电话").fill("027-8866 2103")
    page.context.set_offline(True)
    expect(page.locator("[data-offline]")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[data-messages]")).to_contain_text("暂时连不上服务器")
    page.context.set_offline(False)
    expect(page.locator("[data-offline]")).to_be_hidden()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_label("电话")).to_have_value("027-8866 2103")
    assert User.objects.get(pk=clerk.pk).phone == "027-8866 2103"
