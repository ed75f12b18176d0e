"""How well does the engine find what people know to be the same?  make bench-matching

Compares it with characters and with plain vectors in the same run, on hand-labelled modules.
No weight was fitted to them, but the engine's way to make vectors was chosen with them in view;
the parts that follow hold modules that nothing was chosen by.
Ends with 1 when a figure that is held falls short.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.matching_figures import COLUMNS, Figures, Hold, figures, say, show
from benchmarks.matching_parts import parts
from benchmarks.matching_peers import Matrix, centred_cosine, characters, raw_cosine, trigrams
from matching.corpus import Corpus
from matching.embed import Embedder, OnnxEmbedder
from matching.evaluate import Ranking, scored
from matching.labelled import APPENDED, GENERIC, english, labelled
from matching.records import Record
from matching.safely import embed
from matching.synthetic import modules

Labelled = Sequence[tuple[Record, str]]

MODEL = Path(__file__).resolve().parent.parent / "var" / "model"
# a sentence that no list knows: only counting finds it
CITY = "本项内容须接入市级统一门户并按月报送运行情况。"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make bench-matching", description=__doc__)
    parser.add_argument("--applications", type=int, default=0, help="also screen so many, 12 modules each")
    options = parser.parse_args(arguments)
    embedder = OnnxEmbedder(Path(os.environ.get("MODEL_DIR") or MODEL))
    holds = [*quality(embedder), *parts(embedder)]
    if options.applications:
        holds.append(screening(embedder, options.applications))
    for hold in holds:
        say(f"{'met  ' if hold.is_met else 'SHORT'} {hold.name}: {hold.found:.3f} (hold {hold.least:.3f})")
    met = sum(hold.is_met for hold in holds)
    say(f"matching: {met} of {len(holds)} holds met")
    return int(met < len(holds))


def quality(embedder: Embedder) -> Iterator[Hold]:
    """The table, and the holds of the labelled set."""
    known = labelled()
    say(f"{'':34}" + "".join(f"{name:>10}" for name in COLUMNS))
    texts = [f"{record.name}。{record.description}" for record, _ in known]
    groups = [group for _, group in known]
    vectors = embed(embedder, texts)
    peers: dict[str, Callable[[], Matrix]] = {
        "pg_trgm's formula": lambda: trigrams(texts),
        "character 1-3 TF-IDF": lambda: characters(texts),
        "the model's cosine": lambda: raw_cosine(vectors),
        "centred cosine": lambda: centred_cosine(vectors),
    }
    found = {name: show(name, figures(matrix(), groups)) for name, matrix in peers.items()}
    ours = show("the engine", _of_corpus(embedder, known))
    show("the engine, with English modules", _of_corpus(embedder, [*known, *english()]))
    listed = show("  boilerplate that is listed", _of_corpus(embedder, _appended(known, APPENDED)))
    counted = show("  boilerplate that is counted", _of_corpus(embedder, _appended(known, [CITY])))
    yield Hold("recall@10 on the labelled set", 0.88, ours["recall@10"])
    yield Hold("MRR on the labelled set", 0.81, ours["mrr"])
    yield Hold("AP as a multiple of characters'", 4, ours["ap"] / found["character 1-3 TF-IDF"]["ap"])
    yield Hold("AP as a multiple of pg_trgm's", 40, ours["ap"] / found["pg_trgm's formula"]["ap"])
    worst = min(listed["recall@10"], counted["recall@10"])
    yield Hold("recall@10 kept with boilerplate", 0.99, 1 - max(0.0, ours["recall@10"] - worst))
    yield Hold("generic modules told apart", 1, _generic_share(embedder, known))


def screening(embedder: Embedder, applications: int) -> Hold:
    """Applications of 12 modules, from their texts to the ten nearest of each module."""
    records = list(modules(12 * applications))
    began = time.monotonic()
    corpus = Corpus.build(records, embedder)
    embedded = time.monotonic()
    outcomes = corpus.compare(records, top=10)
    ended = time.monotonic()
    say(f"{applications} applications, {len(outcomes)} modules: embedded in {embedded - began:.0f} s, "
         f"compared in {ended - embedded:.0f} s ({len(os.sched_getaffinity(0))} cores)")  # fmt: skip
    return Hold("applications screened in five minutes, of 1,000", 1000, 300 * applications / (ended - began))


def _of_corpus(embedder: Embedder, known: Labelled) -> Figures:
    corpus = Corpus.build([record for record, _ in known], embedder)
    ranking = Ranking()
    for logits, is_true, is_after in scored(corpus, {record.id: group for record, group in known}):
        ranking.count(logits[is_after], is_true[is_after])
        ranking.rank(logits, is_true)
    return ranking.summary()


def _appended(known: Labelled, sentences: Sequence[str]) -> Labelled:
    """The same modules with a sentence of boilerplate after each."""
    return [
        (replace(record, description=record.description + sentences[row % len(sentences)]), group)
        for row, (record, group) in enumerate(known)
    ]


def _generic_share(embedder: Embedder, known: Labelled) -> float:
    """1 when the generic modules, and they alone, are told apart."""
    generic = [Record(f"g{row}", f"a{row + 1:03d}", *texts) for row, texts in enumerate(GENERIC)]
    corpus = Corpus.build([*(record for record, _ in known), *generic], embedder)
    found = {one for ids in corpus.generic_functions().values() for one in ids}
    wanted = {record.id for record in generic}
    return len(found & wanted) / len(found | wanted)


if __name__ == "__main__":
    sys.exit(main())
