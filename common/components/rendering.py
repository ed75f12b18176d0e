"""How a component is rendered: its own template, with only what it was given."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, QueryDict
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe


def render(component: str, **given: Any) -> SafeString:
    """The component's markup."""
    return mark_safe(get_template(f"components/{component}.html").render(given))  # noqa: S308  a template's own output


def address_with(request: HttpRequest | None, **changes: Any) -> str:
    """The page's query string with some parameters set, or taken away by None."""
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


def request_of(context: Context) -> HttpRequest | None:
    return context.get("request")
