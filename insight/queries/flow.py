"""Money flow: declared by department → what was done with it → what is built → where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from common.money import ZERO
from insight.queries.books import Books, Piece, sums
from insight.queries.departments import Biggest
from insight.states import End, Place, Treatment

NAMED = 8
# Money that goes no further than what was done with it: the picture ends there.
STOPS = frozenset({Treatment.CUT, Treatment.REJECT, Treatment.OPEN, Treatment.ENDED})
COLUMNS = ("department", "treatment", "place", "end")
At = tuple[str, str]  # column, value


@dataclass(frozen=True)
class Node:
    """One block of the picture. ``key`` is unique in it; the filter (column, value) finds its lines."""

    column: str
    value: str
    label: str
    amount: Decimal

    @property
    def key(self) -> str:
        return f"{self.column}:{self.value}"

    @property
    def filter(self) -> dict[str, str]:
        return {self.column: self.value}


@dataclass(frozen=True)
class Link:
    """The money that goes from one block to the next."""

    source: Node
    target: Node
    amount: Decimal

    @property
    def filter(self) -> dict[str, str]:
        return {self.source.column: self.source.value, self.target.column: self.target.value}


@dataclass(frozen=True)
class Flow:
    """Blocks and the money between them, each column in its reading order."""

    declared: Decimal
    nodes: list[Node]
    links: list[Link]
    ends: dict[End, Decimal]

    def of(self, column: str) -> list[Node]:
        """The blocks of a column."""
        return [node for node in self.nodes if node.column == column]

    @property
    def treatments(self) -> list[Node]:
        return self.of("treatment")

    @property
    def matrix(self) -> list[tuple[Node, list[Link | None]]]:
        """Each department with what was done with its money, a cell a treatment."""
        found = {(link.source, link.target): link for link in self.links}
        return [(node, [found.get((node, t)) for t in self.treatments]) for node in self.of("department")]

    @property
    def further(self) -> list[Link]:
        """The links behind what was done."""
        return [link for link in self.links if link.source.column != "department"]

    @property
    def shares(self) -> list[tuple[End, Decimal]]:
        """Of each hundred declared, how many end where; without what is nothing."""
        return [(end, amount * 100 / self.declared) for end, amount in self.ends.items() if amount]


def biggest(books: Books) -> Biggest:
    """The departments that are named, by what they declared."""
    return Biggest(sums(books.pieces, lambda piece: piece.department), NAMED)


def flow(books: Books, names: Mapping[int, str]) -> Flow:
    """The picture of these books; ``names`` are those of the departments."""
    named = biggest(books)
    labels = {
        "department": {key: named.label(key, names) for key in named.keys},
        "treatment": {t.value: str(t.label) for t in Treatment},
        "place": {p.value: str(p.label) for p in Place},
        "end": {e.value: str(e.label) for e in End},
    }
    amounts: dict[At, Decimal] = {}
    between: dict[tuple[At, At], Decimal] = {}
    for piece in books.pieces:
        path = list(_blocks(piece, named))
        for at in path:
            amounts[at] = amounts.get(at, ZERO) + piece.amount
        for pair in pairwise(path):
            between[pair] = between.get(pair, ZERO) + piece.amount
    nodes = {
        (column, value): Node(column, value, label, amounts[column, value])
        for column in COLUMNS
        for value, label in labels[column].items()
        if (column, value) in amounts
    }
    order = {at: place for place, at in enumerate(nodes)}
    links = [
        Link(nodes[source], nodes[target], amount)
        for (source, target), amount in sorted(between.items(), key=lambda item: tuple(order[at] for at in item[0]))
    ]
    ended = sums(books.pieces, lambda piece: piece.end)
    return Flow(books.parts.declared, list(nodes.values()), links, {end: ended.get(end, ZERO) for end in End})


def _blocks(piece: Piece, named: Biggest) -> Iterator[At]:
    """The blocks that a piece runs through."""
    yield "department", named.key(piece.department)
    yield "treatment", piece.treatment.value
    if piece.treatment in STOPS:
        return
    if piece.place:
        yield "place", piece.place.value
    yield "end", piece.end.value
