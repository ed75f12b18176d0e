"""The figures that are held, as make bench-matching prints them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import matching_quality as bench


@pytest.mark.slow
def test_the_holds_are_met_and_told(
    model_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODEL_DIR", str(model_directory))
    assert bench.main([]) == 0
    said = capsys.readouterr().out
    assert said.endswith("matching: 6 of 6 holds met\n")
    assert "character 1-3 TF-IDF" in said


def test_a_hold_that_falls_short_ends_with_one(
    model_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODEL_DIR", str(model_directory))
    monkeypatch.setattr(bench, "quality", lambda _: iter([bench.Hold("recall", 0.9, 0.95), bench.Hold("AP", 4, 3.9)]))
    assert bench.main([]) == 1
    assert "SHORT AP: 3.900 (hold 4.000)\nmatching: 1 of 2 holds met\n" in capsys.readouterr().out
