"""Numbers without gaps or twins, given out inside the caller's transaction."""

from __future__ import annotations

from common.models import Sequence


def next_number(key: str) -> int:
    """The next number under ``key``, from 1; the row stays locked until the transaction ends."""
    return next_numbers(key, 1)[0]


def next_numbers(key: str, count: int) -> range:
    """The next ``count`` numbers under ``key``, in one step."""
    Sequence.objects.get_or_create(key=key)
    row = Sequence.objects.select_for_update().get(key=key)
    row.last += count
    row.save(update_fields=["last"])
    return range(row.last - count + 1, row.last + 1)
