"""The page of components shows every component that a page may use, with its source, and its stylesheets are there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import escape

from config.components import EXAMPLES
from governance.states import Role
from tests.factories import DepartmentFactory, person

ROOT = Path(settings.BASE_DIR)
# The frame of every page, hidden parts, and what only works beside a page's own address.
NOT_SHOWN = {
    "account", "answered", "bottom", "language", "lazy", "messages", "nav_item", "out_of_band", "part", "poll", "recalculated",
    "required", "side", "swap", "top", "verb_hidden", "watch", "field_words", "chip", "column_choice", "saved_views",
    "saved_view_hidden", "search_suggestions",
}  # fmt: skip


@pytest.mark.django_db
def test_the_page_shows_each_example_and_its_source() -> None:
    client = Client()
    client.force_login(person(DepartmentFactory(), Role.REVIEWER))
    page = client.get("/components/").content.decode()
    for example in EXAMPLES:
        assert f'id="{example.file}"' in page
        assert str(escape(example.source)) in page


def test_every_component_stands_in_an_example() -> None:
    sources = "\n".join(example.source for example in EXAMPLES)
    names = {path.stem for path in (ROOT / "templates" / "components").glob("*.html")} - NOT_SHOWN
    assert not sorted(name for name in names if f"{{% {name} " not in sources and f"{{% {name}" not in sources)


def test_every_example_is_shown_and_names_sheets_that_are_there() -> None:
    files = {path.stem for path in (ROOT / "templates" / "config" / "examples").glob("*.html")}
    assert files == {example.file for example in EXAMPLES}
    sheets = {path.stem for path in (ROOT / "static" / "src" / "components").glob("*.css")}
    assert {sheet for example in EXAMPLES for sheet in example.styles} <= sheets
