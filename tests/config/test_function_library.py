"""The library of functions from which the demonstration city's applications are written."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from catalog.services import starter

FOLDER = Path(__file__).resolve().parents[2] / "config" / "data" / "city" / "functions"
HANDS = ("terse", "bureaucratic", "technical", "plain")
FUNCTIONS: list[dict[str, Any]] = [
    row for file in sorted(FOLDER.glob("*.toml")) for row in tomllib.loads(file.read_text("utf-8"))["function"]
]
STARTER: dict[str, Any] = tomllib.loads(
    (Path(starter.__file__).parents[1] / "data" / "starter.toml").read_text("utf-8")
)
OFFICES = {
    "agriculture", "archives", "audit", "bureau", "civil", "commerce", "congress", "court", "culture",
    "development", "disabled", "discipline", "ecology", "education", "emergency", "finance", "fire", "forestry",
    "government-office", "government-services", "health", "hotline", "housing", "housing-fund",
    "human-resources", "industry", "justice", "market", "medical-insurance", "organisation", "petition",
    "planning", "police", "post", "publicity", "science", "statistics", "street-office", "tax", "transport",
    "urban-management", "veterans", "water", "weather",
}  # fmt: skip


def pieces(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def test_it_is_large_and_every_function_stands_once():
    assert len(FUNCTIONS) >= 120
    assert len({row["key"] for row in FUNCTIONS}) == len(FUNCTIONS)


@pytest.mark.parametrize("row", FUNCTIONS, ids=lambda row: row["key"])
def test_a_function_is_priced_placed_and_told_in_four_hands(row):
    assert 0 < row["low"] < row["high"]
    assert row["departments"] and set(row["departments"]) <= OFFICES
    assert row["capability"] in {"", *(one["key"] for one in STARTER["capability"])}
    texts = [row[hand] for hand in HANDS]
    assert all(len(text) == 2 and all(text) for text in texts)
    for (_, one), (_, other) in combinations(texts, 2):
        a, b = pieces(one), pieces(other)
        assert len(a & b) <= 0.45 * min(len(a), len(b)), (one, other)
