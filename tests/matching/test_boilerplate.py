from __future__ import annotations

import numpy as np

from matching.boilerplate import common_clauses, find_boilerplate, limit, resultant
from matching.embed import OnnxEmbedder
from matching.reading import boilerplate_of
from tests.matching.conftest import Failing, record

CITY = "须接入市级统一门户并报送运行情况"
UNRELATED = ("电子签章", "河道水质监测", "公交调度", "中小学招生报名")
RELATED = ("电子地图服务", "GIS一张图", "地图发布平台", "空间地图引擎")


def test_a_clause_counts_once_for_each_project() -> None:
    same = [record(number, name, f"{CITY}。", project="one") for number, name in enumerate(UNRELATED)]
    assert common_clauses(same) == {}
    spread = [record(number, name, f"{CITY}。") for number, name in enumerate(UNRELATED)]
    assert sorted(common_clauses(spread)[CITY]) == sorted(UNRELATED)


def test_a_word_is_no_clause() -> None:
    assert common_clauses([record(number, name, "查询。") for number, name in enumerate(UNRELATED)]) == {}


def test_what_unrelated_modules_share_is_boilerplate(model: OnnxEmbedder) -> None:
    spread = [record(number, name, f"建设{name}，{CITY}。") for number, name in enumerate(UNRELATED)]
    assert boilerplate_of(spread, model) == {CITY}


def test_what_related_modules_copied_is_kept(model: OnnxEmbedder) -> None:
    copied = "提供底图浏览缩放查询定位"
    assert boilerplate_of([record(n, name, f"{copied}。") for n, name in enumerate(RELATED)], model) == frozenset()


def test_names_that_cannot_be_read_drop_nothing(failing: Failing) -> None:
    failing.fail_after(0)
    spread = [record(number, name, f"{CITY}。") for number, name in enumerate(UNRELATED)]
    assert boilerplate_of(spread, failing) == frozenset()


def test_two_readable_names_are_too_few() -> None:
    rows = np.array([[1, 0], [np.nan, np.nan], [-1, 0]], np.float32)
    assert find_boilerplate({"clause": ["a", "b", "c"]}, lambda names: rows[: len(names)]) == frozenset()


def test_directions_that_cancel_have_no_resultant() -> None:
    assert resultant(np.array([[1, 0], [-1, 0]], np.float32)) == 0
    assert resultant(np.array([[0, 1], [0, 1]], np.float32)) == 1
    assert limit(3) > limit(4) > limit(1000) == 0.55
