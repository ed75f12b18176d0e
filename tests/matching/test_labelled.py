"""The hand-labelled set keeps what it promises; how well it is found is another matter."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

import pytest

from matching.labelled import FILES, Entry, Split, english, labelled, part, scripts
from matching.text import language, letters

SPLITS: tuple[Split, ...] = ("tune", "test")
STYLES = {"terse", "bureaucratic", "technical", "english"}
LANGUAGES = {"zh-Hant", "en", "ja"}
SHARED = 0.3  # at most this share of the shorter wording's character pairs stands in its partner's too


def groups_of(entries: list[Entry]) -> dict[str, list[Entry]]:
    """Groups of modules that do the same; what stands alone is none."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        found[one.group].append(one)
    return {group: members for group, members in found.items() if len(members) > 1}


def true_pairs(entries: list[Entry]) -> int:
    return sum(len(members) * (len(members) - 1) // 2 for members in groups_of(entries).values())


def own_words(one: Entry) -> set[str]:
    text = letters(one.record.name + one.record.description.removesuffix(one.appended))
    return {text[at : at + 2] for at in range(len(text) - 1)}


@pytest.fixture(scope="module")
def everything() -> list[Entry]:
    return [*part("tune"), *part("test")]


def test_it_is_as_large_as_it_should_be(everything: list[Entry]) -> None:
    assert len([one for one in everything if one.style != "english"]) >= 420
    assert len(groups_of(everything)) >= 110
    assert len(groups_of(part("test"))) >= 60
    assert len(groups_of(part("tune"))) >= 50


def test_ids_and_names_are_unique_over_all_files(everything: list[Entry]) -> None:
    records = [*(one.record for one in [*everything, *scripts()]), *(record for record, _ in english())]
    assert max(Counter(one.id for one in records).values()) == 1
    assert max(Counter(one.name for one in [entry.record for entry in everything]).values()) == 1


def test_what_was_tuned_with_is_in_tune() -> None:
    tuned = {record.id for record, _ in labelled()}
    assert len(tuned) == 129
    assert tuned <= {one.record.id for one in part("tune")}


def test_no_group_is_in_both_parts() -> None:
    tune, test = ({one.group for one in part(split)} | {one.like for one in part(split)} for split in SPLITS)
    assert tune & test <= {""}
    assert {name: {one.split for one in part(name)} for name in FILES} == {"tune": {"tune"}, "test": {"test"}}


@pytest.mark.parametrize("split", SPLITS)
def test_a_group_holds_three_to_five_modules_of_as_many_projects_and_departments(split: Split) -> None:
    for group, members in groups_of(part(split)).items():
        assert 3 <= len(members) <= 5, group
        assert len({one.record.project for one in members}) == len(members), group
        departments = [one.record.department for one in members if one.record.department]
        assert len(set(departments)) == len(departments), group


def test_wordings_of_a_group_share_few_pairs_of_characters(everything: list[Entry]) -> None:
    found = {}
    for group, members in groups_of(everything).items():
        for a, b in combinations([own_words(one) for one in members if one.style != "english"], 2):
            found[group] = max(found.get(group, 0.0), len(a & b) / min(len(a), len(b)))
    assert {group: share for group, share in found.items() if share > SHARED} == {}
    assert sum(found.values()) / len(found) < SHARED / 2


@pytest.mark.parametrize("split", SPLITS)
def test_every_group_has_look_alikes_and_there_are_more_of_them_than_true_pairs(split: Split) -> None:
    entries = part(split)
    groups, like = groups_of(entries), Counter(one.like for one in entries if one.like)
    assert set(like) == set(groups)
    assert all(one.group not in groups for one in entries if one.like)
    assert sum(count * len(groups[group]) for group, count in like.items()) >= 2 * true_pairs(entries)


def test_there_are_at_least_as_many_look_alikes_as_true_pairs(everything: list[Entry]) -> None:
    assert len([one for one in everything if one.like]) >= true_pairs(everything)


@pytest.mark.parametrize("split", SPLITS)
def test_each_part_has_four_styles_and_all_kinds_of_boilerplate(split: Split) -> None:
    entries = part(split)
    styles, kinds = Counter(one.style for one in entries), Counter(one.boilerplate for one in entries)
    assert set(styles) == STYLES
    assert min(styles.values()) >= 20
    assert set(kinds) == {"", "verbatim", "reworded", "only"}
    assert min(kinds.values()) >= 6


def test_the_boilerplate_of_a_module_ends_its_description(everything: list[Entry]) -> None:
    for one in everything:
        assert bool(one.appended) == (one.boilerplate in ("verbatim", "reworded")), one.record.id
        assert one.record.description.endswith(one.appended)
    said = Counter(one.appended for one in everything if one.boilerplate == "verbatim")
    assert min(said.values()) >= 3
    assert max(Counter(one.appended for one in everything if one.boilerplate == "reworded").values()) == 1


def test_a_style_is_english_exactly_where_the_words_are(everything: list[Entry]) -> None:
    for one in everything:
        assert (language(one.record.name + one.record.description) == "latin") == (one.style == "english"), one.record


def test_counterparts_in_other_scripts_belong_to_groups_of_their_part() -> None:
    groups = {split: set(groups_of(part(split))) for split in SPLITS}
    assert len(scripts()) >= 30
    assert all(one.group in groups[one.split] for one in scripts())
    counts = Counter(one.language for one in scripts())
    assert set(counts) == LANGUAGES
    assert min(counts.values()) >= 10
