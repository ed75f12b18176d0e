"""Applying in a real browser, in Chinese: the grid in place, pasting, signing on a phone, the completeness check."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from projects.models import Application
from projects.services import lines, papers
from projects.services.submission import ask_sign_off
from reviews.services import intake
from tests.browser.looking import PHONE, assert_is_sound, watching
from tests.browser.signing_in import sign_in
from tests.factories import CapabilityFactory, DataResourceFactory, SystemFactory, complete_draft, open_city

pytestmark = pytest.mark.django_db(transaction=True)
# What is no English to a Chinese reader: numbers of records, file types, programs, codes.
NAMES = re.compile(
    r"\b(SB\d{4}-\d+(/\d+)?|city|Ctrl|Alt|Excel|WPS|PDF|OFD|Word|PowerPoint|ZIP|CSV|MB|API|(sys|data|cap)-\d+)\b|[a-z]+\.pdf"
)


@pytest.fixture
def here(settings, tmp_path):
    settings.MEDIA_ROOT, settings.LANGUAGE_CODE = tmp_path, "zh-hans"
    town = open_city()
    for name, user in vars(town.people).items():
        type(user).objects.filter(pk=user.pk).update(display_name=f"王{len(name)}")
    draft, clerk = complete_draft(town), town.people.health
    video = CapabilityFactory(jurisdiction=town.jurisdiction, provider=town.bureau, name="视频接入服务")
    lines.add_line(draft, {"name": "视频汇聚", "description": "转码", "capability": video}, by=clerk)
    hardware = {"kind": "hardware", "name": "服务器", "quantity": Decimal(3), "unit_price": Decimal(50000)}
    lines.add_line(draft, hardware, by=clerk)
    rated = {"kind": "supervision", "name": "监理", "rate": Decimal("0.02"), "base": [draft.lines.first()]}
    lines.add_line(draft, rated, by=clerk)
    papers.name_system(draft, SystemFactory(owner=town.health), "current", by=clerk)
    papers.link_data(draft.lines.first(), DataResourceFactory(provider=town.health), "read", by=clerk)
    town.draft = Application.objects.get(pk=draft.pk)
    return town


def latin(page: Page) -> list[str]:
    """Words in Latin letters that are left on a Chinese page."""
    return re.findall(r"[A-Za-z]{2,}", NAMES.sub("", page.locator("main").inner_text()))


def see(page: Page, server, user, addresses):
    """Every page is free of barriers, scripts run, and nothing is left in English."""
    sign_in(page, server.url, user)
    with watching(page):
        for address in addresses:
            page.goto(server.url + address)
            page.wait_for_load_state("networkidle")
            assert latin(page) == [], address
            assert_is_sound(page)


def test_the_clerks_pages_are_sound_and_in_chinese(live_server, page, here):
    own = f"/projects/{here.draft.number}/"
    module, item, rated = (here.draft.lines.get(sequence=n).pk for n in (1, 3, 4))
    parts = [
        "", "edit/", "copy/", "modules/", f"modules/?edit={module}", "modules/?edit=new", "modules/paste/", "estimate/",
        f"estimate/?edit={item}", f"estimate/?edit={rated}", f"lines/{module}/", f"lines/{rated}/", "data/",
        "documents/", "sections/", "review/", "history/",
    ]  # fmt: skip
    see(page, live_server, here.people.health, ["/projects/", "/projects/new/", *(own + part for part in parts)])


def test_the_officers_pages_are_sound_and_in_chinese(live_server, page, here):
    sent = intake.submit(ask_sign_off(complete_draft(here), by=here.people.health), by=here.people.health_leader)
    back = intake.submit(ask_sign_off(complete_draft(here), by=here.people.health), by=here.people.health_leader)
    intake.ask_correction(back, items=[("等保", "缺定级依据")], by=here.people.intake)
    line = sent.lines.get().pk
    see(
        page,
        live_server,
        here.people.intake,
        [
            "/reviews/", "/reviews/?view=correction", f"/reviews/applications/{sent.number}/intake/", "/projects/",
            f"/projects/{sent.number}/", f"/projects/{sent.number}/modules/", f"/projects/{sent.number}/lines/{line}/",
            f"/projects/{back.number}/review/",
        ],
    )  # fmt: skip
    see(page, live_server, here.people.health, [f"/projects/{back.number}/review/"])


def test_a_row_is_changed_in_its_place_and_enter_goes_on(live_server, page, here):
    sign_in(page, live_server.url, here.people.health)
    with watching(page):
        page.goto(f"{live_server.url}/projects/{here.draft.number}/modules/")
        page.evaluate("window.stayed = true")
        page.get_by_role("link", name="电子病历共享").first.click()
        expect(page.locator("[name=declared]")).to_have_value("100.00")
        expect(page.locator("[name=name]")).to_be_focused()
        page.locator("[name=declared]").fill("120.5")
        page.locator("[name=declared]").press("Enter")
        expect(page.locator("tr.editing [name=name]")).to_have_value("视频汇聚")
        expect(page.locator(".grand dd")).to_contain_text("137.91")
        page.locator("[name=declared]").fill("一百")
        page.locator("[name=declared]").press("Enter")
        expect(page.locator("tr.errors")).to_contain_text("不是万元金额")
        page.locator("[name=declared]").press("Escape")
        expect(page.locator("tr.editing")).to_have_count(0)
        expect(page.locator("#line-new")).to_have_count(0)
        assert page.evaluate("window.stayed"), "the page was never loaded anew"
    assert here.draft.lines.get(sequence=1).declared == Decimal(1205000)


def test_a_block_pasted_into_a_cell_becomes_rows(live_server, page, here):
    sign_in(page, live_server.url, here.people.health)
    page.goto(f"{live_server.url}/projects/{here.draft.number}/modules/")
    page.get_by_role("link", name="加模块").click()
    cell = page.locator("#line-new [name=name]")
    expect(cell).to_be_visible()
    cell.evaluate(
        """(field) => { const data = new DataTransfer(); data.setData('text/plain', '甲\\t说明\\t1.5\\n乙\\t\\t2');
        field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    field = page.locator("dialog textarea[name=text]")
    expect(field).to_have_value("甲\t说明\t1.5\n乙\t\t2")
    page.locator("dialog button[type=submit]").click()
    expect(page.locator(".note-green")).to_contain_text("已添加 2 行")
    assert list(here.draft.lines.order_by("-sequence").values_list("declared", flat=True)[:2]) == [20000, 15000]


def test_a_leader_signs_on_a_phone(live_server, page, here):
    lines.update_line(here.draft.lines.get(sequence=2), {"catalog_answer": "use"}, by=here.people.health)
    ask_sign_off(here.draft, by=here.people.health)
    sign_in(page, live_server.url, here.people.health_leader)
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/projects/{here.draft.number}/sign-off/")
    decision = page.locator(".decides")
    box = decision.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE["height"], "the decision is on the first screen"
    decision.locator("summary", has_text="签批并提交").click()
    decision.get_by_role("button", name="签批并提交").click()
    expect(page.locator(".note-green")).to_contain_text("已签批并提交主管部门")
    here.draft.refresh_from_db()
    assert here.draft.status == "submitted"


def test_without_scripts_the_grid_works_too(live_server, browser, here):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in(page, live_server.url, here.people.health)
    page.goto(f"{live_server.url}/projects/{here.draft.number}/modules/")
    page.get_by_role("link", name="电子病历共享").first.click()
    page.locator("[name=declared]").fill("80")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(f"#line-{here.draft.lines.get(sequence=1).pk}")).to_contain_text("80.00")
    page.get_by_role("link", name="从 Excel 粘贴").click()
    page.locator("[name=text]").fill("丙\t说明\tx")
    page.get_by_role("button", name="添加这些行").click()
    expect(page.locator("main")).to_contain_text("第 1 行")
    context.close()
