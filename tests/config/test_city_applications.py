"""What the demonstration city's offices apply for: the running round, two past years, and their boilerplate."""

from __future__ import annotations

import tomllib
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from catalog.services import starter
from catalog.states import Domain, Network
from governance.states import Level
from projects.states import (
    BUILDS,
    REQUIRED_SECTIONS,
    ApplicationClass,
    ApplicationKind,
    LineKind,
    SectionKey,
)
from reviews.states import DispositionKind
from tests.config.test_function_library import FUNCTIONS, HANDS, OFFICES, STARTER, pieces

CITY = Path(starter.__file__).parents[2] / "config" / "data" / "city"
SENTENCES = ("state", "problem", "necessity", "goal", "benefits", "targets")
OUTCOMES = {"listed", "reserve", "rejected", "withdrawn"}
STAGES = {
    "draft": 8, "sign_off": 4, "submitted": 8, "correction": 7, "withdrawn": 2, "rejected": 2, "deferred": 3,
}  # fmt: skip
EXPLAINED = {"correction", "withdrawn", "rejected", "deferred"}


def rows(pattern: str, table: str) -> list[dict[str, Any]]:
    files = sorted(CITY.glob(pattern))
    return [row for file in files for row in tomllib.loads(file.read_text("utf-8")).get(table, ())]


RUNNING = rows("applications-2027*.toml", "application")
LAST = rows("applications-2026*.toml", "application")
BEFORE = rows("applications-2025*.toml", "application")
EVERY = [*RUNNING, *LAST, *BEFORE]
KEYS = {row["key"] for row in FUNCTIONS}
SOURCES = {row["code"] for row in rows("organisation.toml", "source")}


def own_modules(row: dict[str, Any]) -> list[list[Any]]:
    return [module for module in row["modules"] if isinstance(module, list)]


def function_keys(row: dict[str, Any]) -> list[str]:
    return [module.partition(":")[0] for module in row["modules"] if isinstance(module, str)]


def alike(texts: list[tuple[str, str]], share: float) -> list[tuple[str, str]]:
    cut = [(name, pieces(text)) for name, text in texts]
    return [
        (one, other)
        for (one, a), (other, b) in combinations(cut, 2)
        if len(a & b) > share * min(len(a), len(b))
    ]  # fmt: skip


def test_the_running_round_is_as_large_as_a_real_one():
    assert len(RUNNING) >= 122
    assert len({row["department"] for row in RUNNING}) >= 33
    assert sum(len(row["modules"]) for row in RUNNING) >= 1230


def test_the_past_years_are_large_enough_to_be_searched():
    assert len(LAST) >= 30
    assert sum(len(row["modules"]) for row in LAST) >= 200
    assert len(BEFORE) >= 26
    assert sum(len(row["modules"]) for row in BEFORE) >= 170


def test_the_running_round_stands_at_every_stage():
    stages = Counter(row["stage"] for row in RUNNING)
    assert stages.pop("consolidation") >= 88
    assert stages == STAGES
    assert all(row.get("note") for row in RUNNING if row["stage"] in EXPLAINED)


def test_past_applications_came_to_an_end():
    outcomes = {row["outcome"] for row in (*LAST, *BEFORE)}
    assert outcomes == OUTCOMES
    assert all(row.get("note") for row in (*LAST, *BEFORE) if row["outcome"] in {"rejected", "withdrawn"})


def test_what_is_continued_was_applied_for_before():
    past = {row["name"] for row in (*LAST, *BEFORE)}
    continued = [row for row in RUNNING if row.get("continues")]
    assert len(continued) >= 5
    assert {row["continues"] for row in continued} <= past
    assert all(row.get("continues") for row in RUNNING if row["kind"] == ApplicationKind.CONTINUED)


def test_systems_stand_in_the_inventory():
    known = {(row["owner"], row["name"]) for row in rows("systems.toml", "system")}
    named = {(row["department"], row["system"]) for row in EVERY if row.get("system")}
    assert named <= known, named - known
    assert all(row.get("system") for row in EVERY if row["kind"] == ApplicationKind.OPERATION)


