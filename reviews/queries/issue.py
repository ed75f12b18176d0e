"""What is looked at before a decision notice goes out, and what the paper is made of."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.components.amounts import format_amount
from reviews.models import Opinion
from reviews.queries.overview import Notice
from reviews.states import ActStatus, DispositionKind


@dataclass(frozen=True)
class Check:
    """One thing that has to be right: whether it is, and in words."""

    name: str
    is_right: bool
    words: str


def checks(notice: Notice, unit: str) -> list[Check]:
    """The sums, the lines, the conditions, the opinions: two queries."""
    return [_sums(notice, unit), _decided(notice), _conditions(notice), _opinions(notice)]


def _sums(notice: Notice, unit: str) -> Check:
    parts = notice.parts
    amounts = [parts.declared, parts.own, parts.transferred, parts.saved_total, parts.held_total]
    declared, *rest = (format_amount(amount, unit) for amount in amounts)
    words = f"{declared} = {' + '.join(rest)}"
    if parts.unknown:
        words += ngettext(" · %(n)s unknown amount", " · %(n)s unknown amounts", parts.unknown) % {"n": parts.unknown}
    return Check(_("Amounts add up"), parts.adds_up and not parts.unknown, words)


def _decided(notice: Notice) -> Check:
    still = sum(line.is_open for line in notice.lines)
    lines = ngettext("%(n)s line", "%(n)s lines", len(notice.lines)) % {"n": len(notice.lines)}
    if still:
        words = _("%(open)s of %(lines)s still open") % {"open": still, "lines": lines}
    else:
        words = _("%(lines)s, each confirmed by a colleague") % {"lines": lines}
    return Check(_("Every line is decided"), not still, words)


def _conditions(notice: Notice) -> Check:
    without = sum(due is None for _text, due in notice.conditions)
    remediated = sum(line.kind == DispositionKind.REMEDIATE for line in notice.lines)
    if not notice.conditions and not remediated:
        return Check(_("Conditions have deadlines"), True, _("no condition"))
    words = _("%(all)s conditions, %(without)s without a deadline") % {
        "all": len(notice.conditions),
        "without": without,
    }
    return Check(_("Conditions have deadlines"), bool(notice.conditions) and not without, words)


def _opinions(notice: Notice) -> Check:
    """Every touched department has agreed, or the time for it is over; nothing is contested."""
    acts = {"act__dispositions__line__application": notice.application, "act__status__in": ["confirmed", "contested"]}
    rows = Opinion.objects.filter(**acts).distinct()
    waiting = sorted({o.department.name for o in rows.awaiting().select_related("department")})
    contested = rows.filter(act__status=ActStatus.CONTESTED).exists()
    if contested:
        words = _("an act is contested")
    else:
        words = _("awaited: %(names)s") % {"names": "、".join(waiting)} if waiting else _("nobody is awaited")
    return Check(_("Opinions are in"), not waiting and not contested, words)
