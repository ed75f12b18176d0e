"""The guides say what the product says, and the site builds without a warning and without the outside world."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import polib
import pytest
import site_diagrams
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GUIDES = sorted((DOCS / "guide").glob("*.md"))
PROGRAM = ROOT / ".tools" / "docs" / "bin" / "python"
BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
LOADED = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)=[\"']?(?:https?:)?//[^\"'\s>]+")
LARGEST_PICTURE, MOST_PICTURES = 80 * 1024, 20


def words(language: str) -> set[str]:
    """What the product says in this language; English is the message itself."""
    entries = polib.pofile(str(ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    if language == "zh":
        return {text for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values())}
    return {text for entry in entries for text in (entry.msgid, entry.msgid_plural)}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_a_bold_word_of_a_guide_stands_on_the_screen(guide: Path) -> None:
    known = words("zh" if guide.name.endswith(".zh.md") else "en")
    unknown = [word for word in BOLD.findall(guide.read_text(encoding="utf-8")) if word not in known]
    assert not unknown


def test_every_guide_is_there_in_both_languages() -> None:
    names = {path.name.removesuffix(".md") for path in GUIDES}
    english = {name for name in names if not name.endswith(".zh")}
    assert {f"{name}.zh" for name in english} == names - english


def test_every_page_is_in_the_site() -> None:
    listed = set(re.findall(r"[\w/]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8")))
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if not path.name.endswith(".zh.md")}
    assert pages == listed


def test_pictures_are_few_small_and_used() -> None:
    pictures = sorted((DOCS / "guide" / "img").glob("*"))
    assert 0 < len(pictures) <= MOST_PICTURES
    assert not [path.name for path in pictures if path.stat().st_size > LARGEST_PICTURE]
    texts = "\n".join(path.read_text(encoding="utf-8") for path in [*DOCS.rglob("*.md"), ROOT / "README.md"])
    unused = [path.name for path in pictures if path.name not in texts]
    assert not unused


def test_every_navigation_title_has_chinese() -> None:
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    (chinese,) = [
        row["nav_translations"]
        for plugin in site["plugins"]
        for row in plugin.get("i18n", {}).get("languages", [])
        if row["locale"] == "zh"
    ]
    assert set(titles(site["nav"])) == set(chinese)


def test_every_move_of_a_life_cycle_is_drawn_for_the_site() -> None:
    text = (DOCS / "workflows.md").read_text(encoding="utf-8")
    drawn = site_diagrams.on_page_markdown(text)
    verbs = re.findall(r"^    \S+ --> \S+: (.+)$", text, re.MULTILINE)
    assert verbs and "mermaid" not in drawn
    assert re.findall(r'class="move".*?<text[^>]*>([^<]+)</text>', drawn) == verbs
    assert drawn.count("<svg") == text.count("```mermaid")


def test_an_arrow_leads_from_the_line_of_its_state_to_that_of_the_next() -> None:
    drawn = site_diagrams.picture("    [*] --> a\n    a --> b: go\n    b --> a: back & forth\n    b --> [*]\n")
    lines = [int(x) for x in re.findall(r'class="line" d="M(\d+)', drawn)]
    arrows = [(int(x), int(to)) for x, to in re.findall(r'class="move" d="M(\d+) \d+H(\d+)', drawn)]
    assert arrows == [tuple(lines), tuple(reversed(lines))]
    assert "a to b: go; b to a: back &amp; forth" in drawn
    assert drawn.count("<circle") == 1 and drawn.count("<rect") == 3  # a dot above the first, two frames of the last


def titles(nav: list[object]) -> list[str]:
    found = []
    for item in nav:
        if isinstance(item, dict):
            for title, below in item.items():
                found += [title, *(titles(below) if isinstance(below, list) else [])]
    return found


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.skipif(not PROGRAM.exists(), reason="make docs brings the site's builder")
def test_the_site_builds_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    command = [PROGRAM, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", tmp_path]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "zh" / "guide" / "clerk" / "index.html").exists()
    for page in tmp_path.rglob("*.html"):
        assert not LOADED.findall(page.read_text(encoding="utf-8")), page
