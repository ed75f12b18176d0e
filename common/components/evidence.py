"""Shared wording, marked where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

MARKS = 5  # underline styles; the sixth group starts again
STRUCK = -1  # the group of what did not count


@register.simple_tag
def marked(text: str, spans: Iterable[Sequence[int]] = (), struck: Iterable[Sequence[int]] = ()) -> SafeString:
    """The text with its evidence marked. Spans are (start, end) or (start, end, group), in characters.

    What is `struck` did not count: it is struck through. A span that overlaps an earlier one is shown from where that
    one ends; what lies outside the text is ignored.
    """
    pieces, at = [], 0
    known = [*spans, *((start, end, STRUCK) for start, end in struck)]
    for start, end, *group in sorted(known, key=lambda span: (span[0], -span[1])):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        pieces.append(escape(text[at:start]))
        pieces.append(_shown(text[start:end], group[0] if group else 0))
        at = end
    pieces.append(escape(text[at:]))
    return mark_safe("".join(pieces))  # noqa: S308  every piece was escaped


def _shown(words: str, group: int) -> SafeString:
    if group == STRUCK:
        return format_html("<s>{}</s>", words)
    return format_html('<mark class="m{}">{}</mark>', group % MARKS + 1, words)
