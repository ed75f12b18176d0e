"""Slow work goes through the outbox, and each task can be asked for by name and done again."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Task, current_app

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("config", "insight", "budgets", "reviews", "projects", "catalog", "governance", "common")
PUBLISHING = {"delay", "apply_async", "send_task", "delay_on_commit", "apply_async_on_commit", "signature"}
LATER = {"countdown", "eta", "retry", "chord", "chain", "group"}

current_app.loader.import_default_modules()
TASKS = [task for name, task in sorted(current_app.tasks.items()) if name.startswith(ROOMS)]


def sources() -> Iterator[tuple[Path, str]]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT), path.read_text()


def test_only_the_outbox_publishes() -> None:
    found = {
        f"{path}:{node.lineno} {node.attr}"
        for path, text in sources()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and node.attr in PUBLISHING and path != Path("common/outbox.py")
    }
    assert not found


def test_what_the_outbox_is_asked_for_exists() -> None:
    asked = {name for _, text in sources() for name in re.findall(r'enqueue\(\s*"([\w.]+)"', text)}
    assert asked <= {task.name for task in TASKS}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_takes_ids_and_waits_for_nothing(task: Task) -> None:
    assert task.name.partition(".")[0] in ROOMS
    assert task.acks_late
    assert task.ignore_result
    text = inspect.getsource(task.run)
    assert not LATER & set(re.findall(r"\w+", text))
    for parameter in inspect.signature(task.run).parameters.values():
        assert parameter.annotation in ("int", "str", int, str), f"{task.name}({parameter})"
