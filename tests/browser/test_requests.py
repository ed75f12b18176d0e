"""Capability requests in a real browser, in Chinese: sound pages, asked for by a clerk, granted by the catalog manager."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import CapabilityRequest
from reviews.services import requests
from reviews.services.plan import Choice, plan
from tests import scenes
from tests.browser.looking import DESKTOP, assert_is_sound, watching
from tests.browser.signing_in import sign_in
from tests.factories import CapabilityFactory, SystemFactory, city
from tests.scenes import module

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(settings):
    settings.LANGUAGE_CODE = "zh-hans"
    here = city()
    here.video = CapabilityFactory(
        jurisdiction=here.jurisdiction, code="GX-V", name="视频接入", capacity=100, capacity_unit="路"
    )
    here.system = SystemFactory(owner=here.health, code="WJ-1", name="急救调度系统")
    here.made = scenes.application(here, "health", 1_000_000, name="急救指挥平台")
    scenes.decide(here, Choice(module(here.made).pk, "strip", capability=here.video.pk))
    granted = requests.ask(
        here.video, by=here.people.police, system=SystemFactory(owner=here.police), purpose="路口监控", quota=98
    )
    requests.grant(granted, by=here.people.catalog)
    return here


def test_from_asking_to_granting(page: Page, live_server, here):
    with watching(page):
        sign_in(page, live_server.url, here.people.health)
        page.set_viewport_size(DESKTOP)
        page.goto(live_server.url + reverse("catalog:capability", args=[here.video.pk]))
        page.get_by_role("link", name="申请使用此能力").click()
        page.get_by_label("运行中的系统").select_option(label="急救调度系统")
        page.get_by_label("用途说明").fill("急救车视频回传")
        page.get_by_label("配额").fill("2")
        assert_is_sound(page)
        page.get_by_role("button", name="提出申请").click()
        expect(page.get_by_text("申请已提出")).to_be_visible()
        request = CapabilityRequest.objects.get(system=here.system)
        sign_in(page, live_server.url, here.people.catalog)
        page.goto(live_server.url + reverse("home"))
        expect(page.get_by_text("办理2件能力使用申请")).to_be_visible()
        page.goto(live_server.url + reverse("reviews:capability-request", args=[request.pk]))
        assert_is_sound(page)
        page.locator("summary", has_text="批准").first.click()
        page.get_by_role("button", name="批准", exact=True).click()
        expect(page.get_by_text("已批准使用")).to_be_visible()
    request.refresh_from_db()
    assert (request.status, request.quota) == ("granted", 2)


def test_the_pages_are_sound(page: Page, live_server, here):
    act = plan(
        "统一接入",
        [Choice(module(scenes.application(here, "transport", 50)).pk, "strip", capability=here.video.pk)],
        by=here.people.li,
    )
    requests.grant(CapabilityRequest.objects.get(application=here.made), by=here.people.catalog, quota=2)
    pages = {
        "list": (here.people.catalog, reverse("reviews:capability-requests")),
        "use": (here.people.health, reverse("reviews:capability-use", args=[here.video.pk])),
        "capability": (here.people.health, reverse("catalog:capability", args=[here.video.pk])),
        "act": (here.people.li, reverse("reviews:act", args=[act.pk])),
        "bench": (here.people.li, reverse("reviews:workbench", args=[here.round.pk]) + f"?act={act.pk}"),
    }
    with watching(page):
        for name, (who, address) in pages.items():
            sign_in(page, live_server.url, who)
            page.goto(live_server.url + address)
            page.wait_for_load_state("networkidle")
            assert_is_sound(page)
            if folder := os.environ.get("SHOTS_REQ"):
                page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
