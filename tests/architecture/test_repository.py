"""The repository itself: layers, migrations, sizes, and what must never stand in a tracked file."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture.sources import ROOT, code, non_blank, tracked, trees

FILE, FUNCTION, CLASS = 300, 50, 200  # non-blank lines; the house aims at half of it
LARGE = {  # what is longer, and why it is not split
    Path("reviews/models/acts.py"): "an act, its dispositions and its opinions see one another",
}
TEXT = {
    ".py",
    ".html",
    ".css",
    ".js",
    ".mjs",
    ".md",
    ".toml",
    ".txt",
    ".json",
    ".yml",
    ".yaml",
    ".po",
    ".cfg",
    ".sh",
    "",
}
HOSTS = re.compile(
    r"https?://[\w.-]*(?:py" r"pi|npm" r"js|python" r"hosted|huggingface|artifactory|nexus|registry|mirror)[\w.-]*",
    re.I,
)
PLACES = re.compile(r"(?<![\w.{}$-])/(?:wo" r"rk|fa" r"rm|ro" r"ot|ho" r"me/\w+|Us" r"ers/\w+)/[\w.-]+")


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.slow
def test_the_layers_hold() -> None:
    pytest.importorskip("importlinter", reason="make check brings it, and runs it")
    program = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([program, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_there_are_no_signals() -> None:
    """A use case lives in the lowest app that may import everything it touches."""
    receivers = {str(path) for path, text in code() if re.search(r"@receiver\(|\b(pre|post)_(save|delete)\b", text)}
    assert not receivers


def test_no_file_is_too_long() -> None:
    long = {path for path, text in code() if non_blank(text) > FILE}
    assert long <= set(LARGE), "a room is missing"


def test_no_function_or_class_is_too_long() -> None:
    found = {}
    for path, text in code():
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                size = sum(1 for line in lines[node.lineno - 1 : node.end_lineno] if line.strip())
                if size > (CLASS if isinstance(node, ast.ClassDef) else FUNCTION):
                    found[f"{path}:{node.name}"] = size
    assert not found


def test_every_module_class_and_service_says_what_it_is() -> None:
    silent = []
    for path, tree in trees():
        if path.name not in {"__init__.py", "apps.py"} and ast.get_docstring(tree) is None and tree.body:
            silent.append(str(path))
        if "services" not in path.parts:
            continue
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and ast.get_docstring(node) is None:
                silent.append(f"{path}:{node.name}")
    assert not silent


def test_no_tracked_file_names_a_package_registry_or_a_place_of_one_machine() -> None:
    found = []
    for path in tracked():
        if path.suffix not in TEXT or path.parts[0] == "datasets":
            continue
        text = (ROOT / path).read_text(encoding="utf-8", errors="ignore")
        found += [f"{path}: {match.group()}" for rule in (HOSTS, PLACES) for match in rule.finditer(text)]
    assert not found


def test_nothing_is_left_for_later() -> None:
    words = re.compile(r"#.*\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
    assert not [f"{path}" for path, text in code() if words.search(text)]
