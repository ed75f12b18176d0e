"""The main verbs without JavaScript: apply, sign, take in, decide, confirm; and the pages that only are read."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from governance.models import User
from governance.states import RoundStatus
from projects.models import Application
from projects.states import ApplicationStatus
from reviews.models import Act
from reviews.states import ActStatus
from tests import scenes
from tests.browser.signing_in import sign_in
from tests.factories import city, complete_draft

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A page of a browser in which no script runs."""
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    yield context.new_page()
    context.close()


def open_as(page: Page, server: LiveServer, person: User, name: str, *args: object) -> None:
    page.context.clear_cookies()
    sign_in(page, server.url, person)
    page.goto(server.url + reverse(name, args=args))


def test_an_application_is_made_signed_taken_in_decided_and_confirmed(live_server: LiveServer, plain: Page) -> None:
    here = city()
    here.round.status = RoundStatus.OPEN
    here.round.save()
    draft = complete_draft(here)
    apply(plain, live_server, here, draft)
    sign_and_take_in(plain, live_server, here, draft)
    decide_and_confirm(plain, live_server, here, draft)


def apply(page: Page, server: LiveServer, here: SimpleNamespace, draft: Application) -> None:
    """A second module in the grid, then to the leader."""
    open_as(page, server, here.people.health, "projects:modules", draft.number)
    page.get_by_role("link", name="加模块").click()
    row = page.locator("#line-new")
    row.get_by_label("名称").fill("家庭医生签约")
    row.get_by_label("说明").fill("签约、履约与回访")
    row.locator("[name=declared]").fill("50")
    row.locator("button[name=save]").click()
    expect(page.locator(".mg")).to_contain_text("家庭医生签约")
    assert draft.lines.count() == 2
    page.goto(server.url + reverse("projects:detail", args=[draft.number]))
    page.get_by_role("button", name="提交单位审核").click()
    expect(page.locator(".note-green")).to_be_visible()


def sign_and_take_in(page: Page, server: LiveServer, here: SimpleNamespace, draft: Application) -> None:
    open_as(page, server, here.people.health_leader, "projects:sign-off", draft.number)
    page.locator("summary", has_text="签批并提交").first.click()
    page.get_by_role("button", name="签批并提交").first.click()
    draft.refresh_from_db()
    assert draft.status == ApplicationStatus.SUBMITTED
    open_as(page, server, here.people.intake, "reviews:intake", draft.number)
    page.get_by_label("统筹审核").select_option(index=1)
    page.get_by_role("button", name="受理，转统筹处置").click()
    draft.refresh_from_db()
    assert draft.status == ApplicationStatus.CONSOLIDATION


def decide_and_confirm(page: Page, server: LiveServer, here: SimpleNamespace, draft: Application) -> None:
    open_as(page, server, here.people.li, "reviews:workbench", here.round.pk)
    page.goto(f"{page.url}?state=single&application={draft.pk}")
    for cell in page.locator("td.member").all():
        cell.locator('input[value="reject"]').check(force=True)
    page.locator("textarea[name=reason]").fill("不属于本单位职责，不予安排。")
    page.get_by_role("button", name="提交复核").click()
    act = Act.objects.get()
    assert act.status == ActStatus.PROPOSED
    open_as(page, server, here.people.wang, "reviews:act", act.pk)
    page.locator(".decide").get_by_role("button", name="确认方案").click()
    act.refresh_from_db()
    assert act.status == ActStatus.CONFIRMED


def test_pages_are_read_in_full(live_server: LiveServer, plain: Page) -> None:
    here = city()
    scene = scenes.locked(here)
    number, year = scene.health_application.number, scene.budget.year
    for person, name, args in (
        (here.people.health, "home", ()),
        (here.people.health, "projects:list", ()),
        (here.people.health, "projects:detail", (number,)),
        (here.people.li, "reviews:queue", ()),
        (here.people.head, "reviews:annual-list", (here.round.pk,)),
        (here.people.finance, "budgets:detail", (year,)),
        (here.people.health, "catalog:capabilities", ()),
        (here.people.health, "catalog:systems", ()),
    ):
        open_as(plain, live_server, person, name, *args)
        expect(plain.locator("main h1")).to_be_visible()
        waiting = plain.locator("[hx-trigger=load]").all()
        assert all(part.locator("a").count() for part in waiting), f"{name}: what loads later is a link meanwhile"
