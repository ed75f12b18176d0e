"""The pages of governance and "My work", in a real browser, in Chinese."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from common import audit
from governance.models import User
from governance.policies import PARAMETERS
from governance.services.policies import Basis, load_default_pack, set_policy
from governance.states import Role, RoundStatus
from projects.states import ApplicationStatus
from tests.browser.looking import assert_is_sound, watching
from tests.browser.signing_in import sign_in
from tests.factories import ApplicationFactory, LineFactory, MembershipFactory, RoundFactory, UserFactory, city, person

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = timezone.localdate()
# Words that are no English to a Chinese reader: codes, accounts, names of things.
# names, also those of the browser and the device that a person is signed in with
NAMES = re.compile(
    r"\b[a-z]+(-[a-z]+)+\b|\b(city|CNY|ISO|CSV|SB\d+|English|user\d+|newcomer|Chrome|Linux)\b", re.IGNORECASE
)


@pytest.fixture
def here(settings):
    settings.LANGUAGE_CODE = "zh-hans"  # of the installation, in which the pack is written
    here = city()
    here.system = person(here.bureau, Role.SYSTEM_ADMIN, username="city-system", display_name="魏工")
    here.security = person(here.bureau, Role.SECURITY_ADMIN, username="city-security", display_name="董工")
    MembershipFactory(user=here.people.health, department=here.police, role=Role.EXPERT)
    load_default_pack()
    basis = Basis("江政办〔2026〕12号", TODAY, clause="第十五条", is_verified=True)
    set_policy(here.jurisdiction, "review_days", 25, basis, by=here.people.head)
    here.open_round = RoundFactory(
        jurisdiction=here.jurisdiction, status=RoundStatus.OPEN, opens_on=TODAY, closes_on=TODAY + timedelta(days=30)
    )
    row = ApplicationFactory(
        round=here.open_round, department=here.health, status=ApplicationStatus.SUBMITTED, drafter=here.people.health
    )
    LineFactory(application=row)
    audit.record("application.submitted", row, by=here.people.health_leader)
    UserFactory(username="newcomer", display_name="新来的")
    return here


def latin(page: Page) -> list[str]:
    """Words in Latin letters that are left on a Chinese page."""
    text = page.locator("main").inner_text()
    return re.findall(r"[A-Za-z]{2,}", NAMES.sub("", text))


def see(page: Page, server: LiveServer, user: User, addresses: list[str]) -> None:
    """Every page is free of barriers, scripts run, and nothing is left in English."""
    sign_in(page, server.url, user)
    with watching(page):
        for address in addresses:
            answer = page.goto(server.url + address)
            assert answer and answer.ok, address
            assert_is_sound(page)
            assert latin(page) == [], address


def test_what_the_head_sees(live_server, page, here):
    addresses = ["/", "/governance/rounds/", f"/governance/rounds/{here.open_round.pk}/", "/governance/rounds/new/"]
    addresses += ["/governance/policies/", "/governance/policies/review_days/", "/governance/policies/weights/new/"]
    addresses += ["/governance/organisation/", f"/governance/organisation/departments/{here.health.pk}/edit/"]
    addresses += ["/governance/organisation/jurisdictions/new/", "/governance/organisation/sources/"]
    addresses += ["/governance/organisation/sources/new/", "/governance/audit/"]
    see(page, live_server, here.people.head, addresses)


def test_what_the_administrators_see(live_server, page, here):
    see(page, live_server, here.system, ["/governance/people/new/", "/governance/organisation/calendar/?year=2026"])
    person_page = f"/governance/people/{here.people.health.pk}/"
    see(page, live_server, here.security, ["/", "/governance/people/", person_page])


def test_what_everybody_sees(live_server, page, here):
    see(page, live_server, here.people.health, ["/", "/governance/profile/", "/governance/profile/tokens/"])


def test_without_a_role(live_server, page, here):
    see(page, live_server, UserFactory(display_name="新人"), ["/"])


def test_the_head_closes_a_round(live_server, page, here):
    sign_in(page, live_server.url, here.people.head)
    page.goto(f"{live_server.url}/governance/rounds/{here.open_round.pk}/")
    page.locator("summary", has_text="关闭批次").click()
    expect(page.get_by_text("不再接受申报。已提交的继续评审")).to_be_visible()
    page.get_by_role("button", name="关闭批次").click()
    expect(page.get_by_text("批次已关闭，不再接受申报。")).to_be_visible()


def test_a_role_is_switched_in_the_top_bar(live_server, page, here):
    sign_in(page, live_server.url, here.people.health)
    page.goto(live_server.url)
    page.locator("details.me summary").click()
    page.get_by_role("button", name=re.compile("专家")).click()
    expect(page.get_by_text(re.compile("当前身份：.*专家"))).to_be_visible()


def test_the_security_administrator_gives_a_role_and_hears_why_not(live_server, page, here):
    sign_in(page, live_server.url, here.security)
    page.goto(live_server.url)
    page.get_by_role("link", name="授予角色").click()
    page.locator("[name=department]").select_option(label="市公安局")
    page.locator("[name=role]").select_option(label="单位经办")
    page.get_by_role("button", name="授予").click()
    expect(page.get_by_text("新来的 现为单位经办。")).to_be_visible()
    page.locator("[name=department]").select_option(label="市大数据局")
    page.locator("[name=role]").select_option(label="审计管理员")
    page.get_by_role("button", name="授予").click()
    expect(page.get_by_text(re.compile("三员互相分立"))).to_be_visible()
    assert_is_sound(page)


def test_the_log_is_narrowed_and_exported(live_server, page, here):
    sign_in(page, live_server.url, here.people.head)
    page.goto(f"{live_server.url}/governance/audit/")
    page.get_by_label("操作").select_option(label="设定参数值")
    expect(page.locator("#rows tbody tr")).to_have_count(len(PARAMETERS) + 1)
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
