#!/usr/bin/env python3
"""The guides' pictures: make docs-shots takes them anew into docs/guide/img, each small enough to be kept.

  .venv/bin/python tools/guide_shots.py             all of them
  .venv/bin/python tools/guide_shots.py home act    these

A picture's file is what the guides name: NAME-zh.webp, NAME-en.webp, and NAME-hant.webp where a guide shows
Traditional Chinese as well.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page
from shots import in_season

from governance.models import User
from tests.browser.journey import views
from tests.browser.signing_in import sign_in

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "guide" / "img"
LANGUAGES = {"zh-hans": "zh", "en": "en", "zh-hant": "hant"}
DESK, PHONE = (1280, 820), (390, 780)
LARGEST = 80 * 1024


class Picture(NamedTuple):
    """A page of tests/browser/journey/views.py, as a guide shows it."""

    name: str
    view: str
    size: tuple[int, int] = DESK
    languages: tuple[str, ...] = ("zh-hans", "en")


PICTURES = (
    Picture("home", "home-reviewer.chen"),
    Picture("workbench", "bench-1", languages=("zh-hans", "en", "zh-hant")),
    Picture("modules", "application-modules-row"),
    Picture("signing", "application-signing", size=PHONE),
    Picture("intake", "intake-sheet"),
    Picture("act", "act-waiting"),
    Picture("budget", "chain"),
    Picture("capability", "capability"),
)


def main(names: list[str]) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with in_season() as (scene, address, browser):
        pages = {view.name: view for view in views.of(scene)}
        for picture in PICTURES:
            if not names or picture.name in names:
                take(browser, address, pages[picture.view], picture)
    return 0


def take(browser: Browser, address: str, view: views.View, picture: Picture) -> None:
    """One picture in each of its languages."""
    width, height = picture.size
    for language in picture.languages:
        context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": height})
        context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        page = context.new_page()
        sign_in(page, address, User.objects.get(username=view.account))
        page.goto(f"{address}{view.path}", wait_until="networkidle")
        file = FOLDER / f"{picture.name}-{LANGUAGES[language]}.webp"
        file.write_bytes(webp(page))
        print(f"{file.name} {file.stat().st_size // 1024} KB")
        context.close()


def webp(page: Page) -> bytes:
    """The window as it is, no larger than a repository likes."""
    session = page.context.new_cdp_session(page)
    for quality in (80, 60, 40):
        shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        data = base64.b64decode(shot["data"])
        if len(data) <= LARGEST:
            break
    return data


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