@pytest.mark.parametrize("row", EVERY, ids=lambda row: row["name"])
def test_an_application_uses_known_words(row):
    assert row["department"] in OFFICES
    assert row["kind"] in ApplicationKind
    assert row["class"] in ApplicationClass
    assert row["domain"] in Domain
    assert row["network"] in Network
    assert row["hand"] in HANDS
    assert 0 <= row["scale"] <= 1
    assert 1 <= row["months"] <= 36
    assert row["office"]
    assert row["contact"]
    assert set(row["use"]) <= {one["key"] for one in STARTER["capability"]}
    assert 1 <= len(row["basis"]) <= 2
    assert all(len(one) == 4 and all(one) and one[2] in Level for one in row["basis"])


@pytest.mark.parametrize("row", EVERY, ids=lambda row: row["name"])
def test_an_application_is_made_of_lines_that_are_paid_for(row):
    keys = function_keys(row)
    assert set(keys) <= KEYS
    assert len(keys) == len(set(keys))
    hands = {module.partition(":")[2] for module in row["modules"] if isinstance(module, str)}
    assert hands - {""} <= set(HANDS)
    assert all(len(one) == 3 and one[2] > 0 for one in own_modules(row))
    assert 2 <= len(row["items"]) <= 6
    assert all(kind in LineKind and kind != LineKind.MODULE for kind, *_ in row["items"])
    assert all(len(one) == 6 and one[4] > 0 and one[5] > 0 for one in row["items"])
    sources = dict(one.split(":") for one in row["sources"])
    assert set(sources) <= SOURCES
    assert sum(int(share) for share in sources.values()) == 100


@pytest.mark.parametrize("row", EVERY, ids=lambda row: row["name"])
def test_builders_have_modules_and_services_have_none(row):
    if row["kind"] in BUILDS:
        assert 5 <= len(row["modules"]) <= 16
    else:
        assert not row["modules"]


@pytest.mark.parametrize("row", EVERY, ids=lambda row: row["name"])
def test_an_application_says_what_it_wants_in_full_sentences(row):
    assert all(30 <= len(row[key]) <= 120 for key in SENTENCES)
    assert len({row[key] for key in SENTENCES}) == len(SENTENCES)
    assert all(30 <= len(name + text) <= 120 for name, text, _ in own_modules(row))


def test_every_office_has_its_own_goal():
    assert not alike([(row["name"], row["goal"]) for row in EVERY], 0.6)


@pytest.mark.parametrize("key", ["state", "problem", "necessity", "benefits"])
def test_no_sentence_is_used_twice(key):
    assert not alike([(row["name"], row[key]) for row in EVERY], 0.6)


def test_no_two_own_modules_are_alike():
    own = [(f"{row['name']}: {name}", text) for row in EVERY for name, text, _ in own_modules(row)]
    assert len(own) >= 450
    assert not alike(own, 0.6)
    assert len({name for row in EVERY for name, _, _ in own_modules(row)}) == len(own)


def test_applications_have_names_of_their_own():
    assert len({row["name"] for row in EVERY}) == len(EVERY)


def test_many_offices_ask_for_the_same_function():
    asked: dict[str, set[str]] = {key: set() for key in KEYS}
    for row in RUNNING:
        for key in function_keys(row):
            asked[key].add(row["department"])
    uses = Counter(key for row in RUNNING for key in function_keys(row))
    assert not [key for key in KEYS if uses[key] < 3]
    assert not [key for key, offices in asked.items() if len(offices) < 2]
    assert len([key for key in KEYS if uses[key] >= 12]) >= 25
    modules = sum(len(row["modules"]) for row in RUNNING)
    assert 0.6 <= uses.total() / modules <= 0.75


CLAUSES = rows("clauses.toml", "clause")


def test_every_chapter_has_its_boilerplate():
    sections = Counter(row["section"] for row in CLAUSES)
    assert set(sections) <= set(SectionKey)
    own = {SectionKey.CURRENT_STATE, SectionKey.PROBLEMS}
    assert all(sections[key] >= 5 for key in SectionKey if key not in own)
    assert all(sections[key] >= 5 for key in REQUIRED_SECTIONS)


def test_boilerplate_is_told_in_different_words():
    assert not [row for row in CLAUSES if not 60 <= len(row["text"]) <= 160]
    assert not alike([(row["text"], row["text"]) for row in CLAUSES], 0.5)


def test_reviewers_and_intake_have_their_phrases():
    opinions = rows("clauses.toml", "opinion")
    assert len(opinions) >= 12
    assert {row["kind"] for row in opinions} == set(DispositionKind)
    assert len(rows("clauses.toml", "objection")) >= 5
    assert len(rows("clauses.toml", "point")) >= 8
