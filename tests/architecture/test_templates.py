"""Every template is used, every used one exists, and none brings a script or style of its own."""

from __future__ import annotations

import re
from pathlib import Path

from django.template import engines
from django.template.loader import get_template

from tests.architecture.sources import ROOT, code, non_blank

TEMPLATES = ROOT / "templates"
ALL = {path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}
NAME = re.compile(r"""["']([\w/.-]+\.html)["',]""")
COMPONENT = re.compile(r"""["'](\w+)["']""")
# Templates whose names are put together, and where.
FOUND_BY_NAME = {
    "errors/": 'config/errors.py: f"errors/{page or status}.html"',
    "components/": 'common/components/rendering.py: f"components/{component}.html"',
    "registration/": "Django's own views",
    "django/forms/": "the form renderer",
    "config/examples/": 'config/components.py: f"config/examples/{self.file}.html"',
}
LARGEST = 100


def named() -> set[str]:
    """The templates that Python and other templates name."""
    texts = [*ALL.values(), *(text for _path, text in code())]
    return {name for text in texts for name in NAME.findall(text)}


def test_every_template_that_is_named_exists() -> None:
    ours = {name for name in named() if "/" in name or name in ALL}
    missing = [name for name in sorted(ours) if name not in ALL and not is_of_a_package(name)]
    assert not missing


def is_of_a_package(name: str) -> bool:
    """Templates that Django or a package brings."""
    try:
        get_template(name)
    except Exception:
        return False
    return True


def test_every_template_is_used() -> None:
    used = named()
    unused = [name for name in sorted(ALL) if name not in used and not name.startswith(tuple(FOUND_BY_NAME))]
    assert not unused


def test_every_component_is_used() -> None:
    python = "\n".join(
        text for path, text in code() if path.is_relative_to("common/components") or "templatetags" in path.parts
    )
    words = set(COMPONENT.findall(python)) | {Path(name).stem for name in named()}
    components = {Path(name).stem for name in ALL if name.startswith("components/")}
    assert components <= words, components - words


def test_every_error_page_is_shown() -> None:
    from_code = (ROOT / "config" / "errors.py").read_text(encoding="utf-8")
    pages = {Path(name).stem for name in ALL if name.startswith("errors/") and not name.startswith("errors/_")}
    assert {page for page in pages if page not in from_code and page[0] != "_"} <= {"trouble"}, (
        "trouble is what they extend"
    )


def test_every_template_compiles() -> None:
    for name in ALL:
        engines["django"].get_template(name)


def test_no_template_brings_a_script_or_a_style_of_its_own() -> None:
    """The content security policy would refuse them in the browser, silently."""
    for name, text in ALL.items():
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), name
        assert not re.search(r"<style\b|\sstyle=|\son\w+=|javascript:", text), name
        assert "|safe" not in text and "autoescape off" not in text, name


def test_no_template_has_grown_too_large() -> None:
    assert not {name: size for name, text in ALL.items() if (size := non_blank(text)) > LARGEST}
