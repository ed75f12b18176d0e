"""How well is a description found by its name alone, in public lists that nobody here wrote?

Nothing was labelled and nothing tuned for them: each name asks, and its own description, which
does not say the name, is to be found among all descriptions of the list.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.matching_figures import say, show
from benchmarks.matching_parts import asked, engine
from benchmarks.matching_peers import Matrix, characters
from matching.embed import Embedder
from matching.labelled import Entry
from matching.records import Record

ROOT = Path(__file__).resolve().parent.parent
# what it holds, file, columns of name and of description
LISTS = (
    ("APIs of the British government", "datasets/uk-api-catalogue/catalogue.csv", "name", "description"),
    ("IT projects of Canada", "datasets/canada-it-projects-2016/projects.csv", "projectName", "description"),
    ("data sets of Hsinchu, by their fields", "benchmarks/data/hsinchu-datasets.csv", "資料集名稱", "主要欄位"),
)


def public(embedder: Embedder) -> None:
    """A line for the engine and one for characters, for each list."""
    for title, path, name, description in LISTS:
        entries = [*_entries(ROOT / path, name, description)]
        asking = [bool(one.record.name) for one in entries]
        texts = [one.record.name or one.record.description for one in entries]
        say(f"{title}: {sum(asking)} names ask")
        described = np.flatnonzero(~np.array(asking))
        for method, likeness in (
            ("character 1-3 TF-IDF", characters(texts)),
            ("the engine", engine(embedder, [one.record for one in entries], {})),
        ):
            show(f"  {method}", asked(_only(likeness, described), entries, asking))


def _entries(path: Path, name: str, description: str) -> Iterator[Entry]:
    """Name and description of each row as two records of one group."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [(one[name].strip(), one[description].strip()) for one in csv.DictReader(file)]
    for number, (title, text) in enumerate(dict.fromkeys(rows)):
        told = text.replace("\\n", "\n").replace(title, "").strip(" -–:、")
        if title and told:
            yield Entry(Record(f"a{number}", f"a{number}", title), str(number), "test")
            yield Entry(Record(f"b{number}", f"b{number}", "", told), str(number), "test")


def _only(likeness: Matrix, columns: Sequence[int] | np.ndarray) -> Matrix:
    """Names are not looked for: they rank last."""
    found = np.full_like(likeness, likeness.min() - 1)
    found[:, columns] = likeness[:, columns]
    return found
