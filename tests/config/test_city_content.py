"""The files that the demonstration city is made from: people, capabilities, systems, data resources."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from catalog.models.system import POINTER_LEAVES_OUT
from catalog.services import starter
from catalog.states import (
    AccessMode,
    CapabilityKind,
    CapabilityStatus,
    Domain,
    Network,
    OpenClass,
    PlannedFate,
    SharingClass,
    SystemStatus,
    SystemTag,
)
from governance.states import ADMINISTRATORS, PLACE_OF, DepartmentKind, Role, SourceKind

FOLDER = Path(__file__).resolve().parents[2] / "config" / "data" / "city"


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


ORGANISATION = read(FOLDER / "organisation.toml")
PEOPLE: list[list[str]] = ORGANISATION["people"]
DISTRICTS: list[dict[str, Any]] = ORGANISATION["district"]
DEPARTMENTS = [row["code"] for row in ORGANISATION["department"]]
OWNERS = {*DEPARTMENTS, ORGANISATION["authority"]["code"]}
STARTER = read(starter.FILE)
ADDED = read(FOLDER / "capabilities.toml")
CAPABILITIES: list[dict[str, Any]] = [*STARTER["capability"], *ADDED["capability"]]
SYSTEMS: list[dict[str, Any]] = read(FOLDER / "systems.toml")["system"]
BY_NAME = {row["name"]: row for row in SYSTEMS}
RESOURCES: list[dict[str, Any]] = read(FOLDER / "resources.toml")["resource"]
LIBRARY = {row["key"]: row for file in (FOLDER / "functions").glob("*.toml") for row in read(file)["function"]}
HANDS = ("terse", "bureaucratic", "technical", "plain")
RUNNING = {SystemStatus.TRIAL, SystemStatus.IN_USE, SystemStatus.MAINTAINED}

each_system = pytest.mark.parametrize("row", SYSTEMS, ids=lambda row: row["name"])
each_resource = pytest.mark.parametrize("row", RESOURCES, ids=lambda row: row["name"])


def pieces(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def functions(row: dict[str, Any]) -> list[str]:
    """The names under which the system lists its functions."""
    names = []
    for one in row.get("functions", []):
        if isinstance(one, str):
            key, hand = one.split(":")
            names.append(LIBRARY[key][hand][0])
        else:
            names.append(one[0])
    return names


def twice(values: list[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


# --- organisation ----------------------------------------------------------------------------


def test_every_department_has_a_clerk_and_a_leader():
    assert len(DEPARTMENTS) >= 33
    assert not twice(DEPARTMENTS)
    for code in OWNERS:
        for role in (Role.CLERK, Role.LEADER):
            assert [f"{code}.{role}", code, role] in [[row[0], row[2], row[3]] for row in PEOPLE]


def test_every_role_has_somebody_in_its_place():
    assert {row[3] for row in PEOPLE} == {role.value for role in Role}
    kinds = {ORGANISATION["authority"]["code"]: DepartmentKind.AUTHORITY}
    kinds |= {row["code"]: DepartmentKind(row.get("kind", "department")) for row in ORGANISATION["department"]}
    for _account, _name, department, role in PEOPLE:
        assert kinds[department] == PLACE_OF.get(Role(role), kinds[department])


def test_the_authority_can_decide_with_four_eyes_and_a_third_pair():
    count = Counter(row[3] for row in PEOPLE)
    assert count[Role.REVIEWER] >= 6
    assert count[Role.HEAD] >= 2
    assert count[Role.EXPERT] >= 5
    assert all(count[role] == 1 for role in ADMINISTRATORS)


def test_accounts_and_names_are_all_different():
    everybody = [*PEOPLE, *(row for district in DISTRICTS for row in district["people"])]
    assert not twice([row[0] for row in everybody])
    assert not twice([row[1] for row in everybody])


def test_a_district_has_an_authority_of_its_own_with_three_people():
    assert len(DISTRICTS) == 3
    for district in DISTRICTS:
        assert {row[2] for row in district["people"]} == {district["authority"]["code"]}
        assert {row[3] for row in district["people"]} == {Role.CLERK, Role.LEADER, Role.REVIEWER}


def test_earmarked_money_names_its_purpose():
    kinds = {SourceKind(row["kind"]) for row in ORGANISATION["source"]}
    assert kinds >= {SourceKind.CITY, SourceKind.SUPERIOR, SourceKind.BOND, SourceKind.OWN}
    for row in ORGANISATION["source"]:
        assert bool(row.get("purpose")) == (row["kind"] == SourceKind.SUPERIOR)


# --- capabilities ----------------------------------------------------------------------------


def test_the_catalog_is_large_and_numbers_every_capability_once():
    assert len(CAPABILITIES) >= 35
    assert not twice([row["key"] for row in CAPABILITIES])
    assert not twice([row["name"] for row in CAPABILITIES])
    assert [row["number"] for row in CAPABILITIES] == list(range(1, len(CAPABILITIES) + 1))


@pytest.mark.parametrize("row", ADDED["capability"], ids=lambda row: row["name"])
def test_a_capability_has_the_fields_of_the_starter_catalog(row):
    leaves = {f"{group['code']}.{at:02d}" for group in STARTER["category"] for at in range(1, len(group["leaves"]) + 1)}
    assert set(row) - {"restricted_reason"} == {*STARTER["capability"][0], "provider"}
    assert row["kind"] in CapabilityKind.values
    assert row["access_mode"] in AccessMode.values
    assert row["provider"] in OWNERS
    assert set(row["categories"]) <= leaves
    assert all(row[name] for name in starter.LINES)
    assert len(row["keywords"]) <= 500
    assert ("restricted_reason" in row) == (row["status"] == CapabilityStatus.RESTRICTED)


def test_the_catalog_shows_every_stage_but_the_last():
    stages = {row["status"] for row in CAPABILITIES}
    assert stages == {*CapabilityStatus.values} - {CapabilityStatus.RETIRED}


def test_starter_capabilities_that_others_provide_exist():
    assert set(ADDED["providers"]) <= {row["key"] for row in STARTER["capability"]}
    assert set(ADDED["providers"].values()) <= OWNERS


# --- systems ---------------------------------------------------------------------------------


def test_the_inventory_is_large_and_every_department_runs_something():
    assert len(SYSTEMS) >= 210
    assert not twice([row["name"] for row in SYSTEMS])
    assert {row["owner"] for row in SYSTEMS} == OWNERS


@each_system
def test_a_system_is_told_in_words_that_the_inventory_knows(row):
    assert row["owner"] in OWNERS
    assert row["tag"] in SystemTag.values
    assert row["domain"] in Domain.values
    assert row["status"] in SystemStatus.values
    assert row["network"] in Network.values
    assert row.get("planned_fate", "keep") in PlannedFate.values
    assert row.get("mlps_level", 0) in range(5)
    assert date.fromisoformat(row["built"]) <= date.fromisoformat(row.get("last_used", "2026-09-30"))
    assert row.get("build_cost", 0) >= 0
    assert row.get("yearly_operating_cost", 0) >= 0


@each_system
def test_a_system_names_only_what_exists(row):
    fate = row.get("planned_fate")
    assert ("absorbed_into" in row) == (fate == PlannedFate.ABSORB)
    assert ("replaced_by" in row) == (fate == PlannedFate.REPLACE)
    assert row.get("replaced_by", "map") in {one["key"] for one in CAPABILITIES}
    if "absorbed_into" in row:
        assert BY_NAME[row["absorbed_into"]].get("planned_fate", "keep") == PlannedFate.KEEP
    if "parent" in row:
        assert BY_NAME[row["parent"]]["owner"] == row["owner"]
        assert row["parent"] != row["name"]


@each_system
def test_a_system_lists_its_functions_unless_it_is_classified_or_archived(row):
    names = functions(row)
    assert not twice(names)
    if row.get("is_classified"):
        assert not names
        assert not {*POINTER_LEAVES_OUT} & {*row}
    else:
        assert row["description"]
        assert len(names) >= 2 or row["status"] == SystemStatus.ARCHIVED


def test_a_wording_of_the_library_stands_once_and_only_where_the_function_fits():
    used = [(row["owner"], one) for row in SYSTEMS for one in row.get("functions", []) if isinstance(one, str)]
    assert not twice([one for _, one in used])
    for owner, one in used:
        key, hand = one.split(":")
        assert hand in HANDS
        assert owner in LIBRARY[key]["departments"], one


def test_no_two_descriptions_of_own_functions_resemble_each_other():
    own = [one[1] for row in SYSTEMS for one in row.get("functions", []) if isinstance(one, list)]
    cut = [pieces(text) for text in own]
    for (one, a), (other, b) in combinations(zip(own, cut, strict=True), 2):
        assert len(a & b) <= 0.6 * min(len(a), len(b)), (one, other)


def test_some_systems_are_left_unused():
    idle = [
        row
        for row in SYSTEMS
        if row["status"] in RUNNING
        and (row.get("monthly_active_users") == 0 or row.get("last_used", "2026-09-30") < "2025-10-01")
    ]
    assert len(idle) >= 10


def test_stovepipes_can_be_seen():
    def owners(word: str) -> set[str]:
        return {row["owner"] for row in SYSTEMS if any(word in name for name in functions(row))}

    maps = owners("图") - {"bureau"}
    assert len(maps) >= 9
    assert len(owners("短信")) >= 5


# --- data resources --------------------------------------------------------------------------


def test_the_data_catalogue_is_large():
    assert len(RESOURCES) >= 40
    assert not twice([row["name"] for row in RESOURCES])


@each_resource
def test_a_resource_says_whether_and_why_not_it_is_shared(row):
    assert row["provider"] in OWNERS
    assert row["sharing"] in SharingClass.values
    assert row["openness"] in OpenClass.values
    assert ("legal_basis" in row) == (row["sharing"] == SharingClass.NONE)
    assert not ("pooled" in row and row["sharing"] == SharingClass.NONE)
    assert row["published"] <= row.get("pooled", row["published"])
    assert 0 <= row["quality_percent"] <= 100
    if "system" in row:
        assert BY_NAME[row["system"]]["owner"] == row["provider"]


@each_resource
def test_a_resource_lists_its_items_and_their_key(row):
    assert 3 <= len(row["items"]) <= 7
    assert not twice([item[0] for item in row["items"]])
    assert any(item[3] for item in row["items"])
    for name, kind, length, is_key, sensitivity in row["items"]:
        assert name and kind and length > 0 and sensitivity
        assert isinstance(is_key, bool)
