"""How well are the parts of the hand-labelled set found: tune, test, and other scripts?

The test part is for measuring what is finished: nothing may be chosen by its figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from benchmarks.matching_figures import Figures, Hold, figures, say, show
from benchmarks.matching_peers import Matrix, centred_cosine, characters, raw_cosine, trigrams
from matching.corpus import Corpus
from matching.embed import Embedder
from matching.evaluate import Ranking, scored
from matching.labelled import Entry, Split, part, scripts
from matching.records import Record
from matching.safely import Cache, embed

SPLITS: tuple[Split, ...] = ("tune", "test")


def parts(embedder: Embedder) -> Iterator[Hold]:
    """The tables of both parts, and the holds of the test part."""
    cache: Cache = {}
    for split in SPLITS:
        entries = part(split)
        say(f"\n{split}: {_size(entries)}")
        found = _table(embedder, entries, cache)
        _scripts(embedder, split, entries, cache)
        if split == "test":
            yield from _holds(found)
    say("")


def _holds(found: dict[str, Figures]) -> Iterator[Hold]:
    ours = found["the engine"]
    yield Hold("test: recall@10", 0.88, ours["recall@10"])
    yield Hold("test: MRR", 0.81, ours["mrr"])
    yield Hold("test: AP as a multiple of characters'", 4, ours["ap"] / found["character 1-3 TF-IDF"]["ap"])
    yield Hold("test: AP as a multiple of pg_trgm's", 40, ours["ap"] / found["pg_trgm's formula"]["ap"])
    lost = max(0.0, found["its boilerplate taken out by hand"]["recall@10"] - ours["recall@10"])
    yield Hold("test: recall@10 kept with boilerplate", 0.99, 1 - lost)


def _table(embedder: Embedder, entries: Sequence[Entry], cache: Cache) -> dict[str, Figures]:
    groups = [one.group for one in entries]
    texts = [f"{one.record.name}。{one.record.description}" for one in entries]
    vectors = embed(embedder, texts)
    matrices = {
        "pg_trgm's formula": trigrams(texts),
        "character 1-3 TF-IDF": characters(texts),
        "the model's cosine": raw_cosine(vectors),
        "centred cosine": centred_cosine(vectors),
        "the engine": engine(embedder, [one.record for one in entries], cache),
        "its boilerplate taken out by hand": engine(embedder, [_bare(one) for one in entries], cache),
    }
    found = {name: show(name, figures(matrix, groups)) for name, matrix in matrices.items()}
    chinese = [row for row, one in enumerate(entries) if one.style != "english"]
    ours, bare = matrices["the engine"], matrices["its boilerplate taken out by hand"]
    show("without its English modules", figures(ours[np.ix_(chinese, chinese)], [groups[row] for row in chinese]))
    for style in ("terse", "bureaucratic", "technical", "english"):
        show(f"  asked by {style} modules", asked(ours, entries, [one.style == style for one in entries]))
    for kind in ("verbatim", "reworded"):
        asking = [one.boilerplate == kind for one in entries]
        show(f"  asked by {kind} boilerplate", asked(ours, entries, asking))
        show("    the same, taken out by hand", asked(bare, entries, asking))
    for name in ("character 1-3 TF-IDF", "the engine"):
        say(f"look-alikes behind partners, {name}: {_behind(matrices[name], entries):.3f}")
    precision, recall = _generic(embedder, entries, cache)
    say(f"generic modules: precision {precision:.3f}, recall {recall:.3f}")
    return found


def _scripts(embedder: Embedder, split: Split, entries: Sequence[Entry], cache: Cache) -> None:
    """How well modules in other scripts find those in Simplified Chinese."""
    foreign = [one for one in scripts() if one.split == split]
    everything = [*(one for one in entries if one.style != "english"), *foreign]
    likeness = engine(embedder, [one.record for one in everything], cache)
    for language in sorted({one.language for one in foreign}):
        asking = [one.language == language for one in everything]
        show(f"{sum(asking)} modules in {language}", asked(likeness, everything, asking))


def engine(embedder: Embedder, records: Sequence[Record], cache: Cache) -> Matrix:
    """The engine's logits (n, n) in the order of records; their projects all differ."""
    corpus = Corpus.build(records, embedder, cache=cache)
    place = {record.id: row for row, record in enumerate(records)}
    rows = np.array([place[one.record.id] for one in corpus.search.side.prepared])
    likeness = np.zeros((len(records), len(records)))
    for row, (logits, _, _) in enumerate(scored(corpus, {})):
        likeness[rows[row], np.delete(rows, row)] = logits
    return likeness


def asked(likeness: Matrix, entries: Sequence[Entry], asking: Sequence[bool]) -> Figures:
    """How well some modules find their partners; what is counted over pairs is left out."""
    ranking, groups = Ranking(), np.array([one.group for one in entries])
    for row in np.flatnonzero(asking).tolist():
        others = np.arange(len(entries)) != row
        ranking.rank(likeness[row][others], (groups == groups[row])[others])
    known = {"mrr": ranking.reciprocal} | {f"recall@{depth}": found for depth, found in ranking.recalls.items()}
    return {column: float(np.mean(found)) for column, found in known.items()}


def _behind(likeness: Matrix, entries: Sequence[Entry]) -> float:
    """Of a member, a partner and a look-alike of their group: how often the partner is nearer."""
    groups, likes = np.array([one.group for one in entries]), np.array([one.like for one in entries])
    found: list[float] = []
    for row, group in enumerate(groups.tolist()):
        partners = likeness[row, (groups == group) & (np.arange(len(groups)) != row)]
        alike = likeness[row, likes == group]
        if len(partners) and len(alike):
            found.append(float((partners[:, None] > alike[None, :]).mean()))
    return float(np.mean(found))


def _generic(embedder: Embedder, entries: Sequence[Entry], cache: Cache) -> tuple[float, float]:
    """Precision and recall of the modules that are told to be generic functions."""
    corpus = Corpus.build([one.record for one in entries], embedder, cache=cache)
    found = {one for ids in corpus.generic_functions().values() for one in ids}
    wanted = {one.record.id for one in entries if one.boilerplate == "only"}
    return len(found & wanted) / max(len(found), 1), len(found & wanted) / len(wanted)


def _bare(entry: Entry) -> Record:
    return replace(entry.record, description=entry.record.description.removesuffix(entry.appended))


def _size(entries: Sequence[Entry]) -> str:
    groups = [one.group for one in entries]
    repeated = {group for group in groups if groups.count(group) > 1}
    alike = sum(bool(one.like) for one in entries)
    return f"{len(entries)} modules, {len(repeated)} groups, {alike} look-alikes"
