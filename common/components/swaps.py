"""Links and forms that renew one part of the page instead of all of it."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from common.components.rendering import render

register = template.Library()


@register.simple_tag
def swap(part: str, url: str, method: str = "get", push: bool = False) -> SafeString:
    """Attributes for a link (`get`) or form (`post`): fetch `url`, take the element with this id out of the answer.

    The answer is the whole page that the link or form leads to without scripts.
    """
    return render("swap", part=part, url=url, method=method, push=push)
