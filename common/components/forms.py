"""Fields, buttons, and verbs: forms that post one decision."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms, template
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import BoundField
from django.template import Context, TemplateSyntaxError
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.components.rendering import render, request_of

register = template.Library()


@register.simple_tag(takes_context=True)
def field(
    context: Context,
    bound: BoundField,
    *,
    label: str = "",
    help: str = "",
    unit: str = "",
    css: str = "",
    placeholder: str = "",
    rows: int | None = None,
) -> SafeString:
    """Label, control, help and error of one form field, tied together for screen readers."""
    if bound.is_hidden:
        return bound.as_hidden()
    helping = help or bound.help_text
    name_the_blank(bound.field)
    return render(
        "field",
        bound=bound,
        kind=kind_of(bound),
        label=label or bound.label,
        help=helping,
        unit=unit,
        css=css,
        control=bound.as_widget(attrs=attributes(bound, helping, placeholder, rows)),
    )


def name_the_blank(field: Any) -> None:
    """The empty choice of a select says what to do, where Django has dashes."""
    dashes = BLANK_CHOICE_DASH[0][1]
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == dashes:
            field.empty_label = _("please choose")
    elif isinstance(field.widget, forms.Select):
        choices = list(field.widget.choices)
        if choices and choices[0] == BLANK_CHOICE_DASH[0]:
            field.widget.choices = [("", _("please choose")), *choices[1:]]


def kind_of(bound: BoundField) -> str:
    """How the control stands to its label: check (beside), options (a group), or plain (below)."""
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "options" if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple) else "plain"


def attributes(bound: BoundField, helping: object, placeholder: str, rows: int | None) -> dict[str, Any]:
    """What the control needs to look right and to say its help and error."""
    attrs: dict[str, Any] = {}
    given = bound.field.widget.attrs.get("class", "")
    if kind_of(bound) == "plain":
        attrs["class"] = f"{css_of(bound)} {given}".strip()
    described = [f"{bound.auto_id}_help"] if helping else []
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if isinstance(bound.field, forms.DecimalField):
        attrs["inputmode"] = "decimal"
    if placeholder:
        attrs["placeholder"] = placeholder
    if rows:
        attrs["rows"] = rows
    return attrs


def css_of(bound: BoundField) -> str:
    if isinstance(bound.field.widget, forms.Select):
        return "form-select"
    return "form-control is-amount" if isinstance(bound.field, forms.DecimalField) else "form-control"


@register.simple_tag(takes_context=True)
def fields(context: Context, form: forms.BaseForm, *names: str) -> SafeString:
    """The named fields of a form, or all of them, hidden ones too."""
    wanted = [form[name] for name in names] if names else list(form)
    return format_html_join("", "{}", ((field(context, bound),) for bound in wanted))


@register.simple_tag
def form_errors(*every: forms.BaseForm) -> SafeString:
    """What must be mended before the form can be taken, with links to the places."""
    general, places = [], []
    for form in every:
        general += list(form.non_field_errors())
        places += [(bound, list(bound.errors)) for bound in form if bound.errors]
    if not general and not places:
        return SafeString("")
    return render("form_errors", general=general, places=places, count=len(general) + len(places))


@register.simple_tag
def button(
    label: Any,
    url: str = "",
    *,
    drawing: str = "",
    kind: str = "line",
    size: str = "",
    name: str = "",
    value: Any = "",
    type: str = "submit",
    dialog: str = "",
    busy: str = "",
    why_not: str = "",
    css: str = "",
) -> SafeString:
    """A link with an address, else a button. Kinds: primary, line, quiet, danger.

    `dialog` opens the address as a dialog ("dialog", "wide" or "drawer"); `why_not` shows it
    switched off, with the reason.
    """
    classes = f"btn btn-{kind}{f' btn-{size}' if size else ''}{f' {css}' if css else ''}"
    return render("button", **{k: v for k, v in locals().items() if k != "classes"}, classes=classes)


@register.simple_tag(takes_context=True)
def verb(
    context: Context,
    url: str,
    label: Any,
    *,
    confirm: str = "",
    reason: str = "",
    drawing: str = "",
    kind: str = "line",
    size: str = "",
    version: Any = None,
    why_not: str = "",
    busy: str = "",
    css: str = "",
    **hidden: Any,
) -> SafeString:
    """A button that does one thing by POST, once.

    `confirm` asks first; `reason` is the label of a required text; `version` is what the person saw; other
    keywords become hidden fields. Every form carries a number of its own, so that a second press changes nothing.
    """
    return _verb(
        context,
        "",
        url=url,
        label=label,
        confirm=confirm,
        reason=reason,
        drawing=drawing,
        kind=kind,
        size=size,
        version=version,
        why_not=why_not,
        busy=busy,
        css=css,
        hidden=hidden,
    )


@register.simple_block_tag(takes_context=True)
def verb_form(
    context: Context,
    content: str,
    url: str,
    label: Any,
    *,
    confirm: str = "",
    drawing: str = "",
    kind: str = "line",
    size: str = "",
    version: Any = None,
    why_not: str = "",
    busy: str = "",
    css: str = "",
    **hidden: Any,
) -> SafeString:
    """As {% verb %}, with fields of the page's own inside."""
    return _verb(
        context,
        content,
        url=url,
        label=label,
        confirm=confirm,
        reason="",
        drawing=drawing,
        kind=kind,
        size=size,
        version=version,
        why_not=why_not,
        busy=busy,
        css=css,
        hidden=hidden,
    )


def _verb(context: Context, content: str, **given: Any) -> SafeString:
    if not given["url"]:
        raise TemplateSyntaxError(f"the verb “{given['label']}” has no address")
    request = request_of(context)
    return render(
        "verb",
        content=content,
        csrf_token=context.get("csrf_token"),
        nonce=uuid.uuid4().hex,
        next=request.get_full_path() if request else "",
        asks=bool(given["confirm"] or given["reason"] or content),
        **{**given, "busy": given["busy"] or _("Working…")},
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str, wide: bool = False) -> SafeString:
    """A dialog that is in the page; {% opens %} shows it."""
    return render("dialog", content=content, id=id, title=title, wide=wide)


@register.simple_tag
def opens(id: str, label: Any, url: str, drawing: str = "", kind: str = "line", size: str = "") -> SafeString:
    """A link that opens the dialog `id`; where scripts are off it leads to the page at `url`."""
    classes = f"btn btn-{kind}{f' btn-{size}' if size else ''}"
    return render("opens", id=id, label=label, url=url, drawing=drawing, classes=classes)
