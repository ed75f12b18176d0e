"""The repository as its own tests read it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("config", "insight", "budgets", "reviews", "projects", "catalog", "governance", "common")


@cache
def code(*, rooms: tuple[str, ...] = ROOMS) -> tuple[tuple[Path, str], ...]:
    """The Python files of the product, without migrations."""
    paths = (path for room in rooms for path in sorted((ROOT / room).rglob("*.py")))
    return tuple((path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in paths if not is_migration(path))


def is_migration(path: Path) -> bool:
    return "migrations" in path.parts


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((path, ast.parse(text)) for path, text in code())


def nodes(*kinds: type[ast.AST]) -> Iterator[tuple[Path, ast.AST]]:
    """All nodes of these kinds, with the file that they stand in."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, kinds):
                yield path, node


def place(path: Path, node: ast.AST) -> str:
    return f"{path}:{getattr(node, 'lineno', 0)} {ast.unparse(node)[:90]}"


def chain(node: ast.AST) -> list[str]:
    """The names of a chain of calls, from the last to the first: b, a of `x.a().b()`."""
    names = []
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    return names


@cache
def tracked() -> tuple[Path, ...]:
    """The files under version control, and those about to be."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a working copy")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    names = listed.stdout.decode().split("\0")
    return tuple(Path(name) for name in sorted(set(names)) if name and (ROOT / name).is_file())


def non_blank(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip())
