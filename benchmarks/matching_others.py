"""What others need for the same texts. Run by benchmarks.matching_beside, in an environment of its own.

  python benchmarks/matching_others.py METHOD TEXTS.jsonl OUT.npy

TEXTS holds [name, description] in each line. Writes a JSON line after each step, so that what
ran out of time is known: build, search (20 texts in all), pairs. With OUT, which is meant for
some hundred texts, only the likeness of each to each is written, as a matrix.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bm25s
import datasketch
import numpy as np
import pyarrow
import rapidfuzz
from sklearn.feature_extraction.text import TfidfVectorizer
from sparse_dot_topn import sp_matmul_topn
from splink import Linker, SettingsCreator, block_on
from splink import comparison_library as comparisons
from splink.backends.duckdb import DuckDBAPI

ASKED = 20
TOP = 10
FIRST = 0.75  # where two texts begin to be a pair, by each one's own measure
SPACES = re.compile(r"\s+")

Texts = list[tuple[str, str]]


class Method(ABC):
    """One way to find what is alike; `search` answers for the first 20 texts, unless told."""

    def __init__(self, texts: Texts) -> None:
        self.texts = [f"{name}。{description}" for name, description in texts]
        self.fields = texts

    def build(self) -> None:  # noqa: B027 - not everything has something to make
        """What is made once for a corpus."""

    def search(self) -> Any:  # noqa: B027 - or searches otherwise than by pairs
        """The ten nearest of twenty texts."""

    @abstractmethod
    def pairs(self) -> int:
        """How many pairs there are in all."""

    @abstractmethod
    def likeness(self) -> Any:
        """A matrix (n, n), after `build`."""


class Rapidfuzz(Method):
    """Ratio of edits."""

    def search(self) -> Any:
        cosines = self._against(self.texts[:ASKED], self.texts, 0)
        return np.argpartition(-cosines, TOP, axis=1)[:, :TOP]

    def pairs(self) -> int:
        blocks = (self.texts[start : start + 256] for start in range(0, len(self.texts), 256))
        found = sum(int((self._against(block, self.texts, 100 * FIRST) > 0).sum()) for block in blocks)
        return (found - len(self.texts)) // 2

    def likeness(self) -> Any:
        return self._against(self.texts, self.texts, 0)

    def _against(self, some: list[str], others: list[str], least: float) -> Any:
        return rapidfuzz.process.cdist(some, others, scorer=rapidfuzz.fuzz.ratio, score_cutoff=least, workers=-1)


class Characters(Method):
    """TF-IDF of one to three characters, and the sparse product that keeps the best."""

    def build(self) -> None:
        self.table = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), dtype=np.float32).fit_transform(self.texts)

    def search(self) -> Any:
        return self._product(self.table[:ASKED], 0.0)

    def pairs(self) -> int:
        return (self._product(self.table, FIRST).nnz - len(self.texts)) // 2

    def likeness(self) -> Any:
        return (self.table @ self.table.T).toarray()

    def _product(self, rows: Any, least: float) -> Any:
        return sp_matmul_topn(rows, self.table.T.tocsr(), top_n=TOP + 1, threshold=least, n_threads=2)


class MinHashes(Method):
    """Signatures of pairs of characters, in the buckets of locality-sensitive hashing."""

    def build(self) -> None:
        self.signatures = [self._signature(text) for text in self.texts]
        self.table = datasketch.MinHashLSH(threshold=0.5, num_perm=128)
        for place, signature in enumerate(self.signatures):
            self.table.insert(place, signature)

    def search(self) -> Any:
        return [self.table.query(signature) for signature in self.signatures[:ASKED]]

    def pairs(self) -> int:
        return sum(sum(one > place for one in self.table.query(mine)) for place, mine in enumerate(self.signatures))

    def likeness(self) -> Any:
        return np.array([[one.jaccard(other) for other in self.signatures] for one in self.signatures])

    def _signature(self, text: str) -> Any:
        signature = datasketch.MinHash(num_perm=128)
        signature.update_batch([text[at : at + 2].encode() for at in range(len(text) - 1)])
        return signature


class Bm25(Method):
    """BM25 of one and two characters."""

    def build(self) -> None:
        self.tokens = [_grams(text) for text in self.texts]
        self.index = bm25s.BM25()
        self.index.index(self.tokens, show_progress=False)

    def search(self) -> Any:
        return self._best(self.tokens[:ASKED], TOP)

    def pairs(self) -> int:
        return sum(len(self._best(self.tokens[at : at + 50], TOP)) for at in range(0, len(self.tokens), 50)) * TOP

    def likeness(self) -> Any:
        return np.array([self.index.get_scores(tokens) for tokens in self.tokens])

    def _best(self, tokens: list[list[str]], count: int) -> Any:
        return self.index.retrieve(tokens, k=count, show_progress=False)[0]


class Splink(Method):
    """Fellegi and Sunter's model without labels; pairs whose names begin alike, as it needs a key."""

    key = "substr(l.name, 1, 2) = substr(r.name, 1, 2)"

    def build(self) -> None:
        rows: dict[str, Any] = {"unique_id": list(range(len(self.fields)))}
        rows |= {field: [one[place] for one in self.fields] for place, field in enumerate(("name", "description"))}
        database = DuckDBAPI()
        compared = [
            comparisons.JaroWinklerAtThresholds("name", [0.9, 0.7, 0.5]),
            comparisons.JaroWinklerAtThresholds("description", [0.9, 0.7, 0.6]),
        ]
        settings = SettingsCreator("dedupe_only", compared, [self.key])
        self.linker = Linker(database.register(pyarrow.table(rows)), settings, log_level="ERROR")
        self.linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
        for field in ("name", "description"):
            self.linker.training.estimate_parameters_using_expectation_maximisation(block_on(f"substr({field}, 1, 3)"))

    def pairs(self) -> int:
        return len(self._found())

    def likeness(self) -> Any:
        found = np.full((len(self.fields), len(self.fields)), -100.0)
        for one, other, weight in self._found():
            found[one, other] = found[other, one] = weight
        return found

    def _found(self) -> Any:
        table = self.linker.inference.predict().as_pyarrow_table()
        columns = [table[name].to_pylist() for name in ("unique_id_l", "unique_id_r", "match_weight")]
        return list(zip(*columns, strict=True))


