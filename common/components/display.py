"""Words with a shape: icons, status, whose turn, clock, notes, panels, figures, what happened."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.contrib.messages import constants
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.components.rendering import render

register = template.Library()

SHAPES = {"neutral": "ring", "blue": "dot", "green": "halo", "amber": "diamond", "red": "square"}
NOTE_ICONS = {"blue": "info-circle", "amber": "alert-triangle", "green": "circle-check", "red": "alert-circle"}
SOON = 3  # working days from which the clock asks for attention


@register.simple_tag
def icon(name: str, css: str = "icon", label: str = "") -> SafeString:
    """A drawing of the sprite; silent for screen readers unless it has a label."""
    address = f"{static('icons.svg')}#{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, address)
    return format_html('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"/></svg>', css, address)


@register.simple_tag
def status(word: Any, tone: str = "neutral", shape: str = "", strong: bool = False) -> SafeString:
    """Dot and word. Tones: neutral, blue, green, amber, red; shapes: dot, ring, half, halo, diamond, square."""
    css = f"st st-{tone} is-{shape or SHAPES[tone]}{' is-strong' if strong else ''}"
    return format_html('<span class="{}">{}</span>', css, word)


@register.simple_tag
def pill(word: Any, tone: str = "") -> SafeString:
    return format_html('<span class="pill{}">{}</span>', f" pill-{tone}" if tone else "", word)


@register.simple_tag
def turn(who: Any = "", mine: bool = False, what: str = "") -> SafeString:
    """Whose turn it is: a warm "your turn", or the name of who holds the file."""
    if not mine and not who:
        return format_html('<span class="muted" aria-label="{}">—</span>', _("nobody's turn"))
    word = (what or _("your turn")) if mine else who
    drawing = icon("user-check" if mine else "building", "icon-s")
    return format_html('<span class="turn{}">{}{}</span>', " is-mine" if mine else "", drawing, word)


@register.simple_tag
def clock(left: int | None, total: int | None, state: str = "running", provisional: bool = False) -> SafeString:
    """Working days left of those allowed. States: running, paused, done, idle."""
    if left is None or total is None or state == "idle":
        return format_html('<span class="small muted">{}</span>', _("clock not started"))
    used = total - left
    if state == "done":
        words = format_html(_("closed · net {used} working days"), used=used)
        return format_html('<span class="small muted">{}</span>', words)
    mood, words = _clock_words(left, total, state == "paused")
    doubt = format_html(' <span class="meta">({})</span>', _("provisional")) if provisional else ""
    said = _("{used} of {total} working days used").format(used=used, total=total)
    return format_html(
        '<span class="clock is-{}"><span>{}{}</span><progress value="{}" max="{}" aria-label="{}"></progress></span>',
        mood, words, doubt, min(max(used, 0), total), total, said,
    )  # fmt: skip


def _clock_words(left: int, total: int, paused: bool) -> tuple[str, SafeString]:
    if paused and left < 0:
        return "paused", format_html(_("<b>paused</b> · {over} over"), over=-left)
    if paused:
        return "paused", format_html(_("<b>paused</b> · {left} left"), left=left)
    if left < 0:
        return "over", format_html(_("<b>{over} over</b> of {total} working days"), over=-left, total=total)
    if left == 0:
        return "soon", format_html(_("<b>due today</b> · {total} working days"), total=total)
    words = format_html(_("<b>{left} left</b> of {total} working days"), left=left, total=total)
    return ("soon" if left <= SOON else "running"), words


@register.simple_tag
def disposition(kind: Any, word: Any = "") -> SafeString:
    """Square in the colour of its meaning, and the word."""
    key = str(kind or "open").lower()
    words = {
        "keep": pgettext("disposition", "keep"),
        "merge": pgettext("disposition", "merge"),
        "strip": pgettext("disposition", "strip out"),
        "reuse": pgettext("disposition", "reuse"),
        "remediate": pgettext("disposition", "remediate"),
        "reject": pgettext("disposition", "reject"),
        "cut": pgettext("disposition", "cut"),
        "defer": pgettext("disposition", "defer"),
        "open": pgettext("disposition", "open"),
    }
    return format_html('<span class="disp d-{}">{}</span>', key, word or words[key])


@register.simple_block_tag
def note(content: str, tone: str = "blue", title: str = "", drawing: str = "") -> SafeString:
    """Blue tells, amber asks, red blocks, green confirms."""
    return render("note", content=content, tone=tone, title=title, icon=drawing or NOTE_ICONS[tone])


@register.simple_block_tag
def empty_state(content: str, title: str, drawing: str = "inbox") -> SafeString:
    """Nothing here: says so, and inside says what to do."""
    return render("empty_state", content=content, title=title, icon=drawing)


@register.simple_block_tag
def slot(content: str) -> str:
    """Markup kept under a name, to be given to another tag: {% slot as head %}…{% endslot %}."""
    return content


@register.simple_block_tag
def panel(
    content: str,
    title: str = "",
    count: Any = None,
    aside: str = "",
    foot: str = "",
    flush: bool = False,
    id: str = "",
    css: str = "",
) -> SafeString:
    """A white field with a head. `flush` lets tables touch its edges; `aside` and `foot` take slots."""
    return render(
        "panel", content=content, title=title, count=count, aside=aside, foot=foot, flush=flush, id=id, css=css
    )


@register.simple_block_tag
def facts(content: str, label: str = "") -> SafeString:
    """Figures in one strip; inside stand {% fact %} tags."""
    return render("facts", content=content, label=label)


@register.simple_tag
def fact(label: Any, value: Any, unit: Any = "", sub: Any = "", tone: str = "", part: str = "") -> SafeString:
    """One figure, its unit and a line that says against what; `part` adds the swatch of a money part."""
    return render("fact", label=label, value=value, unit=unit, sub=sub, tone=tone, part=part)


@register.simple_block_tag
def timeline(content: str) -> SafeString:
    """What happened, newest first; inside stand {% moment %} tags."""
    return format_html('<ol class="tl">{}</ol>', content)


@register.simple_tag
def moment(what: Any, when: Any = "", who: Any = "", state: str = "done", why: Any = "") -> SafeString:
    """One entry of a timeline. States: done, now, waiting, bad."""
    return render("moment", what=what, when=when, who=who, state=state, why=why)


@register.simple_block_tag
def way(content: str, kind: str = "steps", label: str = "") -> SafeString:
    """A way with stages: steps (centred), track (with days), stages (thin bar), stepper (numbered)."""
    return render("way", content=content, kind=kind, label=label)


@register.simple_tag
def stage(label: Any, state: str = "", sub: Any = "") -> SafeString:
    """One stage of a way. States: done, now, hold, or nothing for what is to come."""
    return render("stage", label=label, state=state, sub=sub)


@register.simple_tag
def meter(value: int | Decimal | None, total: int | Decimal = 100, label: str = "", tone: str = "") -> SafeString:
    """How much of a whole: a bar and its percentage in words."""
    share = 0 if not value or not total else round(value * 100 / total)
    return render("meter", share=min(share, 100), words=f"{share}%", label=label, tone=tone)


@register.filter
def initial(name: Any) -> str:
    """First character of a name, for the round picture."""
    return str(name).strip()[:1].upper()


@register.filter
def heading(label: Any) -> str:
    """A label as it begins a line: with a capital, unless its first word has one already, as vCPU has."""
    words = str(label)
    first = words.split(" ", 1)[0]
    return capfirst(words) if first == first.lower() else words


@register.filter
def message_tone(message: Any) -> str:
    level = message.level
    if level >= constants.ERROR:
        return "red"
    return "amber" if level >= constants.WARNING else "green" if level == constants.SUCCESS else "blue"


@register.filter
def message_icon(message: Any) -> str:
    return NOTE_ICONS[message_tone(message)]
