"""The front-end house: one stylesheet a component, no class, icon or script that nothing uses, and a light page."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import brotli
import pytest

from tests.architecture.sources import ROOMS, ROOT, code

SOURCE, BUILT = ROOT / "static" / "src", ROOT / "static" / "dist"
STYLES = sorted((SOURCE / "components").glob("*.css"))
CLASS = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
WORD = re.compile(r"[\w-]+")
# `note-{{ tone }}`, f"is-{state}", `d-${kind}`: the beginning of names that are put together
BEGINNING = re.compile(r"([\w-]+-)(?:\{\{|\{%|\{|\$\{|[\"'] ?[+~])")
NUMBERED = re.compile(r"[\"'\s]([a-z]+)(?:\{\{|\{|\$\{)")  # class="m{{ group }}", f"s{step}"
PAGE_LIMIT, CHART_LIMIT, SHEET_LIMIT = 120 * 1024, 150 * 1024, 45 * 1024
# classes that a library or the browser's script of one sets
FOREIGN = re.compile(r"htmx-\w+|modal-open")


@cache
def users() -> str:
    """Everything that may name a class or an icon: templates, Python, scripts."""
    files = [*(ROOT / "templates").rglob("*.html"), *SOURCE.rglob("*.js")]
    texts = [path.read_text(encoding="utf-8") for path in files]
    return "\n".join([*texts, *(text for _path, text in code())])


@cache
def words() -> frozenset[str]:
    return frozenset(WORD.findall(users()))


@cache
def beginnings() -> tuple[str, ...]:
    return tuple(sorted(set(BEGINNING.findall(users()))))


@cache
def numbered() -> frozenset[str]:
    return frozenset(NUMBERED.findall(users()))


def classes_of(style: str) -> set[str]:
    """The class names in the selectors of a stylesheet."""
    text = re.sub(r"/\*.*?\*/|\"[^\"]*\"|url\([^)]*\)", "", style, flags=re.DOTALL)
    selectors = re.findall(r"([^{};]+)\{", text)
    return {name for selector in selectors for name in CLASS.findall(selector)}


def is_used(name: str) -> bool:
    put_together = name.startswith(beginnings()) or (name[-1].isdigit() and name.rstrip("0123456789") in numbered())
    return name in words() or put_together or bool(FOREIGN.fullmatch(name))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_class_is_styled_that_nothing_has(path: Path) -> None:
    dead = sorted(name for name in classes_of(path.read_text(encoding="utf-8")) if not is_used(name))
    assert not dead


def test_every_stylesheet_is_loaded_once_and_says_what_it_is() -> None:
    loaded = re.findall(r'@import "\./components/([\w-]+\.css)"', (SOURCE / "app.css").read_text(encoding="utf-8"))
    assert sorted(loaded) == [path.name for path in STYLES]
    assert not [path.name for path in STYLES if not path.read_text(encoding="utf-8").startswith("/* ")]


def test_no_class_is_told_its_look_in_two_places() -> None:
    """A component's own name begins a rule in one file only; others may place it within theirs."""
    owners: dict[str, set[str]] = {}
    for path in STYLES:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for name in re.findall(r"^\.([\w-]+) \{", text, re.MULTILINE):
            owners.setdefault(name, set()).add(path.name)
    assert not {name: sorted(files) for name, files in owners.items() if len(files - {"print.css"}) > 1}


def test_the_sprite_holds_only_icons_that_are_shown() -> None:
    names = json.loads((SOURCE / "icons.json").read_text(encoding="utf-8"))
    assert len(names) == len(set(names))
    shown = set(re.findall(r"[\"'`]([a-z0-9-]+)[\"'`]", users()))
    assert not sorted(set(names) - shown)


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    named = set(re.findall(r"""(?:\{% icon |drawing=)["']([a-z0-9-]+)["']""", users()))
    assert named <= set(json.loads((SOURCE / "icons.json").read_text(encoding="utf-8")))


def test_every_script_is_loaded() -> None:
    texts = users()
    unloaded = [path.name for path in (SOURCE / "modules").glob("*.js") if f"/{path.name}" not in texts]
    unloaded += [path.name for path in (SOURCE / "pages").glob("*.js") if f"pages/{path.name}" not in texts]
    assert not unloaded


def transfer(*names: str) -> int:
    return sum(len(brotli.compress((BUILT / name).read_bytes(), quality=11)) for name in names)


@pytest.mark.skipif(not (BUILT / "app.css").exists(), reason="the set-up builds the assets")
def test_a_page_loads_little() -> None:
    assert transfer("app.css", "app.js", "icons.svg") <= PAGE_LIMIT
    assert transfer("charts.js") <= CHART_LIMIT


def test_the_purge_of_the_vendors_sheet_reads_every_room() -> None:
    text = (ROOT / "tools" / "purge-css.mjs").read_text(encoding="utf-8")
    (listed,) = re.findall(r"const ROOMS = \[(.*?)\]", text)
    assert set(re.findall(r"'([^']+)'", listed)) == {"templates", "static/src", *ROOMS}


@pytest.mark.skipif(not (BUILT / "app.css").exists(), reason="the set-up builds the assets")
def test_the_purge_leaves_what_pages_use() -> None:
    built = (BUILT / "app.css").read_text(encoding="utf-8")
    used = {name for name in classes_of(built) if name in words()}
    assert {"btn", "form-control", "form-select", "form-check-input", "visually-hidden", "table"} & words() <= used
    assert transfer("app.css") <= SHEET_LIMIT
