"""The components of the interface on one page, for those who build and test pages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from governance.rules import is_authority_staff


class ExampleForm(forms.Form):
    """One field of each kind; every one of them finds fault when the form is sent empty."""

    name = forms.CharField(label=_("Name"), help_text=_("As in the inventory of systems."))
    amount = forms.DecimalField(label=_("Amount"), min_value=0, max_digits=15, decimal_places=2)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("choose")), ("new", _("new")), ("upgrade", _("upgrade"))])
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))
    answer = forms.ChoiceField(
        label=_("Answer"), choices=[("yes", _("agree")), ("no", _("object"))], widget=forms.RadioSelect
    )
    attested = forms.BooleanField(label=_("The entries are complete and true."))
    remark = forms.CharField(label=_("Remark"), required=False)


class ExampleFilter(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, help_text=_("name or number"))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("all")), ("new", _("new")), ("upgrade", _("upgrade"))], required=False
    )


@dataclass(frozen=True)
class Example:
    """A component: the file of its example in templates/config/examples, its name, and the sheets that style it."""

    file: str
    label: str | Promise
    styles: tuple[str, ...]

    @property
    def template(self) -> str:
        return f"config/examples/{self.file}.html"

    @property
    def source(self) -> str:
        """The example as a page would write it, without what every page begins with."""
        text: str = get_template(self.template).template.source  # type: ignore[attr-defined]
        return text.replace("{% load i18n %}", "").strip()


EXAMPLES = (
    Example("button", _("Buttons"), ("buttons",)),
    Example("verb", _("Verbs"), ("buttons", "dialog")),
    Example("icon", _("Icons, keys, letters"), ("base", "compare")),
    Example("status", _("Status"), ("status",)),
    Example("clock", _("Turn and clock"), ("turn",)),
    Example("disposition", _("Dispositions"), ("disposition",)),
    Example("evidence", _("Evidence"), ("compare",)),
    Example("money", _("Money"), ("money",)),
    Example("before_after", _("Before and after"), ("money", "table")),
    Example("facts", _("Figures"), ("facts",)),
    Example("meter", _("Share"), ("money",)),
    Example("chart", _("Picture"), ("chart",)),
    Example("panel", _("Panel"), ("panel",)),
    Example("note", _("Notes to the reader"), ("note",)),
    Example("empty_state", _("Nothing there"), ("note",)),
    Example("form", _("Form"), ("forms",)),
    Example("fields", _("Form, untouched"), ("forms",)),
    Example("choice", _("Choices"), ("forms",)),
    Example("list", _("List: tabs, filters, table, pages"), ("tabs", "filters", "table", "lists")),
    Example("dialog", _("Dialog and drawer"), ("dialog",)),
    Example("way", _("Stages"), ("timeline",)),
    Example("timeline", _("History"), ("timeline",)),
)


def components(request: HttpRequest) -> HttpResponse:
    """Every tag of docs/interface.md with example values and its source; for the authority's staff, and while developing."""
    if not (settings.DEBUG or is_authority_staff(request.user)):
        raise Http404
    return render(request, "config/components.html", {"examples": EXAMPLES, **values(request)})


def values(request: HttpRequest) -> dict[str, Any]:
    """What the examples show."""
    form = ExampleForm({"name": ""})
    form.is_valid()
    return {
        "form": form,
        "plain_form": ExampleForm(auto_id="plain_%s"),
        "filter_form": ExampleFilter(request.GET or None, auto_id="filter_%s"),
        "page": Paginator(range(1, 63), 13).get_page(request.GET.get("page")),
        "tones": ["neutral", "blue", "green", "amber", "red"],
        "shapes": ["dot", "ring", "half", "halo", "diamond", "square"],
        "kinds": ["keep", "merge", "strip", "reuse", "remediate", "reject", "cut", "defer", "open"],
        "declared": Decimal("10673000.00"),
        "own": Decimal("1180000.00"),
        "transferred": Decimal("1705000.00"),
        "saved": Decimal("7288000.00"),
        "held": Decimal("500000.00"),
        "odd": Decimal("12345678.90"),
        "less": Decimal("-3860000.00"),
        "text": "汇聚路口、枢纽视频，统一转码、点播、录像回放与云台控制",
        "spans": [(0, 2, 0), (10, 14, 1), (15, 17, 2), (18, 22, 3), (23, 27, 4)],
        "effect": [
            ("智慧城管综合平台（三期）", Decimal("18600000"), Decimal("14740000")),
            ("视频接入服务（统建扩容）", Decimal("0"), Decimal("1705000")),
        ],
        "drawn": {
            "rows": [
                {"label": "市公安局", "value": Decimal("10673000.00"), "colour": "c-keep", "url": ""},
                {"label": "市水务局", "value": Decimal("7288000.00"), "colour": "c-keep", "url": ""},
                {"label": "市卫健委", "value": Decimal("1705000.00"), "colour": "c-keep", "url": ""},
            ]
        },
        "unknown_effect": [("河湖视频监视", None, Decimal("1180000"))],
    }
