"""Pictures: drawn by a script from data that stands in the page, with the table of the same figures below."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from common.components.amounts import WAN, currency_of, unit_of, unit_word
from common.components.rendering import render

register = template.Library()


@register.simple_block_tag(takes_context=True)
def chart(
    context: Context,
    content: str,
    kind: str,
    drawing: dict[str, Any],
    id: str,
    label: str,
    size: str = "m",
    say: str = "",
) -> SafeString:
    """A picture and, inside the tag, its table. Kinds: sankey, stairs, stacked, bars; sizes: s, m, l.

    Amounts in ``drawing`` are Decimal yuan, under `value` or `values`: they become exact digits of the reader's
    unit, of which the script makes numbers for the drawing. ``label`` says what is to be seen, ``say`` is the one
    sentence that the picture proves.
    """
    unit = unit_of(context, None)
    data = {
        **_digits(drawing, 4 if unit == WAN else 0),
        "unit": unit_word(unit, currency_of(context, None)),
        "language": get_language() or "en",
    }
    script = json_script(data, f"{id}-data")
    return render("chart", content=content, kind=kind, id=id, label=label, size=size, say=say, data=script)


def _digits(value: Any, places: int) -> Any:
    """The same structure with amounts as digits and words as text."""
    if isinstance(value, Decimal):
        return f"{value.scaleb(-places):f}"
    if isinstance(value, dict):
        return {key: _digits(one, places) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_digits(one, places) for one in value]
    return value if isinstance(value, int) else str(value)
