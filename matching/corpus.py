"""All that can be compared: who is near to whom, how sure that is, and what nobody could judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from matching.embed import Embedder, Vectors, WordEmbedder
from matching.evidence import Evidence, Explainer
from matching.frame import Frame
from matching.judge import ALMOST, Match, Outcome, Reason, conclude, judge, own_reasons
from matching.reading import generic_keys, shared_clauses, vectors_of
from matching.records import Prepared, Record, prepare
from matching.safely import Cache
from matching.score import CHARACTERS, PRIOR, Weights
from matching.search import Floats, Near, Search, Side
from matching.space import Background, load_background


class Corpus:
    """Records with their vectors. Answers depend on the set of records, not on their order.

    `vectors` are rows (n, width) of length one for the prepared texts, from the model of the
    background; NaN where there is none. The first question after `add` builds the search.

    A `frame` makes scores those of a larger corpus that these records were chosen from; `unread`
    are then, by pool, the projects there that have records without a vector.
    """

    def __init__(
        self,
        background: Background,
        *,
        boilerplate: Collection[str] = frozenset(),
        weights: Weights | None = None,
        frame: Frame | None = None,
        unread: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.model = background.model
        self.boilerplate = frame.boilerplate if frame else frozenset(boilerplate)
        self.weights = weights or (CHARACTERS if background.is_degraded else PRIOR)
        self._background, self._frame = background, frame
        self._unread = {pool: frozenset(projects) for pool, projects in (unread or {}).items()}
        self._records: dict[str, tuple[Prepared, Vectors]] = {}
        self._built: Search | None = None

    @classmethod
    def build(
        cls,
        records: Sequence[Record],
        embedder: Embedder,
        *,
        cache: Cache | None = None,
        weights: Weights | None = None,
        seconds: float | None = None,
    ) -> Corpus:
        """Find the boilerplate, embed what `cache` (key of a text → its vector) lacks, add all.

        Never fails because of a text or of the embedder: what got no vector is doubtful.
        """
        shared = shared_clauses(records, embedder, cache=cache)
        prepared = [prepare(record, shared) for record in records]
        vectors = vectors_of(prepared, embedder, cache=cache, seconds=seconds)
        # generic functions come last: a model that dies over them has read the rest
        found = shared | generic_keys(records, shared, embedder, cache=cache)
        vectors[[one.copy_key in found for one in prepared]] = np.nan
        corpus = cls(load_background(embedder, cache=cache), boilerplate=found, weights=weights)
        corpus.add(records, vectors)
        return corpus

    @property
    def is_degraded(self) -> bool:
        """Whether vectors only know characters; the pages should say so."""
        return self._background.is_degraded

    def add(self, records: Sequence[Record], vectors: Vectors) -> None:
        """Take in records; one with a known id replaces the earlier one."""
        if len(records) != len(vectors):
            raise ValueError(f"{len(records)} records, but {len(vectors)} vectors")
        self.add_prepared([prepare(record, self.boilerplate) for record in records], vectors)

    def add_prepared(self, prepared: Iterable[Prepared], vectors: Vectors) -> None:
        """The same for records that were prepared with this corpus's boilerplate."""
        self._records |= {one.record.id: (one, vector) for one, vector in zip(prepared, vectors, strict=True)}
        self._built = None

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._records

    def prepared(self, record_id: str) -> Prepared:
        """A record of the corpus as it is compared."""
        return self._records[record_id][0]

    def generic_functions(self) -> dict[str, list[str]]:
        """By project, the ids of its records that are nothing but generic functions."""
        found: dict[str, list[str]] = defaultdict(list)
        for record_id in sorted(self._records):
            if self.prepared(record_id).kind == "generic":
                found[self.prepared(record_id).record.project].append(record_id)
        return dict(found)

    def unjudged(self) -> dict[str, tuple[Reason, ...]]:
        """Records of which the machine can say nothing, and why: all of them are doubtful."""
        side = self.search.side
        found = {
            one.record.id: own_reasons(one, bool(readable))
            for one, readable in zip(side.prepared, side.readable, strict=True)
        }
        return {record_id: reasons for record_id, reasons in found.items() if reasons}

    def compare(
        self,
        queries: Sequence[Record],
        vectors: Vectors | None = None,
        *,
        pools: Sequence[str] | None = None,
        top: int = 10,
    ) -> list[Outcome]:
        """For each query, its nearest records of other projects: at most `top` of each pool.

        Without `vectors` the queries must be in the corpus. All its pools are searched
        unless `pools` names some.
        """
        search = self.search
        if vectors is None:
            side, rows = search.side, [search.row[record.id] for record in queries]
        else:
            prepared = [prepare(record, self.boilerplate) for record in queries]
            side, rows = Side(search.space, prepared, vectors), list(range(len(prepared)))
        wanted = search.pools if pools is None else list(dict.fromkeys(pools))
        found: list[list[Match]] = [[] for _ in rows]
        for pool in wanted:
            candidates = search.nearest(side, rows, pool, top)
            for matches, row, near in zip(found, rows, candidates, strict=True):
                matches += self._ranked(side.prepared[row], near)[:top]
        return [self._outcome(side, row, matches, wanted) for row, matches in zip(rows, found, strict=True)]

    def pairs(self, top: int = 10, *, ids: Iterable[str] | None = None, pool: str = "modules") -> list[Match]:
        """The `top` nearest of each record (of `ids`), each pair once, by falling score."""
        search = self.search
        asked = search.row if ids is None else sorted(set(ids))
        rows = [search.row[one] for one in asked if self.prepared(one).record.pool == pool]
        found: dict[tuple[str, str], Match] = {}
        for row, near in zip(rows, search.nearest(search.side, rows, pool, top), strict=True):
            for match in self._ranked(search.side.prepared[row], near)[:top]:
                a, b = sorted((match.a, match.b))
                found[a, b] = replace(match, a=a, b=b)
        return sorted(found.values(), key=lambda one: (-one.score, one.a, one.b))

    def match(self, a: str, b: str) -> Match:
        """Two records of the corpus, whatever their projects."""
        near = self.search.near(self.search.side, self.search.row[a], np.array([self.search.row[b]]))
        return self._ranked(self.prepared(a), near)[0]

    def likeness(self, ids: Sequence[str]) -> Floats:
        """The scores (n, n) of these records among each other; 1 on the diagonal."""
        search = self.search
        rows = np.array([search.row[one] for one in ids], np.int64)
        copies = np.unique([self.prepared(one).copy_key for one in ids], return_inverse=True)[1]
        readable = search.side.readable[rows]
        scores = np.ones((len(rows), len(rows)))
        for line, row in enumerate(rows.tolist()):
            read = readable & readable[line]
            parts = search.parts(search.side, row, rows, with_lexical=bool(self.weights.lexical) or not read.all())
            likely = np.where(copies == copies[line], 1.0, np.minimum(self.weights.scores(parts), ALMOST))
            scores[line] = np.where(read, likely, parts[:, 2]).round(6)
        np.fill_diagonal(scores, 1)
        return scores

    def explain(self, a: str, b: str, embedder: Embedder | None = None) -> Evidence:
        """Why these two are alike: word by word with an embedder that can, else by characters."""
        explainer = self.explainer(embedder)
        return explainer.explain(self.match(a, b), self.prepared(a), self.prepared(b))

    def explainer(self, embedder: Embedder | None = None) -> Explainer:
        """For many pairs: it remembers the words of the texts it has read."""
        reader = embedder if isinstance(embedder, WordEmbedder) and not embedder.is_degraded else None
        weigh = self.search.lexical.weight
        return Explainer(weigh, reader, self.model, self.weights.version)

    @property
    def search(self) -> Search:
        if self._built is None:
            ordered = [self._records[record_id] for record_id in sorted(self._records)]
            empty = np.empty((0, self._background.vectors.shape[1]), np.float32)
            vectors = np.stack([row for _, row in ordered]) if ordered else empty
            prepared = [one for one, _ in ordered]
            self._built = Search(self._background, prepared, vectors.astype(np.float32), self._frame)
        return self._built

    def _ranked(self, one: Prepared, candidates: Iterable[Near]) -> list[Match]:
        return sorted(self._judged(one, candidates), key=lambda match: (-match.score, match.b))

    def _judged(self, one: Prepared, candidates: Iterable[Near]) -> Iterator[Match]:
        others = self.search.side.prepared
        for near in candidates:
            yield judge(self.weights, self.is_degraded, one, near, others[near.row])

    def _outcome(self, side: Side, row: int, matches: Sequence[Match], pools: Sequence[str]) -> Outcome:
        one = side.prepared[row]
        return conclude(
            one,
            bool(side.readable[row]),
            matches,
            is_degraded=self.is_degraded,
            is_incomplete=any(self._lacks(pool, one.record.project) for pool in pools),
        )

    def _lacks(self, pool: str, project: str) -> bool:
        """Whether something of another project that should be compared has no vector."""
        return bool(self._unread.get(pool, frozenset()) - {project}) or self.search.unread(pool, project)
