"""A list as a person keeps it: own views beside the built-in ones, and the choice of columns. At hand in every template."""

from __future__ import annotations

from typing import Any, cast

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from common.components.rendering import render, request_of
from governance.models import User
from governance.queries import lists as queries
from governance.queries.lists import Layout
from governance.services.lists import question

register = template.Library()
BUILT_IN = frozenset({"view", "ordering"})  # a tab or an order alone is no question worth a name


@register.simple_block_tag(takes_context=True)
def saved_views(context: Context, content: str, page: str, target: str = "rows") -> SafeString:
    """The views of the list `page`: the built-in tabs inside, then the person's own, then what can be kept.

    Without tabs inside, the first one leads to everything. `target` is the part that the list's filters renew.
    """
    request = request_of(context)
    if request is None:
        return SafeString(content)
    own = queries.saved_views(cast(User, request.user), page)
    chosen = request.GET.get("saved", "")
    current = next((view for view in own if str(view.pk) == chosen), None)
    asked = question(request.GET.urlencode())
    return render(
        "saved_views",
        content=content,
        page=page,
        target=target,
        own=own,
        current=current,
        path=request.path,
        asked=asked,
        here=request.get_full_path(),
        is_changed=current is not None and current.query != asked,
        may_save=current is None and bool(set(request.GET.keys()) - BUILT_IN and asked),
        is_everything=current is None and not asked,
        csrf_token=context.get("csrf_token"),
    )


@register.simple_tag(takes_context=True)
def column_choice(context: Context, layout: Layout) -> SafeString:
    """A menu with the columns of a list, and the height of its rows; both are remembered."""
    request = request_of(context)
    given: dict[str, Any] = {"layout": layout, "csrf_token": context.get("csrf_token")}
    return render("column_choice", here=request.get_full_path() if request else "", **given)
