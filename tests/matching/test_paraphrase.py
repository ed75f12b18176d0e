"""Modules that are only generic functions, in words that no list knows."""

from __future__ import annotations

import numpy as np
import pytest

from matching.corpus import Corpus
from matching.embed import HashEmbedder, OnnxEmbedder, Vectors
from matching.generic import described
from matching.labelled import background, english, part
from matching.paraphrase import candidates
from matching.reading import boilerplate_of
from matching.records import prepare
from tests.matching.conftest import Failing, record, records

ADMINISTRATION = (
    ("通用支撑功能", "数据导入、模板下载、组合查询、列表打印。"),
    ("工作台与个人设置", "待办列表、快捷菜单、修改头像和联系方式。"),
    ("Accounts and Rights", "Add and remove users, set what each may see, reset passwords."),
)
SYSTEMS = (
    ("统一用户管理平台", "建设全市统一的用户中心，为各业务系统提供用户注册、认证、授权和单点登录。"),
    ("统一权限管理", "集中管理各委办局应用的角色与授权，支持跨系统授权和审批。"),
    ("全市统一日志平台", "接入各部门业务系统的操作日志，集中存储、检索和审计，满足留存六个月要求。"),
    ("容灾备份", "对政务云上业务数据定期备份，异地存放，一键恢复。"),
    ("后台审批", "受理人员在后台审核企业提交的材料，退回补正或批准。"),
    ("菜单管理", "学校食堂每周菜单公示，营养分析，家长评价。"),
    ("Access Control", "Turnstiles at the entrance read badges and open for visitors with a booking."),
)


def test_generic_functions_in_other_words_are_reported_once_and_never_paired(model: OnnxEmbedder) -> None:
    everything = records(*ADMINISTRATION, *ADMINISTRATION, ("水质断面监测", "采集河道断面的水质数据，超标时预警。"))
    corpus = Corpus.build(everything, model)
    assert sorted(one for ids in corpus.generic_functions().values() for one in ids) == [f"r00{n}" for n in range(6)]
    assert all("r006" in (pair.a, pair.b) for pair in corpus.pairs())
    assert [outcome.is_generic for outcome in corpus.compare(everything)] == [True] * 6 + [False]


def test_a_system_of_its_own_never_vanishes(model: OnnxEmbedder) -> None:
    assert boilerplate_of(records(*SYSTEMS), model) == frozenset()


def test_no_module_with_a_subject_is_taken_for_generic(model: OnnxEmbedder) -> None:
    tune = [one for one in part("tune") if one.boilerplate != "only"]
    known = [*(one.record for one in tune), *(one for one, _ in background()), *(one for one, _ in english())]
    found = boilerplate_of(known, model)
    assert [one.name for one in known if prepare(one, found).kind == "generic"] == []


def test_a_name_alone_is_never_generic_by_its_meaning(model: OnnxEmbedder) -> None:
    assert boilerplate_of(records(("平台设置", ""), ("账号与权限", "")), model) == frozenset()


def test_without_a_model_that_knows_meanings_only_listed_words_count(failing: Failing) -> None:
    everything = records(*ADMINISTRATION)
    assert boilerplate_of(everything, HashEmbedder()) == frozenset()
    failing.fail_after(0)
    assert boilerplate_of(everything, failing) == frozenset()


def test_few_modules_are_looked_at_by_meaning() -> None:
    known = [one for one, _ in background()]
    chinese = [one for one in known if not one.name.isascii()]
    assert len(candidates(chinese, frozenset())) < 0.1 * len(chinese)
    assert len(candidates(records(*ADMINISTRATION), frozenset())) == len(ADMINISTRATION)


@pytest.mark.parametrize(("section", "least"), [("functions", 60), ("systems", 60)])
def test_texts_are_read_from_the_file(section: str, least: int) -> None:
    texts = described(section)
    assert len(texts) >= least
    assert all(text.strip() == text and not set(text) & set("|[]#") for text in texts)


def test_what_could_not_be_read_is_not_generic() -> None:
    class Half(HashEmbedder):
        id, is_degraded = "half", False

        def encode(self, texts: list[str]) -> Vectors:
            rows = super().encode(texts)
            for row, text in enumerate(texts):
                rows[row] = np.nan if "打印" in text else rows[row]
            return rows

    assert boilerplate_of([record(1, *ADMINISTRATION[0])], Half()) == frozenset()
