"""My work in a real browser: through the tasks by keyboard, and free of barriers for each role."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.services.submission import ask_sign_off
from reviews.services import intake
from tests.browser.looking import PHONE, assert_is_sound, watching
from tests.browser.signing_in import sign_in
from tests.factories import complete_draft, open_city

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(settings, tmp_path):
    settings.MEDIA_ROOT, settings.LANGUAGE_CODE = tmp_path, "zh-hans"
    town = open_city()
    for name in ("应急指挥平台", "基层医疗平台"):
        complete_draft(town, name=name)
    sent = intake.submit(
        ask_sign_off(complete_draft(town, name="养老服务平台"), by=town.people.health), by=town.people.health_leader
    )
    intake.accept(sent, by=town.people.intake)
    return town


def test_tasks_are_walked_and_opened_by_keyboard(live_server, page, here):
    sign_in(page, live_server.url, here.people.health)
    with watching(page):
        page.goto(f"{live_server.url}/")
        doors = page.locator(".task .go a")
        expect(doors).to_have_count(2)
        page.keyboard.press("j")
        expect(doors.nth(0)).to_be_focused()
        page.keyboard.press("j")
        expect(doors.nth(1)).to_be_focused()
        page.keyboard.press("k")
        expect(doors.nth(0)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".rec h1")).to_be_visible()


@pytest.mark.parametrize("who", ["health", "li"])
def test_my_work_is_sound_for_department_and_authority(live_server, page, here, who):
    sign_in(page, live_server.url, getattr(here.people, who))
    page.goto(f"{live_server.url}/")
    for summary in page.locator(".as-table summary").all():
        summary.click()
    assert_is_sound(page)
    page.set_viewport_size(PHONE)
    assert_is_sound(page)
