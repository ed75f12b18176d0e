"""Draws the life cycles of docs/workflows.md for the site of the guides (mkdocs.yml), which fetches nothing.

Where a page shows Mermaid the reader's browser draws it; the site would have to load that program. A table of states
needs no clever layout: states stand side by side, each with its line down, and every move is an arrow of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

BLOCK = re.compile(r"```mermaid\nstateDiagram-v2\n(.*?)```", re.DOTALL)
MOVE = re.compile(r"^\s*(\S+) --> (\S+?)(?:: (.+))?$", re.MULTILINE)
EDGE = "[*]"  # before the first state and after a last one
STEP, ROW, TOP, BOX = 100, 30, 64, (92, 30)

Move = tuple[str, str, str]


def on_page_markdown(markdown: str, **_: Any) -> str:
    """What mkdocs calls for each page: diagrams of states become pictures."""
    return BLOCK.sub(lambda found: picture(found[1]), markdown)


def picture(source: str) -> str:
    """The moves of a diagram as one picture, and in words for who does not see it."""
    moves = [(start, end, verb or "") for start, end, verb in MOVE.findall(source)]
    inner = [move for move in moves if EDGE not in move[:2]]
    last = {start for start, end, _verb in moves if end == EDGE}
    named = dict.fromkeys(state for move in moves for state in move[:2] if state != EDGE)
    states = sorted(named, key=lambda state: state in last)
    width, height = STEP * len(states), TOP + ROW * (len(inner) + 1)
    words = "; ".join(f"{start} to {end}: {verb}" for start, end, verb in inner)
    parts = [
        *_columns(states, {end for start, end, _verb in moves if start == EDGE}, last, height),
        *_arrows(states, inner),
    ]
    return (
        f'<div class="states" tabindex="0"><svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(words)}">{"".join(parts)}</svg></div>'
    )


def _columns(states: list[str], first: set[str], last: set[str], height: int) -> Iterator[str]:
    """A box for each state, its line down; a dot above the first ones, a second frame around the last ones."""
    wide, high = BOX
    for number, state in enumerate(states):
        x = _middle(number)
        yield f'<path class="line" d="M{x} {TOP - 12}V{height - 6}"/>'
        yield _box(x - wide // 2, TOP - 12 - high, wide, high)
        if state in last:
            yield _box(x - wide // 2 + 3, TOP - 9 - high, wide - 6, high - 6)
        if state in first:
            yield f'<circle cx="{x}" cy="10" r="5"/>'
        yield f'<text class="state" x="{x}" y="{TOP - 8 - high // 2}">{escape(state)}</text>'


def _box(x: int, y: int, wide: int, high: int) -> str:
    return f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="5"/>'


def _arrows(states: list[str], moves: list[Move]) -> Iterator[str]:
    """Each move in a row of its own, from the line of its state to that of the next."""
    for row, (start, end, verb) in enumerate(moves, 1):
        here, there, y = _middle(states.index(start)), _middle(states.index(end)), TOP + ROW * row
        back = 7 if there > here else -7
        yield f'<path class="move" d="M{here} {y}H{there}M{there - back} {y - 4}L{there} {y}L{there - back} {y + 4}"/>'
        yield f'<text x="{(here + there) // 2}" y="{y - 6}">{escape(verb)}</text>'


def _middle(number: int) -> int:
    return STEP * number + STEP // 2
