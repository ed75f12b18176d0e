"""Money on a page: exact, tabular, with its unit said once; unknown is a word, never a zero."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.components.rendering import render

register = template.Library()

WAN, YUAN = "wan", "yuan"
PARTS = ("own", "transferred", "saved", "held")
WIDTH = 1000  # of a bar's drawing; its real width is the page's


def format_amount(amount: Decimal, unit: str = WAN) -> str:
    """Exact digits with thousands separators: 万元 with two to six decimals, 元 with two."""
    if unit == YUAN:
        digits = f"{amount:,.2f}"
    else:
        whole, _point, places = f"{Decimal(amount).scaleb(-4):,.6f}".partition(".")
        digits = f"{whole}.{places[:2]}{places[2:].rstrip('0')}"
    return digits.replace("-", "−")


def unit_of(context: Context, unit: str | None, currency: str | None = None) -> str:
    """The unit asked for, else the reader's; tens of thousands are only counted in the city's own currency."""
    return unit or context.get("money_unit") or (WAN if currency_of(context, currency) == "CNY" else YUAN)


def currency_of(context: Context, currency: str | None) -> str:
    return currency or context.get("currency") or "CNY"


def unit_word(unit: str, currency: str = "CNY") -> str:
    if currency == "CNY":
        return _("×10,000 yuan") if unit == WAN else _("yuan")
    return _("×10,000 {currency}").format(currency=currency) if unit == WAN else currency


@register.simple_tag(takes_context=True)
def money(
    context: Context,
    value: Any,
    unit: str | None = None,
    *,
    with_unit: bool = False,
    dash: bool = False,
    currency: str | None = None,
) -> SafeString | str:
    """An amount of yuan in 万元 (`wan`) or 元 (`yuan`). None is said to be unknown; `dash` shows nought as a dash."""
    if value is None or value == "":
        return format_html('<em class="unknown">{}</em>', _("unknown"))
    amount, unit = Decimal(value), unit_of(context, unit, currency)
    digits = "—" if dash and not amount else format_amount(amount, unit)
    if not with_unit:
        return digits
    return format_html('{}<span class="unit">{}</span>', digits, unit_word(unit, currency_of(context, currency)))


@register.simple_tag(takes_context=True)
def money_unit(context: Context, unit: str | None = None, currency: str | None = None) -> str:
    """The word of the unit that {% money %} counts in, for heads of columns."""
    return unit_word(unit_of(context, unit, currency), currency_of(context, currency))


@register.simple_tag(takes_context=True)
def delta(context: Context, value: Any, unit: str | None = None) -> SafeString:
    """A difference with its sign: less in green, more in amber."""
    if value is None:
        return format_html('<em class="unknown">{}</em>', _("unknown"))
    amount = Decimal(value)
    mood = " is-less" if amount < 0 else " is-more" if amount > 0 else ""
    sign = "+" if amount > 0 else ""
    return format_html('<span class="delta{}">{}{}</span>', mood, sign, format_amount(amount, unit_of(context, unit)))


@register.simple_tag(takes_context=True)
def money_identity(
    context: Context,
    own: Any,
    transferred: Any,
    saved: Any,
    held: Any,
    declared: Any,
    unit: str | None = None,
    small: bool = False,
) -> SafeString:
    """declared = own + transferred + saved + held: as a sentence, then as a bar. A gap is said, not hidden."""
    amounts = dict(zip(PARTS, (own, transferred, saved, held), strict=True))
    known = {name: Decimal(amount or 0) for name, amount in amounts.items()}
    total = None if declared is None else Decimal(declared)
    words = {
        "own": pgettext("money", "Own part"),
        "transferred": pgettext("money", "Transferred"),
        "saved": pgettext("money", "Saved"),
        "held": pgettext("money", "Held"),
    }
    parts = [
        {"name": name, "label": words[name], "amount": amount, "share": share_words(amount, total)}
        for name, amount in known.items()
        if name != "held" or amount
    ]
    unit = unit_of(context, unit)
    gap = None if total is None else total - sum(known.values())
    return render(
        "money_identity",
        parts=parts,
        declared=total,
        gap=gap,
        small=small,
        money_unit=unit,
        currency=currency_of(context, None),
        bar=split_bar(context, total, *known.values(), unit=unit),
    )


def share_words(amount: Decimal, total: Decimal | None) -> str:
    return f"{amount * 100 / total:.1f}%" if total else ""


@register.simple_tag(takes_context=True)
def split_bar(
    context: Context,
    total: Any,
    own: Any = 0,
    transferred: Any = 0,
    saved: Any = 0,
    held: Any = 0,
    *,
    css: str = "",
    unit: str | None = None,
) -> SafeString:
    """The four money parts of a total as one bar; the words stand in its label."""
    whole, unit = Decimal(total or 0), unit_of(context, unit)
    words = {
        "own": pgettext("money", "own part"),
        "transferred": pgettext("money", "transferred"),
        "saved": pgettext("money", "saved"),
        "held": pgettext("money", "held"),
    }
    amounts = {n: Decimal(a or 0) for n, a in zip(PARTS, (own, transferred, saved, held), strict=True)}
    pieces, sum_so_far = [], Decimal(0)
    for name, amount in amounts.items() if whole > 0 else ():
        start, sum_so_far = int(sum_so_far * WIDTH / whole), sum_so_far + amount
        pieces.append({"name": name, "x": start, "width": max(int(sum_so_far * WIDTH / whole) - start, 0)})
    said = ", ".join(f"{words[n]} {format_amount(a, unit)}" for n, a in amounts.items() if a)
    return render("split_bar", pieces=pieces, css=css, label=said or _("nothing yet"), width=WIDTH)


@register.simple_tag(takes_context=True)
def before_after(
    context: Context,
    rows: Iterable[Any],
    caption: str = "",
    what: str = "",
    unit: str | None = None,
    with_total: bool = True,
) -> SafeString:
    """Amounts before and after a decision. Rows are (label, before, after) or (label, before, after, address)."""
    lines = [_line(*row) for row in rows]
    before, after = (_sum(line[key] for line in lines) for key in ("before", "after"))
    total = _line(_("Total"), before, after)
    return render(
        "before_after",
        lines=lines,
        total=total if with_total and lines else None,
        caption=caption,
        what=what or _("Project"),
        money_unit=unit_of(context, unit),
        currency=currency_of(context, None),
    )


def _line(label: Any, before: Any, after: Any, address: str = "") -> dict[str, Any]:
    unknown = before is None or after is None
    change = None if unknown else Decimal(after) - Decimal(before)
    return {"label": label, "before": before, "after": after, "change": change, "url": address}


def _sum(amounts: Iterable[Any]) -> Decimal | None:
    """Their sum; unknown when one of them is."""
    known = list(amounts)
    return None if None in known else sum(map(Decimal, known), Decimal(0))
