"""Modules with known groups: data to measure on, and a background to compare with.

Written by hand for this project. Modules of one group do the same thing in strongly different
words; each other module looks like one of them and does something else.

`labelled`    129 modules, 25 groups and 53 look-alikes: for measuring; no weight is fitted to it,
              but ways to make vectors were chosen with it in view
`part`        "tune" holds `labelled` and 31 more groups, for trying things out; "test" holds 73
              groups: it is for measuring what is finished, and nothing is chosen by it
`scripts`     modules in Traditional Chinese, English and Japanese, of groups of either part
`background`  223 modules, 64 groups, Chinese and English: prior weights are fitted to it
`english`     12 English modules of groups of `labelled`

How the parts were made: docs/matching.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from matching.records import Record

Split = Literal["tune", "test"]
Style = Literal["terse", "bureaucratic", "technical", "english", ""]
Boilerplate = Literal["verbatim", "reworded", "only", ""]

DATA = Path(__file__).with_name("data")
FILES: dict[Split, tuple[str, ...]] = {"tune": ("labelled.jsonl", "tune.jsonl"), "test": ("test.jsonl",)}

# whole modules of nothing but generic functions
GENERIC = (
    ("系统管理", "包括用户管理、角色管理、权限管理、日志管理、字典管理等基础功能。"),
    ("后台管理", "实现用户管理、部门管理、角色权限分配、操作日志查询和参数配置。"),
    ("用户权限管理", "提供系统用户、角色、菜单权限的增删改查及日志管理功能。"),
    ("基础管理", "系统管理、用户管理、日志管理、数据字典维护。"),
    ("系统配置", "对系统用户、组织机构、角色、字典、日志进行统一管理。"),
    ("系统运维管理", "用户管理、权限管理、日志管理、数据备份与系统参数设置。"),
)

# sentences that tenders append to anything
APPENDED = (
    "同时提供用户管理、角色权限、日志管理等系统管理功能。",
    "系统采用B/S架构，支持用户管理、权限管理、日志管理，满足信创与等保要求。",
    "具备统计查询、导入导出、权限控制和日志管理能力，界面友好、操作简便。",
    "按照统一规划、统一标准、统一建设的原则，充分利用现有资源，实现业务协同。",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A module of a part, and what is known of it."""

    record: Record
    group: str
    split: Split
    style: Style = ""  # of the parts
    language: str = ""  # of `scripts`
    like: str = ""  # the group that it resembles and does not belong to
    boilerplate: Boilerplate = ""
    appended: str = ""  # the boilerplate at the end of its description


def part(split: Split) -> list[Entry]:
    return [_entry(row) for name in FILES[split] for row in _rows(name)]


def scripts() -> list[Entry]:
    return [_entry(row) for row in _rows("scripts.jsonl")]


def labelled() -> list[tuple[Record, str]]:
    return _read("labelled.jsonl")


def background() -> list[tuple[Record, str]]:
    return _read("background.jsonl")


def english() -> list[tuple[Record, str]]:
    return _read("english.jsonl")


def _read(name: str) -> list[tuple[Record, str]]:
    return [(_record(row), row["group"]) for row in _rows(name)]


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def _record(row: dict[str, Any]) -> Record:
    return Record(row["id"], row["project"], row["name"], row["description"], row.get("department", ""))


def _entry(row: dict[str, Any]) -> Entry:
    known = ("group", "split", "style", "language", "like", "boilerplate", "appended")
    return Entry(_record(row), **{name: row[name] for name in known if name in row})
