#!/usr/bin/env python3
"""Screenshots of every page for the eye: the demonstration city, each page as the role that works on it.

  .venv/bin/python tools/shots.py FOLDER                          everything: 1440 and 390 px, Chinese and English
  .venv/bin/python tools/shots.py FOLDER --only budget,list       pages whose name begins so
  .venv/bin/python tools/shots.py FOLDER --languages zh-hans,zh-hant --widths 1440

The city lives in a temporary folder and is gone afterwards, unless TEST_VAR_DIR names a folder where it is kept.
What a script can see as well is told at the end: pages that scroll sideways, barriers (WCAG 2.2 AA with contrast),
errors of scripts, words left over in English. FOLDER lies outside the repository.
"""

from __future__ import annotations

import io
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"  # a temporary folder, quick passwords, files unbuilt

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.LANGUAGE_CODE = "zh-hans"  # what is kept as words is kept in the city's language
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import translation  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402
from pytest_django.live_server_helper import LiveServer  # noqa: E402

from config import starter  # noqa: E402
from governance.models import Jurisdiction, User  # noqa: E402
from tests import services  # noqa: E402
from tests.browser.city import scene  # noqa: E402
from tests.browser.journey import views  # noqa: E402
from tests.browser.journey.words import untranslated  # noqa: E402
from tests.browser.looking import barriers, sideways  # noqa: E402
from tests.browser.signing_in import sign_in  # noqa: E402

HEIGHTS = {1440: 900, 390: 844}


def main() -> int:
    wanted = arguments()
    if ROOT in wanted.folder.resolve().parents:
        print("Choose a folder outside the repository.")
        return 1
    wanted.folder.mkdir(parents=True, exist_ok=True)
    records = city()
    with served() as (address, browser):
        told = [
            line
            for view in views.of(records)
            if wanted.takes(view.name)
            for line in shoot(browser, address, view, wanted)
        ]
    print("\n".join(told) or "nothing to tell")
    return 0


def city() -> SimpleNamespace:
    """The demonstration city, made where there is none yet, and one record for every page."""
    translation.activate("zh-hans")
    call_command("migrate", verbosity=0)
    if not Jurisdiction.objects.exists():
        starter.load(io.StringIO())
    return scene()


@contextmanager
def served() -> Iterator[tuple[str, Browser]]:
    """The address where the database that is there is served, and a browser."""
    server = LiveServer("127.0.0.1")
    try:
        with sync_playwright() as playwright:
            flags = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=services.chromium(), args=flags)
            yield server.url, browser
            browser.close()
    finally:
        server.stop()


def arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="names of pages or their beginnings")
    parser.add_argument("--languages", default="zh-hans,en")
    parser.add_argument("--widths", default="1440,390")
    found = parser.parse_args()
    beginnings = tuple(filter(None, found.only.split(",")))
    found.takes = lambda name: name.startswith(beginnings) if beginnings else True
    return found


def shoot(browser: Browser, address: str, view: views.View, wanted: Namespace) -> Iterator[str]:
    """Take the pictures of one page; says what is odd about it."""
    for language in wanted.languages.split(","):
        context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        page = context.new_page()
        odd = errors_of(page)
        if view.account:
            sign_in(page, address, User.objects.get(username=view.account))
        page.goto(f"{address}{view.path}", wait_until="networkidle")
        for width in map(int, wanted.widths.split(",")):
            take(page, wanted.folder / f"{view.name}.{language}.{width}.png", width, odd)
        if language == "zh-hans":
            odd += [f"not translated: {text}" for text in untranslated(page)]
        context.close()
        yield from (f"{view.name} {language}: {line}" for line in odd)


def errors_of(page: Page) -> list[str]:
    """What the console of this page says is wrong, growing as it happens."""
    seen: list[str] = []
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("console", lambda line: seen.append(line.text) if line.type == "error" else None)
    return seen


def take(page: Page, file: Path, width: int, odd: list[str]) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 900)})
    page.screenshot(path=file, full_page=True)
    if (over := sideways(page)) > 0:
        odd.append(f"{over} px wider than {width} px")
    # in a window as high as the page no bar that sticks covers a part of what lies below it
    page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
    odd += [f"at {width} px: {barrier}" for barrier in barriers(page)]


if __name__ == "__main__":
    sys.exit(main())
