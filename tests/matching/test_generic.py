from __future__ import annotations

import pytest

from matching.generic import is_generic, is_stop_word, says_nothing, words
from matching.labelled import APPENDED, GENERIC, background, english, labelled
from matching.records import prepare
from matching.text import clauses, letters, normalise
from tests.matching.conftest import record


@pytest.mark.parametrize("number", range(len(GENERIC)))
def test_functions_that_every_system_has_are_generic(number: int) -> None:
    name, description = GENERIC[number]
    assert prepare(record(1, name, description)).kind == "generic"


def test_appended_sentences_are_taken_out() -> None:
    kept = [prepare(record(1, "电子签章", sentence)).body for sentence in APPENDED]
    assert kept == ["", "", "", "实现业务协同。"]


def test_no_module_of_the_hand_written_sets_is_taken_for_generic() -> None:
    for one, _ in [*labelled(), *background(), *english()]:
        assert prepare(one).kind == "comparable", one.name
        assert not prepare(one).removed, one.name


@pytest.mark.parametrize("name", ["数据备份", "数据备份与恢复", "日志审计", "统计分析", "统一身份认证", "单点登录"])
def test_what_could_be_a_system_of_its_own_is_not_generic(name: str) -> None:
    assert not is_generic(letters(name))


def test_a_telling_name_keeps_a_module_from_being_generic() -> None:
    assert prepare(record(1, "统一身份认证", "用户管理、角色管理、权限管理。")).kind == "comparable"


def test_a_name_without_description_is_compared_by_its_name() -> None:
    assert prepare(record(1, "电子签章", "")).kind == "comparable"
    assert prepare(record(1, "用户管理", "")).kind == "generic"


@pytest.mark.parametrize(
    "text", ["User management, role management, and log management.", "系统支持国产化，满足等保三级要求"]
)
def test_praise_and_english_are_known_too(text: str) -> None:
    keys = [one.key for one in clauses(normalise(text).text)]
    assert all(is_generic(key) or says_nothing(key) for key in keys)


def test_lists_are_read_from_the_file() -> None:
    assert "用户管理" in words("strong")
    assert "数据备份" in words("weak") - words("strong")
    assert is_stop_word("各")
    assert not is_stop_word("签章")
