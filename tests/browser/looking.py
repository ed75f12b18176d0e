"""What a careful visitor notices on any page: refused styles, script errors, barriers, sideways scrolling."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@contextmanager
def watching(page: Page) -> Iterator[list[str]]:
    """Script errors and refusals of the content security policy while the block runs; none may be left."""
    seen: list[str] = []
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("console", lambda line: seen.append(line.text) if "Content Security Policy" in line.text else None)
    yield seen
    assert seen == []


def barriers(page: Page) -> list[str]:
    """Violations of WCAG 2.2 AA and of good practice, each with the first place where it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(RULES)}}})")
    return [f"{v['id']}: {v['nodes'][0]['target']} {v['nodes'][0]['html'][:120]}" for v in result["violations"]]


def sideways(page: Page) -> int:
    """How many pixels the page is wider than the window, once it is painted: open menus move after a new size."""
    page.evaluate("new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))")
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def assert_is_sound(page: Page) -> None:
    """No barrier and no sideways scrolling, on a desk and on a phone."""
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert sideways(page) <= 0, f"{page.url} scrolls sideways at {size['width']} px"
        found = barriers(page)
        assert found == [], f"{page.url} at {size['width']} px: {found}"
