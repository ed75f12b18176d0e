from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import matching as bench
from benchmarks import matching_beside as others
from benchmarks.matching_figures import Hold, say


def work(_: object) -> Iterator[tuple[str, Iterator[Hold]]]:
    def measured(name: str, found: float) -> Iterator[Hold]:
        say(f"{name} was measured")
        yield Hold(name, 0.9, found)

    yield "First", measured("recall", 0.95)
    yield "Second", measured("speed", 0.5)


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bench, "REPORT", tmp_path / "benchmarks" / "matching.md")
    monkeypatch.setattr(bench, "_work", work)
    monkeypatch.setattr(bench, "_about", lambda: "2026-01-01, 2 cores.")
    monkeypatch.setattr(others, "PYTHON", tmp_path)
    return tmp_path / "benchmarks" / "matching.md"


def test_the_report_has_a_row_for_each_hold_and_what_was_printed(report: Path) -> None:
    assert bench.main([]) == 1
    text = report.read_text("utf-8")
    assert "| recall | 0.9 | 0.95 | met |" in text
    assert "| speed | 0.9 | 0.5 | **SHORT** |" in text
    assert "1 of 2 holds are met." in text and "2026-01-01, 2 cores." in text
    assert "## First\n\n```text\nrecall was measured\n```" in text


def test_a_quick_run_writes_nothing(report: Path) -> None:
    assert bench.main(["--quick"]) == 1
    assert not report.exists()


def test_what_was_measured_before_a_run_broke_stays(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(options: object) -> Iterator[tuple[str, Iterator[Hold]]]:
        yield next(work(options))
        raise MemoryError

    monkeypatch.setattr(bench, "_work", broken)
    with pytest.raises(MemoryError):
        bench.main([])
    assert "| recall | 0.9 | 0.95 | met |" in report.read_text("utf-8")
    assert "not all of it is here" in report.read_text("utf-8")


def test_without_the_others_it_says_how_to_get_them(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(others, "PYTHON", report.parent / "none")
    assert bench.main([]) == 2
    assert "make peers" in capsys.readouterr().err
