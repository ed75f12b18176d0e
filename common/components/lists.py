"""Ways through many rows: tabs, filters, sorting, pages, and parts that load by themselves."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.http import HttpRequest
from django.template import Context
from django.utils.safestring import SafeString

from common.components.forms import css_of
from common.components.rendering import address_with, render, request_of

register = template.Library()


@register.simple_block_tag
def tabs(content: str, label: str) -> SafeString:
    """A row of {% tab %} links; the label says of what."""
    return render("tabs", content=content, label=label)


@register.simple_tag(takes_context=True)
def tab(
    context: Context, label: Any, url: str, count: Any = None, pill: str = "", current: bool | None = None
) -> SafeString:
    """One tab; it is the current one when its address is the page's, unless `current` says."""
    if current is None:
        current = _is_here(request_of(context), url)
    return render("tab", label=label, url=url, count=count, pill=pill, current=current)


def _is_here(request: HttpRequest | None, url: str) -> bool:
    """Whether an address is the page's own, with its query when it has one."""
    return request is not None and url in (request.path, request.get_full_path())


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context,
    label: Any,
    by: str,
    *,
    css: str = "",
    param: str = "ordering",
    first: str = "",
    target: str = "",
) -> SafeString:
    """Head of a column that sorts by `by`: up, then down. `first="-"` starts with the largest."""
    request = request_of(context)
    now = request.GET.get(param, "") if request else ""
    direction = "ascending" if now == by else "descending" if now == f"-{by}" else ""
    other = {"ascending": f"-{by}", "descending": by}.get(direction, f"{first}{by}")
    url = address_with(request, **{param: other, "page": None, "cursor": None})
    return render("sort_header", label=label, url=url, direction=direction, css=css, target=target)


@register.simple_tag(takes_context=True)
def pager(context: Context, page: Page[Any], param: str = "page", target: str = "") -> SafeString:
    """Pages of a list: which rows these are of how many, and the way to the others."""
    request, paginator = request_of(context), page.paginator
    gap = str(paginator.ELLIPSIS)
    numbers = [
        {"number": n, "url": "" if n == gap else address_with(request, **{param: n})}
        for n in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    before = address_with(request, **{param: page.number - 1}) if page.has_previous() else ""
    after = address_with(request, **{param: page.number + 1}) if page.has_next() else ""
    return render("pager", page=page, numbers=numbers, before=before, after=after, gap=gap, target=target)


@register.simple_tag(takes_context=True)
def cursor_pager(
    context: Context,
    after: str | None = None,
    before: str | None = None,
    shown: int | None = None,
    total: int | None = None,
    param: str = "cursor",
    target: str = "",
) -> SafeString:
    """The way forward and back in a list with cursors: `after` and `before` are the cursors' texts."""
    request = request_of(context)
    links = {
        "before": address_with(request, **{param: before}) if before else "",
        "after": address_with(request, **{param: after}) if after else "",
    }
    return render("cursor_pager", shown=shown, total=total, target=target, **links)


@register.simple_tag(takes_context=True)
def filter_bar(context: Context, form: forms.Form, search: str = "q", target: str = "") -> SafeString:
    """A GET form over a list: a search field, choices that name their value, and what is active, each to be taken away.

    With `target` (the id of the part that holds the rows) only that part is fetched anew.
    """
    request = request_of(context)
    kept = [
        (k, v)
        for k, v in (request.GET.items() if request else ())
        if k not in form.fields and k not in ("page", "cursor")
    ]
    return render(
        "filter_bar",
        controls=[_control(bound) for bound in form if bound.name != search],
        search=form[search] if search in form.fields else None,
        kept=kept,
        active=_active(form, request, search),
        path=request.path if request else "",
        target=target,
    )


def _control(bound: forms.BoundField) -> dict[str, Any]:
    return {"bound": bound, "control": bound.as_widget(attrs={"class": css_of(bound)})}


def _active(form: forms.Form, request: Any, search: str) -> list[dict[str, Any]]:
    """The filters that hold now, in words, each with the address of the list without it."""
    found = []
    for bound in form:
        value = bound.data
        if value in (None, "", []) or bound.name == search:
            continue
        words = dict(getattr(bound.field, "choices", ()) or ())
        shown = words.get(value) or next((str(w) for k, w in words.items() if str(k) == str(value)), value)
        url = address_with(request, **{bound.name: None, "page": None, "cursor": None})
        found.append({"label": bound.label, "value": shown, "url": url})
    return found


@register.simple_tag
def chip(label: Any, url: str, count: Any = None, current: bool = False) -> SafeString:
    """A quick filter as a link."""
    return render("chip", label=label, url=url, count=count, current=current)


@register.simple_tag
def lazy(url: str, label: Any, when: str = "load") -> SafeString:
    """A part that fetches itself (`when`: load or revealed); a plain link without scripts."""
    return render("lazy", url=url, label=label, when=when)


@register.simple_block_tag
def poll(content: str, url: str, every: int = 3, on: bool = True) -> SafeString:
    """A part that asks for its newer self every few seconds while `on`."""
    return render("poll", content=content, url=url, every=every, on=on)


@register.simple_tag
def watch(url: str, page: str, label: Any, fields: str, with_fields: bool = False) -> SafeString:
    """A part inside a form that is sent the form's data when it loads and while `fields` (a selector) are typed in.

    `page` is where the plain link leads without scripts; `with_fields`: the fields stand outside the form.
    """
    return render("watch", url=url, page=page, label=label, fields=fields, with_fields=with_fields)
