"""Set-up without a network and without a cache: honest, and strict when told to be."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import bootstrap
import locks
import pytest
import toolchain

ROOT = Path(__file__).resolve().parents[1]
MODEL = """
import sys
sys.path.insert(0, "tools")
import model
from toolchain import Uv
print(model.ensure(Uv.find()))
"""


def set_up_model(folder: Path, **chosen: str) -> subprocess.CompletedProcess[str]:
    offline = {"UV_OFFLINE": "1", "UV_CACHE_DIR": str(folder / "uv"), "XDG_CACHE_HOME": str(folder)}
    kept = {name: value for name, value in os.environ.items() if name != "MODEL_DIR"}
    command = [sys.executable, "-c", MODEL]
    return subprocess.run(command, cwd=ROOT, env={**kept, **offline, **chosen}, capture_output=True, text=True)


def test_set_up_goes_on_without_the_model(tmp_path: Path) -> None:
    result = set_up_model(tmp_path, REQUIRE_SERVICES="")
    assert result.returncode == 0, result.stderr
    assert "matching is degraded" in result.stdout
    assert result.stdout.endswith("None\n")


def test_set_up_stops_without_the_model_when_everything_is_required(tmp_path: Path) -> None:
    result = set_up_model(tmp_path, REQUIRE_SERVICES="1")
    assert result.returncode == 1
    assert "matching is degraded" in result.stderr


def test_a_model_from_elsewhere_must_be_complete(tmp_path: Path) -> None:
    result = set_up_model(tmp_path, MODEL_DIR=str(tmp_path), REQUIRE_SERVICES="")
    assert "has no model.onnx, tokenizer.json, model.json" in result.stdout


def test_locks_are_fresh_and_carry_no_address() -> None:
    assert locks.problems() == []


def test_a_lock_is_stale_when_what_it_is_made_from_changes_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    before = {lock: locks.header(lock) for lock in locks.TABLE}
    project["dependency-groups"]["test"].append("another>=1")
    monkeypatch.setattr(locks.tomllib, "loads", lambda _: project)
    assert {lock for lock in locks.TABLE if locks.header(lock) != before[lock]} == {"test", "lint"}


def test_the_example_of_the_environment_names_what_the_settings_read() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "config" / "settings.py").read_text()))
    told = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert told == read - {"READ_DOT_ENV"}


def test_the_driver_of_postgresql_is_version_2() -> None:
    pins = (ROOT / "requirements" / "lint.txt").read_text()
    assert "psycopg2-binary==" in pins
    assert "\npsycopg==" not in pins
    assert "huggingface-hub" not in pins.replace("exclude", "")


@pytest.mark.parametrize(
    ("had", "asked", "kept"), [("lint", "run", "lint"), ("run", "test", "test"), ("", "run", "run")]
)
def test_a_smaller_set_up_does_not_take_packages_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, had: str, asked: str, kept: str
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(toolchain, "ROOT", tmp_path)
    monkeypatch.setattr(toolchain.Uv, "isolated", lambda self, home, lock: installed.append(lock))
    (tmp_path / ".venv").mkdir()
    if had:
        (tmp_path / ".venv" / ".holds").write_text(had)
    toolchain.Uv("uv").development(asked)
    assert installed == [kept]
    assert (tmp_path / ".venv" / ".holds").read_text() == kept


@pytest.mark.parametrize("codes", [(0, 0), (1, 0), (0, 1), (-11, 0), (0, 5)])
def test_the_suite_fails_when_either_run_fails(
    codes: tuple[int, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(codes)
    seen: list[str] = []

    def tell(command: list[str], **chosen: str) -> tuple[int, str]:
        seen.append(chosen["TEST_DB"])
        return next(answers), f"{chosen['TEST_DB']} said so"

    monkeypatch.setattr(bootstrap, "tell", tell)
    monkeypatch.setattr(bootstrap, "system_packages", lambda: None)
    monkeypatch.setattr(bootstrap, "prepare", lambda lock: Path("python"))
    assert bootstrap.test([]) == any(code not in (0, bootstrap.NO_TESTS) for code in codes)
    assert seen == ["postgres", "sqlite"]
    assert "postgres: postgres said so" in capsys.readouterr().out


def test_what_a_command_prints_is_shown_and_its_last_line_kept(capfd: pytest.CaptureFixture[str]) -> None:
    code, last = bootstrap.tell([sys.executable, "-c", "print('first'); print('3 passed'); print(); exit(3)"])
    assert (code, last) == (3, "3 passed")
    assert capfd.readouterr().out == "first\n3 passed\n\n"


def test_what_pdfs_need_is_brought_or_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("REQUIRE_SERVICES", raising=False)
    monkeypatch.setattr(bootstrap, "find_library", lambda name: None if name == "pango-1.0" else name)
    monkeypatch.setattr(bootstrap, "has_chinese_font", lambda: False)
    wanted = bootstrap.for_documents()
    assert list(wanted) == ["libpango-1.0-0", "fonts-noto-cjk"]
    monkeypatch.setattr(bootstrap, "apt_install", lambda *packages: False)
    bootstrap.bring(wanted)
    said = capsys.readouterr().out
    assert "missing for PDF documents: apt-get install libpango-1.0-0 fonts-noto-cjk (going on without)" in said


def test_a_font_with_chinese_characters_is_found_without_fontconfig(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    monkeypatch.setattr(bootstrap, "Path", lambda *_parts: tmp_path)
    bootstrap.Path.home = lambda: tmp_path  # type: ignore[attr-defined]
    assert not bootstrap.has_chinese_font()
    (tmp_path / "NotoSerifCJK-Regular.ttc").touch()
    assert bootstrap.has_chinese_font()
