"""Official documents in a real browser, in Chinese: sound pages, files taken along, a template from upload to force."""

import io
from pathlib import Path

import pytest
from django.urls import reverse
from docx import Document
from playwright.sync_api import Locator, Page, expect

from tests import scenes
from tests.browser.looking import DESKTOP, assert_is_sound, watching
from tests.browser.signing_in import sign_in
from tests.documents.test_engine import words_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(settings, tmp_path):
    settings.LANGUAGE_CODE = "zh-hans"
    settings.MEDIA_ROOT = tmp_path / "media"
    return scenes.locked()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    document = Document()
    document.add_paragraph("本局意见：{{ title }}")
    out = io.BytesIO()
    document.save(out)
    path = tmp_path / "处置意见书.docx"
    path.write_bytes(out.getvalue())
    return path


def taken(page: Page, name: str, place: Locator | None = None) -> bytes:
    """The file behind the first link of this name, on the page or in a part of it."""
    with page.expect_download() as waiting:
        (place or page).get_by_role("link", name=name, exact=True).first.click()
    return Path(waiting.value.path()).read_bytes()


def test_a_template_from_upload_to_force(page: Page, live_server, scene, own):
    page.set_viewport_size(DESKTOP)
    with watching(page):
        sign_in(page, live_server.url, scene.place.people.head)
        page.goto(live_server.url + reverse("governance:document-templates"))
        assert_is_sound(page)
        page.get_by_label("Word 文件").set_input_files(own)
        page.get_by_role("button", name="上传").click()
        page.get_by_label("申报编号").fill(scene.health_application.number)
        page.get_by_role("button", name="试用", exact=True).click()
        expect(page.get_by_text("本局意见：")).to_be_visible()
        assert_is_sound(page)
        page.get_by_role("button", name="启用").first.click()
        expect(page.get_by_text("模板已启用")).to_be_visible()
        page.goto(live_server.url + reverse("reviews:notice", args=[scene.health_application.number]))
        assert_is_sound(page)
        assert "本局意见" in words_of(taken(page, "Word"))
        page.get_by_role("link", name="其他语言").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("English")).to_be_visible()
        assert taken(page, "PDF", dialog).startswith(b"%PDF")


def test_the_meeting_pack_of_chosen_acts(page: Page, live_server, scene):
    with watching(page):
        sign_in(page, live_server.url, scene.place.people.li)
        page.goto(live_server.url + reverse("reviews:pack", args=[scene.place.round.pk]))
        assert_is_sound(page)
        page.get_by_role("checkbox").first.check()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Word").click()
        assert scene.act.number in words_of(Path(waiting.value.path()).read_bytes())
