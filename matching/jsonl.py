"""Records from lines of JSON: {"id", "project", "department"?, "name", "description", "amount"?, "group"?}.

What a record says is never an error, however odd. A line that is no record is: then the
whole file is refused, and each broken line named, for what is left out in silence could be
the duplicate.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from matching.records import Record

NAMED = 20  # broken lines named at most


class BrokenLinesError(ValueError):
    """Some lines are no records; the message names them by number."""


@dataclass(frozen=True, slots=True)
class Line:
    """A record, its group if it has one, and its id as it was written."""

    record: Record
    group: str | None
    written_id: Any


def read(lines: Iterable[bytes]) -> list[Line]:
    """All records of a file, in its order; empty lines are skipped."""
    found: list[Line] = []
    seen: dict[str, int] = {}
    broken: list[str] = []
    for number, raw in enumerate(lines, 1):
        text = raw.decode("utf-8", "replace").removeprefix("\ufeff" if number == 1 else "").strip()
        if not text:
            continue
        try:
            line = _line(text)
            if (before := seen.setdefault(line.record.id, number)) != number:
                raise ValueError(f"its id was used in line {before}")
        except (ValueError, RecursionError) as error:
            broken.append(f"line {number}: {error or 'nested too deeply'}")
        else:
            found.append(line)
    if broken:
        more = [f"and {len(broken) - NAMED} more"] if len(broken) > NAMED else []
        raise BrokenLinesError("\n".join(broken[:NAMED] + more))
    return found


def _line(text: str) -> Line:
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg}, column {error.colno})") from error
    if not isinstance(values, dict):
        raise ValueError("not a JSON object")
    written = values.get("id")
    if not isinstance(written, str | int | float) or isinstance(written, bool) or written == "":
        raise ValueError("no id")
    record_id = str(written)
    record = Record(
        id=record_id,
        project=_text(values.get("project")) or f"project of {record_id}",
        name=_text(values.get("name")),
        description=_text(values.get("description")),
        department=_text(values.get("department")),
        amount=_amount(values.get("amount")),
    )
    group = values.get("group")
    return Line(record, None if group in (None, "") else _text(group), written)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _amount(value: Any) -> Decimal | None:
    """An amount that cannot be read is unknown."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
