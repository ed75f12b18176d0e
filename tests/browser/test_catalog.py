"""The catalog in a real browser, in Chinese: sound pages, a dialog that saves, browsing, the walk of attestations."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from catalog.models import Capability, DataResource, System
from catalog.services import capabilities, data, functions, starter, systems
from tests.browser.looking import assert_is_sound, watching
from tests.browser.signing_in import sign_in
from tests.factories import SystemFactory, city

pytestmark = pytest.mark.django_db(transaction=True)
# Codes and names of things, no English left over.
NAMES = re.compile(r"\b(city-NL\d+|JT-[A-Z]*\d+|sys-\d+|F\d\d(\.\d\d)?|API|SDK|CSV|Excel|vCPU|GiB|CPU|Java|GIS)\b")


@pytest.fixture
def here(settings):
    settings.LANGUAGE_CODE = "zh-hans"
    here = city()
    by = here.people.transport
    starter.load(here.jurisdiction, by=here.people.catalog)
    entry = Capability.objects.get(code="city-NL014")
    capabilities.restrict(entry, by=here.people.catalog, reason="容量不足")
    here.system = systems.register(
        here.transport,
        {
            "code": "JT-1",
            "name": "公路养护管理系统",
            "description": "养护计划、巡查、工单与验收",
            "technology": "Java",
            "build_cost": Decimal("2840000.00"),
            "last_used_on": date(2020, 1, 1),
            "status": "in_use",
        },
        by=by,
    )
    functions.add(here.system, {"name": "养护巡查"}, by=by)
    change = {"planned_fate": "replace", "replaced_by": entry, "used_by": [here.police]}
    systems.update(here.system, change, by=by, reason="整合规划")
    SystemFactory(owner=here.health, name="预防接种系统")
    here.resource = data.register(
        here.transport,
        {"code": "JT-D1", "name": "路段信息", "system": here.system},
        by=by,
        items=[{"name": "桩号", "is_key": True}],
    )
    return here


def at(name, *args):
    return reverse(f"catalog:{name}", args=args)


def open_page(page: Page, server, path: str) -> None:
    page.goto(server.url + path)
    page.wait_for_load_state("networkidle")


def test_every_page_is_sound_and_in_chinese(page: Page, live_server, here):
    system, capability = System.objects.get(code="JT-1"), Capability.objects.get(code="city-NL014")
    resource, other = DataResource.objects.get(), System.objects.get(owner=here.health)
    record = ["system", "system-functions", "system-inside", "system-versions", "system-edit", "function-add"]
    seen = {
        "transport": [
            *(
                at(name)
                for name in ("capabilities", "systems", "system-directory", "system-create", "data", "data-create")
            ),
            *(at(name, system.pk) for name in record),
            at("system", other.pk),
            at("capability", capability.pk),
            at("data-resource", resource.pk),
            at("data-edit", resource.pk),
            at("systems") + "?q=没有",
        ],
        "catalog": [
            at("systems"),
            at("categories"),
            at("category-add"),
            at("capability-create"),
            at("capability", capability.pk),
            at("capability-edit", capability.pk),
        ],
    }
    for name, paths in seen.items():
        sign_in(page, live_server.url, getattr(here.people, name))
        with watching(page):
            for path in paths:
                open_page(page, live_server, path)
                assert_is_sound(page)
                left = re.findall(r"[A-Za-z]{2,}", NAMES.sub("", page.locator("main").inner_text()))
                assert left == [], path


def test_a_function_is_added_in_a_dialog_and_a_refusal_comes_back_as_a_page(page: Page, live_server, here):
    sign_in(page, live_server.url, here.people.transport)
    for _time in range(2):
        open_page(page, live_server, at("system-functions", here.system.pk))
        page.get_by_role("link", name="添加功能").click()
        page.locator("dialog[open] [name=name]").fill("病害上报")
        page.locator("dialog[open]").get_by_role("button", name="保存").click()
        if not _time:
            expect(page.get_by_role("rowheader", name="病害上报")).to_be_visible()

    expect(page.get_by_role("alert")).to_contain_text("已有同名功能")


def test_the_catalog_is_browsed_by_words_and_by_resource(page: Page, live_server, here):
    sign_in(page, live_server.url, here.people.transport)
    open_page(page, live_server, at("capabilities"))
    cards = page.locator(".cap-card h2")

    page.get_by_role("searchbox", name="搜索").last.fill("短信 网关")
    expect(cards).to_have_text(["统一消息服务"])
    open_page(page, live_server, at("capabilities"))
    page.get_by_role("link", name="资源", exact=True).click()
    page.get_by_role("link", name="视频资源").click()
    expect(cards).to_have_text(["视频接入与共享"])


def test_attesting_asks_first_and_goes_on_to_the_next(page: Page, live_server, here):
    by = here.people.transport
    second = systems.register(here.transport, {"code": "JT-2", "name": "桥梁档案库"}, by=by)
    functions.add(second, {"name": "桥梁检测"}, by=by)
    sign_in(page, live_server.url, by)
    open_page(page, live_server, at("systems"))

    page.get_by_role("link", name="逐个核验").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("公路养护管理系统")
    page.locator("summary", has_text="核验").click()
    page.get_by_role("button", name="核验").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("桥梁档案库")
    expect(page.locator(".messages")).to_contain_text("已完成本年核验")
