"""What a new installation starts with."""

from __future__ import annotations

from collections.abc import Callable

# In this order; each step leaves what is already there as it is.
STEPS: list[Callable[[], object]] = []


def load() -> None:
    """Fill an empty database with what work cannot begin without."""
    for step in STEPS:
        step()
