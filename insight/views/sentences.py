"""The one sentence over each picture: what it proves, in numbers."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.money import ZERO
from insight.queries.departments import REST
from insight.queries.duplicates import HeatMap
from insight.queries.flow import Flow
from insight.queries.funnel import Stair
from insight.queries.gathering import Gathered
from insight.queries.savings import Saving
from insight.queries.sharing import Sharing

FEW = 3


def sentences(gathered: Gathered) -> dict[str, str]:
    """By picture; empty where there is nothing to say."""
    return {
        "flow": _of_flow(gathered.flow),
        "heat": _of_heat(gathered.heat),
        "sharing": _of_sharing(gathered.sharing),
        "stairs": _of_stairs(gathered.stairs),
        "years": _of_period(gathered.saved),
        "savings": _of_departments(gathered.departments),
    }


def _of_flow(flow: Flow) -> str:
    shares = _(", ").join(f"{end.label} {_round(share)}" for end, share in flow.shares)
    return _("Of each 100 declared: %(shares)s.") % {"shares": shares}


def _of_heat(heat: HeatMap) -> str:
    sums = zip(heat.column_sums, heat.categories, strict=True)
    peaks = sorted(((amount, label) for amount, (key, label) in sums if amount and key != REST), reverse=True)
    named = _(", ").join(label for _amount, label in peaks[:2])
    return _("Most of it is in: %(categories)s.") % {"categories": named} if named else ""


def _of_sharing(sharing: Sharing) -> str:
    words = ngettext(
        "%(n)s capability serves %(modules)s modules.",
        "%(n)s capabilities serve %(modules)s modules.",
        len(sharing.rows),
    )
    return words % {"n": len(sharing.rows), "modules": sharing.modules} if sharing.rows else ""


def _of_stairs(stairs: list[Stair]) -> str:
    timed = [(stair.median, stair.label) for stair in stairs if stair.median]
    if not timed:
        return ""
    days, step = max(timed)
    words = _("The longest step is “%(step)s”: %(days)s working days in the middle.")
    return words % {"step": step, "days": f"{days.normalize():f}"}


def _of_period(saved: Saving) -> str:
    if not saved.declared:
        return ""
    share = _round(saved.total * 100 / saved.declared)
    return _("Of each 100 declared in this period, %(share)s were saved.") % {"share": share}


def _of_departments(rows: list[Saving]) -> str:
    """How much of the savings the first few departments have, when there are more of them."""
    savers = [row.total for row in rows if row.total]
    if len(savers) <= FEW:
        return ""
    share = _round(sum(savers[:FEW], ZERO) * 100 / sum(savers, ZERO))
    return _("Three departments have %(share)s%% of the savings.") % {"share": share}


def _round(share: Decimal) -> str:
    """A share in whole numbers, small ones with a decimal."""
    return f"{share:.0f}" if share >= 1 else f"{share:.1f}"
