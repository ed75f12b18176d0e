"""The pictures in a real browser: drawn on canvas, equal to their tables, leading on, and whole without scripts."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.looking import PHONE, assert_is_sound, watching
from tests.browser.signing_in import sign_in
from tests.insight.test_equality import busy_city

pytestmark = pytest.mark.django_db(transaction=True)
DRAWN = ("flow", "sharing", "years", "way", "savings")
INKED = """(id) => {
  const canvas = document.querySelector(`#${id} canvas`);
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let inked = 0;
  for (let i = 3; i < data.length; i += 4) inked += data[i] > 0;
  return inked;
}"""


@pytest.fixture
def scene() -> SimpleNamespace:
    return busy_city()


@pytest.fixture
def insight(live_server: LiveServer, page: Page, scene: SimpleNamespace) -> Page:
    sign_in(page, live_server.url, scene.place.people.head)
    page.goto(f"{live_server.url}/insight/?period={scene.place.round.year}")
    return page


def drawn(page: Page) -> None:
    for name in DRAWN:
        expect(page.locator(f"#{name} [data-drawn] canvas")).to_be_attached()


def test_every_picture_is_drawn_and_the_page_is_sound(insight: Page) -> None:
    with watching(insight):
        insight.reload()
        drawn(insight)
        for name in DRAWN:
            assert insight.evaluate(INKED, name) > 1000, name
        assert_is_sound(insight)


def test_what_is_drawn_is_what_the_table_says(insight: Page) -> None:
    drawn(insight)
    data = json.loads(insight.locator("#flow-data").text_content() or "")
    links = {link["url"]: link["value"] for link in data["links"]}
    assert len(links) > 8
    for url, value in links.items():
        cell = insight.locator(f'#flow td a[href="{url}"]')
        assert float((cell.text_content() or "").replace(",", "")) == float(value)


def test_nothing_moves_while_the_pictures_are_drawn(insight: Page, live_server: LiveServer) -> None:
    insight.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((e) => { window.moved += e.value }))"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    insight.reload()
    drawn(insight)
    assert insight.evaluate("window.moved") < 0.02


def test_a_block_of_the_picture_leads_to_its_lines(insight: Page) -> None:
    drawn(insight)
    field = insight.locator("#flow .fig-c")
    box = field.bounding_box()
    assert box
    field.hover(position={"x": 174, "y": 40})
    expect(field.locator(".fig-hint")).to_be_visible()
    field.click(position={"x": 174, "y": 40})
    expect(insight).to_have_url(re.compile(r"/insight/lines/\?period=\d+&department=\d+$"))
    expect(insight.locator("table.dt")).to_be_visible()
    assert_is_sound(insight)


def test_a_field_of_the_duplicate_map_leads_to_its_modules(insight: Page, scene: SimpleNamespace) -> None:
    insight.locator("table.heat .h-5 a").first.click()
    expect(insight).to_have_url(re.compile("duplicates=yes"))
    expect(insight.locator("tbody tr")).to_have_count(1)


def test_a_phone_shows_the_ends_of_the_money_as_bars(insight: Page) -> None:
    insight.set_viewport_size(PHONE)  # type: ignore[arg-type]
    insight.reload()
    drawn(insight)
    assert insight.evaluate(INKED, "flow") > 1000
    assert insight.locator("#flow canvas").evaluate("canvas => canvas.clientWidth") < PHONE["width"]


def test_without_scripts_the_tables_stand_open(
    live_server: LiveServer, browser: object, scene: SimpleNamespace
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")  # type: ignore[attr-defined]
    page = context.new_page()
    sign_in(page, live_server.url, scene.place.people.head)
    page.goto(f"{live_server.url}/insight/?period={scene.place.round.year}")
    expect(page.locator("#flow .fig-c")).to_be_hidden()
    expect(page.locator("#flow tfoot")).to_be_visible()
    page.locator("#flow tbody th a").first.click()
    expect(page).to_have_url(re.compile(r"/insight/lines/"))
    context.close()


def test_a_department_sees_its_own_pictures(live_server: LiveServer, page: Page, scene: SimpleNamespace) -> None:
    sign_in(page, live_server.url, scene.place.people.health_leader)
    with watching(page):
        page.goto(f"{live_server.url}/insight/?period={scene.place.round.year}")
        expect(page.locator("#flow [data-drawn] canvas")).to_be_attached()
        assert_is_sound(page)
