from __future__ import annotations

import json

import pytest

from matching.jsonl import BrokenLinesError, read
from matching.judged import grouped


def pair(left: str, right: str, verdict: str) -> bytes:
    sides = {side: {"name": text, "description": f"{text}。"} for side, text in (("left", left), ("right", right))}
    return json.dumps(sides | {"verdict": verdict}).encode()


def test_duplicates_share_a_group_also_by_way_of_others_and_nobody_else_does() -> None:
    lines = [
        pair("电子签章", "在线用印", "duplicate"),
        pair("河道巡查", "河长制", "related"),
        b"",
        pair("在线用印", "数字印章", "duplicate"),
        pair("电子签章", "印章刻制备案", "different"),
    ]
    groups = {one["name"]: one["group"] for one in grouped(lines)}
    assert len(groups) == 6
    assert groups["电子签章"] == groups["在线用印"] == groups["数字印章"]
    assert len(set(groups.values())) == 4


def test_one_text_in_two_widths_is_one_record() -> None:
    assert len([*grouped([pair("ＧＩＳ地图", "GIS地图", "duplicate"), pair("GIS地图", "一张图", "duplicate")])]) == 2


def test_what_comes_of_it_can_be_read_as_records() -> None:
    rows = [json.dumps(one).encode() for one in grouped([pair("电子签章", "在线用印", "duplicate")])]
    assert [line.group for line in read(rows)] == ["g1", "g1"]
    assert len({line.record.project for line in read(rows)}) == 2


@pytest.mark.parametrize("line", [b"{oops", b"[1]", b'{"left": {}, "right": {}, "verdict": "duplicate"}'])
def test_what_is_no_judged_pair_is_named(line: bytes) -> None:
    with pytest.raises(BrokenLinesError, match="line 2"):
        [*grouped([pair("电子签章", "在线用印", "duplicate"), line])]
