"""Lists, budgets and proposals in a real browser: no barrier, no English, and what scripts add works."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from budgets.models import Budget
from reviews.models import Act, ListProject
from reviews.states import ActStatus, ListStatus
from tests import scenes
from tests.browser.looking import PHONE, assert_is_sound, sideways, watching
from tests.browser.signing_in import sign_in
from tests.factories import city
from tests.reviews.pages import proposed, two

pytestmark = pytest.mark.django_db(transaction=True)
CODES = re.compile(r"(?:SB|XM|TC|CZ)[\d/-]+|PDF|Word|Excel|\b[N]\b|Ctrl|\bv\d")


def english(page: Page) -> list[str]:
    return re.findall(r"[A-Za-z]{3,}", CODES.sub("", page.locator("main").inner_text()))


def test_pages_of_lists_and_budgets_have_no_barrier_and_no_english(live_server: LiveServer, page: Page):
    scene = scenes.locked()
    round, people = scene.place.round, scene.place.people
    entry = scene.list.projects.order_by("pk").first()
    ListProject.objects.filter(pk=entry.pk).update(status=ListStatus.RESERVE)
    pages = {
        people.head: [
            ("reviews:annual-list", round.pk), ("reviews:annual-lists",), ("reviews:list-version", round.pk, 1),
            ("budgets:lock-panel", scene.list.pk), ("budgets:detail", round.year),
        ],
        people.finance: [
            ("budgets:index",), ("budgets:detail", round.year), ("budgets:chain", entry.project.code),
        ],
        people.health: [("reviews:annual-list", round.pk)],
    }  # fmt: skip
    for user, views in pages.items():
        sign_in(page, live_server.url, user)
        with watching(page):
            for name, *args in views:
                answer = page.goto(live_server.url + reverse(name, args=args), wait_until="networkidle")
                assert answer and answer.ok, name
                assert_is_sound(page)
                assert english(page) == [], name


def test_the_head_ranks_a_project_and_puts_it_in_reserve(live_server: LiveServer, page: Page):
    scene = scenes.determined()
    entry = scene.list.projects.get(project__application=scene.police_application)
    sign_in(page, live_server.url, scene.place.people.head)
    page.goto(live_server.url + reverse("reviews:annual-list", args=[scene.place.round.pk]), wait_until="networkidle")
    row = page.locator(".dt tr").filter(has=page.get_by_text(entry.project.code)).first
    row.locator("select[name=priority]").select_option("1")
    expect(page.locator(".messages")).to_contain_text("已调整")
    row.get_by_text("转备选").first.click()
    row.locator("details.ask button[type=submit]").click()
    expect(page.locator(".cutline")).to_be_visible()
    entry.refresh_from_db()
    assert (entry.priority, entry.status) == (1, ListStatus.RESERVE)


def test_finance_sets_the_ceiling_in_tens_of_thousands(live_server: LiveServer, page: Page):
    scene = scenes.determined()
    sign_in(page, live_server.url, scene.place.people.finance)
    page.goto(live_server.url + reverse("budgets:detail", args=[scene.place.round.year]))
    form = page.locator("form[action$='/ceiling/']")
    expect(form).to_contain_text("万元")
    form.locator("input[name=amount]").fill("12.5")
    form.get_by_role("button").click()
    expect(page.locator(".ceil-sums")).to_contain_text("12.50")
    assert Budget.objects.get(year=scene.place.round.year).ceiling == 125_000


def test_a_proposal_is_confirmed_by_keys(live_server: LiveServer, page: Page):
    place = city()
    act = proposed(place, two(place))
    sign_in(page, live_server.url, place.people.wang)
    page.goto(live_server.url + reverse("reviews:act", args=[act.pk]), wait_until="networkidle")
    expect(page.locator(".outcome")).to_contain_text("征求意见")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".messages")).to_contain_text("已确认")
    assert Act.objects.get().status == ActStatus.CONFIRMED
    page.keyboard.press("n")
    expect(page.locator(".messages")).to_contain_text("没有其他待您复核的方案")


def test_a_proposal_is_sent_back_on_a_phone_with_the_lines_named(live_server: LiveServer, page: Page):
    place = city()
    pair = two(place)
    act = proposed(place, pair)
    sign_in(page, live_server.url, place.people.wang)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(live_server.url + reverse("reviews:act", args=[act.pk]), wait_until="networkidle")
    assert sideways(page) <= 0
    bar = page.locator(".abar")
    bar.locator("summary").click()
    bar.locator(f"input[name=lines][value='{pair.a.pk}']").check()
    bar.locator("textarea[name=reason]").fill("金额偏高")
    bar.locator("details button[type=submit]").click()
    expect(page.locator(".messages")).to_contain_text("方案")
    assert Act.objects.get().status == ActStatus.PLANNED
