#!/usr/bin/env python3
"""The guides' pictures: make docs-shots takes them anew into docs/guide/img, each small enough to be kept.

  .venv/bin/python tools/guide_shots.py             all of them
  .venv/bin/python tools/guide_shots.py home act    these

They show the demonstration city at the steps of its guided tour. The city is made in a temporary folder, which takes
about a minute; TEST_VAR_DIR names a folder in which it is kept and found again. A picture's file is what the guides
name: NAME-zh.webp, NAME-en.webp, and NAME-hant.webp where a guide shows Traditional Chinese as well.
"""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.utils import translation
from playwright.sync_api import Browser, Page
from shots import served  # first: it chooses the settings

from config import starter
from config.tour.accounts import accounts
from config.tour.parts import PARTS
from governance.models import User
from governance.states import Role
from tests.browser.signing_in import sign_in

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "guide" / "img"
LANGUAGES = {"zh-hans": "zh", "en": "en", "zh-hant": "hant"}
DESK, PHONE = (1280, 820), (390, 780)
LARGEST = 80 * 1024


class Picture(NamedTuple):
    """The page of a step of the tour, as its person sees it; `press` is done before, `view` empty is the first page."""

    name: str
    role: Role
    view: str = ""
    size: tuple[int, int] = DESK
    languages: tuple[str, ...] = ("zh-hans", "en")
    press: str = ""

    def path(self, person: User) -> str:
        steps = (step.place(person)[0] for step in PARTS[self.role].steps if step.view == self.view)
        return next(steps) if self.view else "/"


PICTURES = (
    Picture("home", Role.REVIEWER),
    Picture("workbench", Role.REVIEWER, "reviews:workbench", languages=("zh-hans", "en", "zh-hant")),
    Picture("modules", Role.CLERK, "projects:modules", press="[data-open], [data-new]"),
    Picture("signing", Role.LEADER, "projects:sign-off", size=PHONE),
    Picture("intake", Role.INTAKE, "reviews:intake"),
    Picture("act", Role.HEAD, "reviews:act"),
    Picture("insight", Role.HEAD, "insight:index"),
    Picture("budget", Role.FINANCE, "budgets:chain"),
    Picture("capability", Role.CATALOG, "catalog:capability"),
)


def main(names: list[str]) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings.PASSWORD_HASHERS += ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # of a city that make run made
    translation.activate("zh-hans")
    call_command("migrate", verbosity=0)
    starter.load(io.StringIO())
    people = {role: row.user for role, row in accounts().items()}
    with served() as (address, browser):
        for picture in PICTURES:
            if not names or picture.name in names:
                take(browser, address, people[picture.role], picture)
    return 0


def take(browser: Browser, address: str, person: User, picture: Picture) -> None:
    """One picture in each of its languages."""
    width, height = picture.size
    for language in picture.languages:
        context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": height})
        context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        page = context.new_page()
        sign_in(page, address, person)
        page.goto(f"{address}{picture.path(person)}", wait_until="networkidle")
        if picture.press:
            page.locator(picture.press).first.click()
            page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1000)  # pictures are drawn after they are loaded
        file = FOLDER / f"{picture.name}-{LANGUAGES[language]}.webp"
        file.write_bytes(webp(page))
        print(f"{file.name} {file.stat().st_size // 1024} KB")
        context.close()


def webp(page: Page) -> bytes:
    """The window as it is, no larger than a repository likes."""
    session = page.context.new_cdp_session(page)
    for quality in (80, 60, 40, 25):
        shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        data = base64.b64decode(shot["data"])
        if len(data) <= LARGEST:
            break
    return data


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
