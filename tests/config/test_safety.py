"""What must not be left as it is once other machines can reach the server."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from config.safety import is_loopback, local_key, problems
from tests.ops.processes import run

GOOD = "k" * 50
PUBLIC = {"ALLOWED_HOSTS": "tongchou.example.gov.cn", "SECRET_KEY": GOOD}


def check(var: Path, **chosen: str) -> tuple[int, str]:
    """`manage.py check` in a fresh folder with this environment only."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    result = run("manage.py", "check", env={**kept, "READ_DOT_ENV": "0", "VAR_DIR": str(var), **chosen})
    return result.returncode, result.stdout + result.stderr


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "a.localhost"])
def test_names_that_only_this_machine_answers_to(name: str) -> None:
    assert is_loopback(name)


@pytest.mark.parametrize("name", ["0.0.0.0", "::", "10.0.0.8", "*", "example.gov.cn", "localhost.example.cn", ""])
def test_names_that_others_reach(name: str) -> None:
    assert not is_loopback(name)


@pytest.mark.parametrize(
    ("hosts", "key", "debug", "expected"),
    [
        (["localhost"], "", True, []),
        (["city.gov.cn"], GOOD, False, []),
        (["0.0.0.0", "city.gov.cn"], GOOD, False, []),
        (["city.gov.cn"], "", False, ["SECRET_KEY is not set or shorter than 50 characters"]),
        (["city.gov.cn"], "short", False, ["SECRET_KEY is not set or shorter than 50 characters"]),
        (["*"], GOOD, False, ["ALLOWED_HOSTS does not name the hosts that people use in their browsers"]),
        (["0.0.0.0", "::", "localhost"], GOOD, False, ["ALLOWED_HOSTS does not name"]),
        (["city.gov.cn"], GOOD, True, ["DEBUG is on"]),
    ],
)
def test_reasons_not_to_serve(hosts: list[str], key: str, debug: bool, expected: list[str]) -> None:
    found = problems(hosts=hosts, key=key, debug=debug)
    assert len(found) == len(expected)
    assert all(real.startswith(start) for real, start in zip(found, expected, strict=True))


@pytest.mark.once
@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ({"ALLOWED_HOSTS": "tongchou.example.gov.cn"}, "SECRET_KEY is not set"),
        ({**PUBLIC, "ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS does not name"),
        ({**PUBLIC, "DEBUG": "1"}, "DEBUG is on"),
    ],
)
def test_an_unsafe_server_does_not_start(tmp_path: Path, chosen: dict[str, str], reason: str) -> None:
    code, said = check(tmp_path, **chosen)
    assert code == 1
    assert f"Refusing to serve {chosen['ALLOWED_HOSTS']}" in said
    assert reason in said


@pytest.mark.once
@pytest.mark.parametrize("chosen", [{}, PUBLIC])
def test_a_safe_server_starts(tmp_path: Path, chosen: dict[str, str]) -> None:
    assert check(tmp_path, **chosen)[0] == 0


@pytest.mark.once
def test_another_address_of_this_machine_is_not_served_with_the_defaults(tmp_path: Path) -> None:
    result = run("manage.py", "serve", "--host", "0.0.0.0", env={**os.environ, "VAR_DIR": str(tmp_path)})
    assert result.returncode == 1
    assert "Refusing to serve 0.0.0.0: SECRET_KEY is not set" in result.stderr


def test_each_checkout_has_a_key_of_its_own_that_others_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret-key"
    key = local_key(path)
    assert local_key(path) == key
    assert len(key) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert local_key(tmp_path / "other") != key
    assert [file.name for file in path.parent.iterdir()] == ["secret-key"]
