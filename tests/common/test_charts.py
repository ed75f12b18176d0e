"""A picture brings its data, its table and its words, and nothing of it runs."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from django.template import Template, engines
from django.utils import translation

EVIL = '</script><script>alert("x")</script>'


def show(drawing: dict[str, Any], **given: Any) -> str:
    source = '{% chart "bars" drawing "rates" evil say=evil %}<table></table>{% endchart %}'
    template: Template = engines["django"].from_string(source)  # type: ignore[assignment]
    with translation.override("en"):
        return str(template.render({"drawing": drawing, "evil": EVIL, **given}))


def data_of(markup: str) -> Any:
    found = re.search(r'<script id="rates-data" type="application/json">(.*?)</script>', markup)
    assert found
    return json.loads(found[1])


def test_amounts_are_exact_digits_of_the_readers_unit() -> None:
    drawing = {"rows": [{"value": Decimal("123456.78"), "label": "a", "n": 3}]}
    assert data_of(show(drawing))["rows"] == [{"value": "12.345678", "label": "a", "n": 3}]
    assert data_of(show(drawing, money_unit="yuan"))["rows"][0]["value"] == "123456.78"
    assert data_of(show(drawing, currency="CAD"))["unit"] == "CAD"


def test_what_people_typed_stays_text() -> None:
    markup = show({"rows": [{"label": EVIL, "value": Decimal(1)}]})
    assert EVIL not in markup
    assert data_of(markup)["rows"][0]["label"] == EVIL


def test_the_table_stands_in_the_page_below_the_picture() -> None:
    assert re.search(r"<details.*<table></table></details>", show({"rows": []}), re.DOTALL)
