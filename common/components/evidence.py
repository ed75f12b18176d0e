"""Shared wording, marked where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

MARKS = 5  # underline styles; the sixth group starts again


@register.simple_tag
def marked(text: str, spans: Iterable[Sequence[int]] = ()) -> SafeString:
    """The text with its evidence marked. Spans are (start, end) or (start, end, group), in characters.

    A span that overlaps an earlier one is shown from where that one ends; what lies outside the text is ignored.
    """
    pieces, at = [], 0
    for start, end, *group in sorted(spans, key=lambda span: (span[0], -span[1])):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        pieces.append(escape(text[at:start]))
        kind = (group[0] if group else 0) % MARKS + 1
        pieces.append(format_html('<mark class="m{}">{}</mark>', kind, text[start:end]))
        at = end
    pieces.append(escape(text[at:]))
    return mark_safe("".join(pieces))  # noqa: S308  every piece was escaped
