"""What the script draws: labels in words, amounts in yuan, colours by the names of their tokens, addresses to go to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.money import ZERO
from insight.queries.flow import COLUMNS, Flow, Node
from insight.queries.funnel import Stair
from insight.queries.savings import TREATMENT_OF, Saving
from insight.queries.sharing import Sharing
from insight.states import End, Treatment
from reviews.states import SAVED_CAUSES, Cause

SHOWN = 10  # bars of a picture; the table has all
TOKENS = {
    **{t.value: f"c-{t.value}" for t in Treatment if t not in {Treatment.OPEN, Treatment.ENDED}},
    End.RESERVE.value: "s-4",
    End.UNDETERMINED.value: "s-3",
    End.AVOIDED.value: "c-saved",
    End.REJECTED.value: "c-reject",
    Treatment.OPEN.value: "c-held",
    Treatment.ENDED.value: "c-held",
    End.HELD.value: "c-held",
}
PLAIN = "navy"


def behind(period: str, filters: Mapping[str, str], **more: str) -> str:
    """The address of the lines behind a figure."""
    return f"{reverse('insight:lines')}?{urlencode({'period': period, **filters, **more})}"


def behind_step(period: str, step: str) -> str:
    """The address of the applications on a step."""
    return f"{reverse('insight:times')}?{urlencode({'period': period, 'step': step})}"


def of_flow(flow: Flow, period: str) -> dict[str, Any]:
    """Blocks, ribbons, and for narrow screens the ends as bars."""
    return {
        "nodes": [_node(node, period) for node in flow.nodes],
        "links": [
            {
                "source": link.source.key,
                "target": link.target.key,
                "value": link.amount,
                "colour": _ribbon(link.source, link.target),
                "url": behind(period, link.filter),
            }
            for link in flow.links
        ],
        "ends": [
            {
                "label": str(end.label),
                "value": amount,
                "colour": TOKENS.get(end.value, PLAIN),
                "url": behind(period, {"end": end.value}),
            }
            for end, amount in flow.ends.items()
            if amount
        ],
    }


def _node(node: Node, period: str) -> dict[str, Any]:
    return {
        "key": node.key,
        "label": node.label,
        "value": node.amount,
        "column": COLUMNS.index(node.column),
        "colour": PLAIN if node.column in {"department", "place"} else TOKENS.get(node.value, PLAIN),
        "url": behind(period, {node.column: node.value}),
    }


def _ribbon(source: Node, target: Node) -> str:
    """A ribbon has the colour of what was done with its money."""
    treated = next((node for node in (target, source) if node.column == "treatment"), None)
    return TOKENS[treated.value] if treated else TOKENS.get(target.value, "s-3")


def of_years(rows: list[Saving]) -> dict[str, Any]:
    return {**_causes(), "rows": [_saving(row, row.key, {}) for row in rows]}


def of_departments(rows: list[Saving], period: str) -> dict[str, Any]:
    """Only those with savings, the largest."""
    shown = [row for row in rows if row.total][:SHOWN]
    return {**_causes(), "lying": True, "rows": [_saving(row, period, {"department": row.key}) for row in shown]}


def _causes() -> dict[str, Any]:
    return {
        "names": [cause_words(cause) for cause in SAVED_CAUSES],
        "colours": [f"c-{TREATMENT_OF[cause]}" for cause in SAVED_CAUSES],
    }


def cause_words(cause: Cause) -> str:
    """Why money is saved, as heads of columns say it."""
    return {
        Cause.CUT: _("cut back"),
        Cause.DUPLICATE: _("merged"),
        Cause.SHARED: _("served by shared capabilities"),
        Cause.REUSE: _("served by what runs"),
        Cause.REJECTED: _("refused"),
    }[cause]


def _saving(row: Saving, period: str, filters: dict[str, str]) -> dict[str, Any]:
    return {
        "label": row.label,
        "values": list(row.by_cause.values()),
        "urls": [behind(period, {**filters, "cause": cause.value}) for cause in row.by_cause],
    }


def of_sharing(sharing: Sharing, period: str) -> dict[str, Any]:
    """The capabilities that avoid most."""
    return {
        "rows": [
            {
                "label": row.label,
                "value": row.avoided,
                "count": ngettext("used %(n)s time", "used %(n)s times", row.modules) % {"n": row.modules},
                "colour": "c-strip",
                "url": behind(period, row.filter),
            }
            for row in sharing.rows[:SHOWN]
        ]
    }


def of_stairs(rows: list[Stair], period: str) -> dict[str, Any]:
    return {
        "rows": [
            {
                "label": row.label,
                "value": row.money,
                "count": ngettext("%(n)s application", "%(n)s applications", row.applications)
                % {"n": row.applications},
                "times": times_words(row),
                "colour": "s-5" if row.money != ZERO else "s-2",
                "url": behind_step(period, row.step.value) if row.applications else "",
            }
            for row in rows
        ]
    }


def times_words(row: Stair) -> str:
    """Median and ninth decile in one short line; nothing when no time is known."""
    if row.median is None:
        return ""
    words = _("median %(median)s, 90%% in %(most)s days")
    return words % {"median": f"{row.median.normalize():f}", "most": row.slowest_tenth}