class Everything(Splink):
    """The same, each text with each: for some hundred."""

    key = "1 = 1"


METHODS: dict[str, type[Method]] = {
    "rapidfuzz": Rapidfuzz,
    "TF-IDF + sparse_dot_topn": Characters,
    "datasketch MinHash LSH": MinHashes,
    "bm25s": Bm25,
    "Splink": Splink,
    "Splink, all with all": Everything,
}


def main(method: str, source: str, out: str = "") -> None:
    texts = [tuple(json.loads(line)) for line in Path(source).read_text("utf-8").splitlines()]
    found = METHODS[method](texts)
    _timed("build", found.build)
    if out:
        np.save(out, found.likeness())
        return
    if not isinstance(found, Splink):
        _timed("search", found.search)
    _timed("pairs", found.pairs)


def _grams(text: str) -> list[str]:
    text = SPACES.sub("", text)
    return [*text, *(text[at : at + 2] for at in range(len(text) - 1))]


def _timed(step: str, work: Callable[[], Any]) -> Any:
    clock, cpu = time.perf_counter(), time.process_time()
    result = work()
    found = {"step": step, "clock": time.perf_counter() - clock, "cpu": time.process_time() - cpu}
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(json.dumps(found | ({"pairs": result} if step == "pairs" else {})) + "\n")
    sys.stdout.flush()
    return result


if __name__ == "__main__":
    main(*sys.argv[1:])
