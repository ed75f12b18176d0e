"""What waits for a person, from all apps.

An app that has something to say brings `queries/tasks.py` with `tasks_for(user)`, which returns
`common.tasks.Task`s: nothing has to be registered.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

from django.utils.module_loading import module_has_submodule

from common.tasks import Task, in_order
from governance.models import User

APPS = ("governance", "catalog", "projects", "reviews", "budgets")
Provider = Callable[[User], list[Task]]


@cache
def providers() -> tuple[Provider, ...]:
    """The `tasks_for` of every app that has one."""
    rooms = [import_module(f"{app}.queries") for app in APPS]
    return tuple(
        import_module(f"{room.__name__}.tasks").tasks_for for room in rooms if module_has_submodule(room, "tasks")
    )


def tasks_for(user: User) -> list[Task]:
    """Everything that waits for the person in the role acted in, first what runs out first."""
    return in_order(task for provider in providers() for task in provider(user))
