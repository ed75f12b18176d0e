"""Records with groups, from pairs of texts that people judged: what `evaluate` can measure.

A pair is {"left": {"name", "description"}, "right": {…}, "verdict": "duplicate" | …}, as the
product's interface for programs gives its verdicts. Texts that were judged duplicates, also by
way of others, get one group; each other text has a group of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from matching.jsonl import BrokenLinesError
from matching.records import text_hash

SAME = "duplicate"


def grouped(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """A record for each text, in the order in which texts come.

    Raises BrokenLinesError for lines that are no judged pairs.
    """
    texts: dict[str, dict[str, str]] = {}
    leader: dict[str, str] = {}
    for left, right, verdict in _pairs(lines):
        one, other = (_known(text, texts, leader) for text in (left, right))
        if verdict == SAME:
            leader[_first(one, leader)] = _first(other, leader)
    groups: dict[str, str] = {}
    for number, (key, text) in enumerate(texts.items(), 1):
        group = groups.setdefault(_first(key, leader), f"g{len(groups) + 1}")
        yield {"id": f"t{number}", "project": f"t{number}", **text, "group": group}


def _pairs(lines: Iterable[bytes]) -> Iterator[tuple[dict[str, str], dict[str, str], str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            pair = json.loads(line)
            left, right = (
                {name: str(pair[side][name]) for name in ("name", "description")} for side in ("left", "right")
            )
            yield left, right, pair["verdict"]
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenLinesError(f"line {number}: no judged pair of texts ({error})") from error


def _known(text: dict[str, str], texts: dict[str, dict[str, str]], leader: dict[str, str]) -> str:
    key = text_hash(text["name"], text["description"])
    texts.setdefault(key, text)
    leader.setdefault(key, key)
    return key


def _first(key: str, leader: dict[str, str]) -> str:
    """Who stands for the group of this text."""
    while leader[key] != key:
        leader[key] = leader[leader[key]]
        key = leader[key]
    return key
