"""The figures that are held, as make bench-matching prints them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import matching_parts
from benchmarks import matching_quality as bench
from matching.embed import OnnxEmbedder
from matching.labelled import Entry
from tests.matching.conftest import record

# the test part is harder than the set that the holds were read from; whoever mends it takes the mark away
SHORT = pytest.mark.xfail(strict=True, reason="falls short: docs/matching.md, Measured")


@pytest.mark.slow
def test_the_holds_are_met_and_told(
    model_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODEL_DIR", str(model_directory))
    monkeypatch.setattr(bench, "parts", lambda _: iter(()))
    assert bench.main([]) == 0
    said = capsys.readouterr().out
    assert said.endswith("matching: 6 of 6 holds met\n")
    assert "character 1-3 TF-IDF" in said


@pytest.fixture(scope="module")
def held(model: OnnxEmbedder) -> dict[str, bench.Hold]:
    return {hold.name: hold for hold in matching_parts.parts(model)}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("test: recall@10", marks=SHORT),
        pytest.param("test: MRR", marks=SHORT),
        "test: AP as a multiple of characters'",
        "test: AP as a multiple of pg_trgm's",
        "test: recall@10 kept with boilerplate",
    ],
)
def test_the_holds_of_the_test_part(held: dict[str, bench.Hold], name: str) -> None:
    assert held[name].is_met, held[name]


@pytest.mark.slow
def test_no_hold_of_the_test_part_is_left_out(held: dict[str, bench.Hold]) -> None:
    assert len(held) == 5


def test_a_hold_that_falls_short_ends_with_one(
    model_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODEL_DIR", str(model_directory))
    monkeypatch.setattr(bench, "quality", lambda _: iter([bench.Hold("recall", 0.9, 0.95)]))
    monkeypatch.setattr(bench, "parts", lambda _: iter([bench.Hold("AP", 4, 3.9)]))
    assert bench.main([]) == 1
    assert "SHORT AP: 3.900 (hold 4.000)\nmatching: 1 of 2 holds met\n" in capsys.readouterr().out


def test_a_look_alike_before_a_partner_is_counted_and_a_single_asks_for_nothing() -> None:
    entries = [
        Entry(record(1, "印章"), "seal", "tune", "terse"),
        Entry(record(2, "印章"), "seal", "tune", "technical"),
        Entry(record(3, "印章"), "seal-not-1", "tune", "terse", like="seal"),
        Entry(record(4, "印章"), "seal-not-2", "tune", "terse", like="seal"),
    ]
    likeness = np.array([[0, 2, 3, 1], [2, 0, 1, 1], [3, 1, 0, 0], [1, 1, 0, 0]], float)
    assert matching_parts._behind(likeness, entries) == 0.75
    asked = matching_parts.asked(likeness, entries, [True, False, True, True])
    assert asked["mrr"] == 0.5
    assert (asked["recall@1"], asked["recall@5"]) == (0, 1)
