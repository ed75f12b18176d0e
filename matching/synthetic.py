"""A corpus of any size for measuring speed: made-up modules with planted near copies.

It looks like tender text but says nothing about quality: for that there is matching.labelled.
`vectors` gives what a model might make of such a corpus, where a million texts would take hours.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.labelled import APPENDED
from matching.records import Record

LISTS = Path(__file__).with_name("data") / "synthetic.txt"
COPIES = 0.15  # share of modules that repeat an earlier one with small changes
ENDINGS = ("", "系统", "平台", "子系统", "模块", "管理", "服务")

MIXED = 0.35  # share of a vector that it has from its theme
TOGETHER = 20  # vectors of one theme
FALLING = -0.7  # how the directions of a corpus fall off in weight, as they do in real modules
SHARED = 0.85  # what all raw vectors have in common: cosines of E5 start at about .7


def modules(count: int, seed: int = 0, per_project: int = 12) -> Iterator[Record]:
    """The same `count` modules for the same seed, `per_project` of them in each project."""
    maker = _Maker(random.Random(seed))  # noqa: S311 - not for secrets
    for number in range(count):
        name, description = maker.module()
        project = f"s{number // per_project:07d}"
        yield Record(f"s{number:08d}", project, name, description)


def vectors(count: int, seed: int = 0, width: int = 384) -> NDArray[np.float32]:
    """Rows (count, width) of length one, like those of modules: themes, and near copies.

    After centring the nearest of a new module lies at about .5, that of a copy at .75 to .99.
    """
    chance = np.random.default_rng(seed)
    turned = np.linalg.qr(chance.standard_normal((width, width)))[0]
    weights = (turned * (np.arange(1, width + 1) ** (FALLING / 2))[:, None]).astype(np.float32)
    themes = _spread(chance, max(count // TOGETHER, 1), weights)
    made = np.empty((count, width), np.float32)
    for start in range(0, count, 65536):
        block = made[start : start + 65536]
        theme = themes[chance.integers(0, len(themes), len(block))]
        block[:] = np.sqrt(MIXED) * theme + np.sqrt(1 - MIXED) * _spread(chance, len(block), weights)
    copies = np.flatnonzero(chance.random(count) < COPIES)
    near = chance.uniform(0.1, 0.85, (len(copies), 1)).astype(np.float32)  # how much is new in them
    made[copies] = made[chance.integers(0, count, len(copies))] + near * _spread(chance, len(copies), weights)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    made *= np.sqrt(1 - SHARED**2)
    made[:, 0] += SHARED
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def _spread(chance: np.random.Generator, count: int, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    rows: NDArray[np.float32] = chance.standard_normal((count, len(weights)), np.float32) @ weights
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._made: list[tuple[str, str]] = []
        lists = dict(line.split(": ", 1) for line in LISTS.read_text("utf-8").splitlines())
        self._words = {name: words.split() for name, words in lists.items()}

    def module(self) -> tuple[str, str]:
        if len(self._made) > 100 and self._chance.random() < COPIES:
            made = self._copied(*self._chance.choice(self._made))
        else:
            made = self._new()
        self._made.append(made)
        return made

    def _new(self) -> tuple[str, str]:
        pick = self._chance.choice
        thing, function = pick(self._words["things"]), pick(self._words["functions"])
        count = pick((1, 2, 2, 3, 3, 4, 5))
        clauses = [self._clause(thing, function)]
        clauses += [self._clause(thing, pick(self._words["functions"])) for _ in range(count - 1)]
        tail = pick(APPENDED) if self._chance.random() < 0.3 else ""
        return f"{thing}{function}{pick(ENDINGS)}", "，".join(clauses) + "。" + tail

    def _copied(self, name: str, description: str) -> tuple[str, str]:
        pick, likely = self._chance.choice, self._chance.random
        clauses = description.rstrip("。").split("，")
        if len(clauses) > 2 and likely() < 0.7:
            clauses.pop(self._chance.randrange(len(clauses)))
        if likely() < 0.5:
            added = self._clause(pick(self._words["things"]), pick(self._words["functions"]))
            clauses.insert(self._chance.randrange(len(clauses) + 1), added)
        prefix = pick(self._words["offices"])[:3] if likely() < 0.5 else ""
        return prefix + name, "，".join(clauses) + "。"

    def _clause(self, thing: str, function: str) -> str:
        pick = self._chance.choice
        other = thing if self._chance.random() < 0.8 else pick(self._words["things"])
        return pick(self._words["clauses"]).format(
            thing=other,
            function=function,
            second=pick(self._words["functions"]),
            office=pick(self._words["offices"]),
            theme=pick(self._words["themes"]),
        )
