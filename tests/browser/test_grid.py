"""The grid of lines as a spreadsheet, in a real browser: keyboard, saving by itself, pasting, order, taking back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from catalog.states import CapabilityStatus
from projects.services import lines
from tests.browser.looking import PHONE, assert_is_sound, watching
from tests.browser.signing_in import sign_in
from tests.factories import CapabilityFactory, complete_draft, open_city

pytestmark = pytest.mark.django_db(transaction=True)
PASTE = """(field, text) => { const data = new DataTransfer(); data.setData('text/plain', text);
field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""


@pytest.fixture
def here(settings, tmp_path):
    settings.MEDIA_ROOT, settings.LANGUAGE_CODE = tmp_path, "zh-hans"
    town = open_city()
    town.draft = complete_draft(town)
    for name in ("视频汇聚", "应急资源"):
        lines.add_line(
            town.draft, {"name": name, "description": "说明", "declared": Decimal(300000)}, by=town.people.health
        )
    return town


@pytest.fixture
def grid(live_server, page, here):
    sign_in(page, live_server.url, here.people.health)
    with watching(page):
        page.goto(f"{live_server.url}/projects/{here.draft.number}/modules/")
        yield page


def cell(page: Page, name: str):
    return page.locator(f"tr.editing [name={name}]")


def names(here):
    return list(here.draft.lines.order_by("sequence").values_list("name", flat=True))


def test_a_row_opens_where_it_is_clicked_and_saves_itself(grid, here):
    grid.locator("tr[data-line]").nth(1).locator("[data-cell=declared]").click()
    expect(cell(grid, "name")).to_have_value("视频汇聚")
    expect(cell(grid, "declared")).to_be_focused()
    cell(grid, "declared").fill("45.5")
    cell(grid, "person_months").click()
    expect(grid.locator("[data-saved]")).to_contain_text("已自动保存")
    expect(grid.locator(".grand dd")).to_contain_text("175.50")
    expect(grid.locator("#record-meta")).to_contain_text("175.50")
    expect(cell(grid, "person_months")).to_be_focused()
    assert here.draft.lines.get(sequence=2).declared == Decimal(455000)
    assert_is_sound(grid)


def test_an_amount_follows_work_and_price_as_soon_as_they_are_left(grid, here):
    lines.update_line(here.draft.lines.get(sequence=2), {"declared": None}, by=here.people.health)
    grid.reload()
    grid.locator("tr[data-line]").nth(1).locator("[data-cell=person_months]").click()
    cell(grid, "person_months").fill("10")
    cell(grid, "unit_price").fill("2")
    cell(grid, "name").click()
    expect(cell(grid, "declared")).to_have_value("20.00")


def test_arrows_walk_through_the_rows_in_their_column(grid, here):
    grid.locator("tr[data-line]").nth(0).locator("[data-cell=description]").click()
    cell(grid, "description").fill("全市共享调阅")
    cell(grid, "description").press("ArrowDown")
    expect(cell(grid, "name")).to_have_value("视频汇聚")
    expect(cell(grid, "description")).to_be_focused()
    cell(grid, "description").press("ArrowUp")
    expect(cell(grid, "description")).to_have_value("全市共享调阅")
    cell(grid, "description").press("Escape")
    expect(grid.locator("tr.editing")).to_have_count(0)
    assert here.draft.lines.get(sequence=1).description == "全市共享调阅"


def test_below_the_last_row_a_new_one_opens(grid, here):
    grid.locator("tr[data-line]").nth(2).locator("[data-cell=name]").locator("a").click()
    expect(cell(grid, "name")).to_be_focused()
    cell(grid, "name").press("ArrowDown")
    expect(grid.locator("#line-new [name=name]")).to_be_visible()
    grid.locator("#line-new [name=name]").fill("新模块")
    grid.locator("#line-new [name=name]").press("Enter")
    expect(grid.locator("tr[data-line]")).to_have_count(4)
    assert names(here)[-1] == "新模块"


def test_a_wrong_cell_is_said_and_stays(grid, here):
    grid.locator("tr[data-line]").nth(1).locator("[data-cell=declared]").click()
    cell(grid, "declared").fill("一百")
    cell(grid, "name").click()
    expect(grid.locator("tr.errors")).to_contain_text("不是万元金额")
    expect(grid.locator("[data-saved]")).to_contain_text("未保存")
    cell(grid, "declared").fill("1")
    cell(grid, "name").click()
    expect(grid.locator("tr.errors")).to_have_count(0)
    assert here.draft.lines.get(sequence=2).declared == Decimal(10000)


def test_a_block_fills_the_grid_from_the_cell_that_holds_the_cursor(grid, here):
    grid.locator("tr[data-line]").nth(1).locator("[data-cell=name]").locator("a").click()
    cell(grid, "name").evaluate(PASTE, "甲\t甲说明\n乙\t乙说明\n丙\t丙说明")
    expect(grid.locator("tr[data-line]")).to_have_count(4)
    expect(grid.locator("#messages")).to_contain_text("已填入 3 行")
    assert names(here)[1:] == ["甲", "乙", "丙"]
    grid.get_by_role("button", name="撤销").click()
    expect(grid.locator("tr[data-line]")).to_have_count(3)
    assert names(here)[1:] == ["视频汇聚", "应急资源"]


def test_a_block_that_does_not_fit_says_which_cell(grid, here):
    grid.locator("tr[data-line]").nth(1).locator("[data-cell=declared]").click()
    expect(cell(grid, "declared")).to_be_focused()
    cell(grid, "declared").evaluate(PASTE, "1\nx")
    expect(grid.locator(".note-red")).to_contain_text("第 2 行")
    assert here.draft.lines.get(sequence=2).declared == Decimal(300000)


def test_rows_are_dragged_and_moved_by_keyboard_and_put_back(grid, here):
    first = names(here)[0]
    grid.locator("tr[data-line] .idx").nth(2).drag_to(
        grid.locator("tr[data-line] .idx").nth(0), target_position={"x": 10, "y": 3}
    )
    expect(grid.locator("tr[data-line]").nth(0)).to_contain_text("应急资源")
    assert names(here) == ["应急资源", first, "视频汇聚"]
    grid.locator("tr[data-line]").nth(0).locator("a[data-open]").click()
    cell(grid, "name").press("Alt+ArrowDown")
    expect(grid.locator("tr[data-line]").nth(1)).to_have_class("on editing")
    assert names(here) == [first, "应急资源", "视频汇聚"]
    undo = grid.locator("[data-undo] button:not([disabled])")
    undo.click()
    expect(grid.locator("tr[data-line]").nth(0).locator("[name=name]")).to_have_value("应急资源")
    undo.click()
    expect(grid.locator("tr[data-line]").nth(2).locator("[name=name]")).to_have_value("应急资源")
    assert names(here) == [first, "视频汇聚", "应急资源"]


def test_what_was_typed_is_saved_before_anything_else_is_sent(grid, here):
    grid.locator("tr[data-line]").nth(1).locator("[data-cell=declared]").click()
    cell(grid, "declared").fill("33")
    grid.get_by_role("button", name="上移").click()
    expect(grid.locator("tr[data-line]").nth(0)).to_have_class("on editing")
    expect(grid.locator("#messages .note-red")).to_have_count(0)
    line = here.draft.lines.get(name="视频汇聚")
    assert (line.sequence, line.declared) == (1, Decimal(330000))


def test_the_catalogs_question_is_answered_beside_the_row(grid, here):
    video = CapabilityFactory(
        jurisdiction=here.jurisdiction, provider=here.bureau, name="视频接入", status=CapabilityStatus.AVAILABLE
    )
    line = here.draft.lines.get(sequence=2)
    lines.update_line(line, {"capability": video}, by=here.people.health)
    grid.reload()
    grid.locator("tr[data-line]").nth(1).locator("a[data-open]").click()
    expect(grid.locator(".insp")).to_contain_text("须答复")
    grid.locator(".insp").get_by_text("不使用", exact=True).click()
    grid.get_by_label("不使用的理由").fill("船闸为模拟信号")
    assert_is_sound(grid)
    grid.get_by_role("button", name="保存答复").click()
    expect(grid.locator("#messages")).to_contain_text("答复已保存")
    line.refresh_from_db()
    assert (line.catalog_answer, line.decline_reason) == ("decline", "船闸为模拟信号")


def test_the_grid_on_a_phone(grid, here):
    grid.set_viewport_size(PHONE)
    grid.locator("tr[data-line]").nth(1).locator("a[data-open]").click()
    cell(grid, "declared").fill("12")
    grid.get_by_role("button", name="保存", exact=True).click()
    expect(grid.locator("tr.editing")).to_have_count(0)
    assert here.draft.lines.get(sequence=2).declared == Decimal(120000)
    assert_is_sound(grid)
