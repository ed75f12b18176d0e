from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matching import __main__ as command_line
from matching.__main__ import main
from matching.evaluate import Ranking
from matching.jsonl import BrokenLinesError, read
from matching.labelled import DATA, GENERIC

ODD = (
    "",
    "a",
    "1234567890",
    "😀😀😀😀",
    "\x00\x01",
    "<script>alert(1)</script>",
    "字" * 34_000,
    "\ud800 lone",
    None,
    7,
    [],
    {},
    "\u3000\u200b。——",
    "\u0301\u0301",
    "电子签章 전자서명 печать \u202eختم",
    "电子\x00签章<b>制作</b>&nbsp;",
    "水质监测，" * 20_000 + "到此为止",
)

Run = Callable[..., tuple[int, list[Any], str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on these lines: its exit code, what it wrote as JSON, what it said."""
    monkeypatch.delenv("MODEL_DIR", raising=False)

    def run(command: str, lines: list[Any], *options: str) -> tuple[int, list[Any], str]:
        file = tmp_path / "records.jsonl"
        file.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
        code = main([command, str(file), *options])
        said = capsys.readouterr()
        rows = said.out if command == "evaluate" else f"[{','.join(said.out.splitlines())}]"
        return code, json.loads(rows or "[]"), said.err

    return run


@pytest.fixture
def no_model(tmp_path: Path) -> tuple[str, str]:
    return ("--model", str(tmp_path / "none"))


def test_pairs_of_a_file(run: Run, model_directory: Path) -> None:
    lines = [json.loads(line) for line in (DATA / "labelled.jsonl").read_text().splitlines()[:30]]
    generic = [{"id": f"g{n}", "project": "a001", "name": a, "description": b} for n, (a, b) in enumerate(GENERIC)]
    code, rows, said = run("pairs", [*lines, *generic], "--top", "3", "--model", str(model_directory))
    assert code == 0
    assert all(set(row) == {"a", "b", "score", "band", "evidence"} for row in rows)
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    groups = {line["id"]: line["group"] for line in lines}
    assert groups[rows[0]["a"]] == groups[rows[0]["b"]]
    assert not {one["id"] for one in generic} & {row[side] for row in rows for side in "ab"}
    assert "generic functions of a001, not paired: g0, g1, g2, g3, g4, g5" in said
    texts = {line["id"]: line for line in lines}
    for row in rows:
        for pair in row["evidence"]["aligned"]:
            for side in "ab":
                place = pair[side]
                assert texts[row[side]][place["field"]][place["start"] : place["end"]] == place["text"]


def test_odd_records_are_no_error_and_no_certainty(run: Run, model_directory: Path) -> None:
    lines = [
        {"id": number, "project": f"p{number}", "name": text, "description": text} for number, text in enumerate(ODD)
    ]
    lines += [{"id": 99, "project": "p99", "name": "电子签章", "description": "加盖印章并验签。", "amount": "NaN"}]
    code, rows, _ = run("pairs", lines, "--model", str(model_directory))
    assert code == 0
    alone = {row["a"] for row in rows if row["b"] is None}
    assert alone >= {0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13}
    assert all(row["band"] == "doubtful" for row in rows if {row["a"], row["b"]} & alone)


def test_ids_are_written_as_they_were_read(run: Run, no_model: tuple[str, str]) -> None:
    text = {"name": "电子签章", "description": "加盖印章并验签。"}
    lines = [{"id": 2, **text}, {"id": "x\ud800", **text}]
    code, (row,), said = run("pairs", lines, *no_model)
    assert (code, row["a"], row["b"], row["band"]) == (0, 2, "x\ud800", "likely")
    assert "no similarity model" in said


def test_broken_lines_refuse_the_file_and_are_named(run: Run, no_model: tuple[str, str]) -> None:
    deep = '{"id": 9, "name": ' + "[" * 100_000
    lines = [{"id": 1}, "", "{oops", "[1]", {"name": "no id"}, {"id": 1}, {"id": True}, deep]
    code, rows, said = run("pairs", lines, *no_model)
    assert (code, rows) == (2, [])
    for number, why in ((3, "not JSON"), (4, "not a JSON object"), (5, "no id"), (6, "line 1"), (7, "no id"), (8, "")):
        assert f"line {number}: " in said
        assert why in said
    assert "line 1: " not in said
    assert "line 2: " not in said


def test_many_broken_lines_are_not_all_named() -> None:
    with pytest.raises(BrokenLinesError, match="and 80 more"):
        read([b"x\n"] * 100)


def test_a_byte_order_mark_and_wrong_bytes_are_no_error() -> None:
    lines = read(['\ufeff{"id": 1, "name": "地图"}\n'.encode(), b'{"id": 2, "name": "\xff\xfe", "amount": "12.50"}'])
    assert [line.record.name for line in lines] == ["地图", "\ufffd\ufffd"]
    assert str(lines[1].record.amount) == "12.50"
    assert lines[0].record.project != lines[1].record.project


def test_a_missing_file_and_an_empty_one(
    run: Run, no_model: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pairs", "/nowhere/at-all.jsonl"]) == 2
    assert "No such file" in capsys.readouterr().err
    assert run("pairs", [], *no_model)[:2] == (0, [])


def test_records_come_by_the_standard_input_too(monkeypatch, capsys, no_model: tuple[str, str]) -> None:
    raw = b'{"id": 1, "name": "a"}\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert main(["pairs", "-", *no_model]) == 0
    assert json.loads(capsys.readouterr().out)["band"] == "doubtful"


def test_evaluate_tells_how_good_it_is(run: Run, model_directory: Path) -> None:
    lines = (DATA / "labelled.jsonl").read_text().splitlines()
    code, found, _ = run("evaluate", lines, "--model", str(model_directory))
    assert code == 0
    assert set(found) >= {
        "auc",
        "ap",
        "mrr",
        "recall@1",
        "recall@5",
        "recall@10",
        "f1",
        "calibration",
        "calibration_error",
    }
    assert found["recall@10"] >= 0.88
    assert found["look"]["recall"] > found["likely"]["recall"]
    assert found["likely"]["precision"] > found["look"]["precision"]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [{"id": 1, "name": "地图服务"}, {"id": 2, "name": "河道监测"}],
        [{"id": 1, "group": "a"}, {"id": 2, "group": "b"}],
        [{"id": 1, "project": "p", "group": "a"}, {"id": 2, "project": "p", "group": "a"}],
    ],
)
def test_evaluate_needs_groups(run: Run, no_model: tuple[str, str], lines: list[Any]) -> None:
    code, _, said = run("evaluate", lines, *no_model)
    assert code == 2
    assert "no group has two records of different projects" in said


def test_evaluate_takes_odd_records_too(run: Run, no_model: tuple[str, str]) -> None:
    lines = [{"id": n, "name": text, "group": "g" if n < 4 else None} for n, text in enumerate(ODD)]
    code, found, _ = run("evaluate", lines, *no_model)
    assert code == 0
    assert 0 <= found["ap"] <= 1


def test_metrics_are_those_of_the_textbook() -> None:
    import numpy as np  # noqa: PLC0415

    ranking = Ranking()
    logits = np.array([5.0, 4.0, 3.0, 2.0, 1.0])
    is_true = np.array([True, False, True, False, False])
    ranking.count(logits, is_true)
    ranking.rank(logits, is_true)
    found = ranking.summary()
    assert found["ap"] == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert found["auc"] == pytest.approx(5 / 6)
    assert (found["mrr"], found["recall@1"], found["recall@5"]) == (1, 0.5, 1)
    assert found["f1"] == pytest.approx(0.8)


def test_the_bench_runs_from_the_source_and_its_code_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(command_line.subprocess, "call", lambda command, cwd: ran.append(command) or 1)
    assert main(["bench", "--quick"]) == 1
    assert ran == [[sys.executable, "-m", "benchmarks.matching", "--quick"]]


def test_without_the_source_the_bench_says_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command_line, "SOURCE", tmp_path)
    assert main(["bench"]) == 2
    assert "make bench-matching" in capsys.readouterr().err


def test_groups_of_a_file_of_verdicts_can_be_evaluated(run: Run, no_model: tuple[str, str]) -> None:
    texts = [{"name": name, "description": f"{name}的办理与查询。"} for name in ("电子签章", "电子印章", "河道巡查")]
    said = [
        {"left": texts[0], "right": texts[1], "verdict": "duplicate"},
        {"left": texts[0], "right": texts[2], "verdict": "different"},
    ]
    code, rows, _ = run("groups", said)
    assert (code, [row["group"] for row in rows]) == (0, ["g1", "g1", "g2"])
    code, found, _ = run("evaluate", rows, *no_model)
    assert (code, found["records"], found["recall@1"]) == (0, 3, 1.0)
    code, rows, why = run("groups", ["{oops"])
    assert (code, rows) == (2, []) and "line 1" in why
