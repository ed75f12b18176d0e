"""The words of the city, as they stand in config/data/city/."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "data" / "city"
TEN_THOUSAND = 10_000  # 万元
STEP = Decimal(5_000)  # what offices round their prices to

Entry = dict[str, Any]


@dataclass(frozen=True)
class Module:
    """A functional module as an office writes it; `key` names the library's function, empty for its own."""

    name: str
    description: str
    declared: Decimal
    key: str = ""
    category: str = ""
    capability: str = ""


def read(name: str) -> Entry:
    """One file of the city."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def lot(among: int, *words: object) -> int:
    """A number below `among` that is always the same for the same words: variety without chance."""
    return zlib.crc32("|".join(map(str, words)).encode()) % among


def pick(choices: list[Any], *words: object) -> Any:
    """One of these, always the same one for the same words."""
    return choices[lot(len(choices), *words)]


@cache
def library() -> dict[str, Entry]:
    """The functions by key: category, capability, prices, and the wordings of four hands."""
    files = sorted((FOLDER / "functions").glob("*.toml"))
    return {row["key"]: row for file in files for row in tomllib.loads(file.read_text(encoding="utf-8"))["function"]}


@cache
def clauses() -> dict[str, list[str]]:
    """What offices paste into a chapter, by the chapter's key."""
    found: dict[str, list[str]] = {}
    for row in read("clauses")["clause"]:
        found.setdefault(row["section"], []).append(row["text"])
    return found


@cache
def phrases(name: str) -> list[Entry]:
    """Short texts of one kind: `opinion`, `objection`, `point`."""
    return list(read("clauses")[name])


@cache
def applications(year: int) -> list[Entry]:
    """What was applied for in a year of the content, in the order of the files."""
    files = sorted(FOLDER.glob(f"applications-{year}*.toml"))
    return [row for file in files for row in tomllib.loads(file.read_text(encoding="utf-8"))["application"]]


def wording(reference: str, hand: str = "terse") -> tuple[str, str]:
    """Name and description of KEY, or of KEY:HAND, in the library."""
    key, _, own = reference.partition(":")
    name, description = library()[key][own or hand]
    return name, description


def modules(entry: Entry) -> Iterator[Module]:
    """The modules of an application with their prices in yuan."""
    for row in entry.get("modules", ()):
        if isinstance(row, str):
            key = row.partition(":")[0]
            function = library()[key]
            name, description = wording(row, entry["hand"])
            price = _price(function, entry, key)
            yield Module(name, description, price, key, function["category"], function["capability"])
        else:
            name, description, amount = row
            yield Module(name, description, wan(amount))


def wan(amount: float) -> Decimal:
    """万元 as written in a file, in yuan."""
    return Decimal(str(amount)) * TEN_THOUSAND


def _price(function: Entry, entry: Entry, key: str) -> Decimal:
    """Where the office's price lies between the lowest and the highest one, a little up or down."""
    spread = Decimal(90 + lot(21, entry["name"], key)) / 100
    low, high = wan(function["low"]), wan(function["high"])
    price = (low + (high - low) * Decimal(str(entry["scale"]))) * spread
    return max(STEP, (price / STEP).to_integral_value() * STEP)
