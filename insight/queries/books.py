"""All declared money in sight, cut into pieces: each is of one line, was treated in one way, and ends in one place.

The pieces of a line add up to its declared amount, and to the parts that `reviews.queries.standing` and with it
`reconcile` give: they are those parts, told apart by disposition and by what is built.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from common.money import ZERO
from governance.models import User
from insight.states import End, Place, Treatment
from projects.models import Line
from reviews.models import Disposition, ListProject
from reviews.queries.standing import LineStanding, Parts, stand, total_of
from reviews.states import BUILT, Cause, DispositionKind, ListStatus

END_OF_LIST = {ListStatus.LISTED: End.LISTED, ListStatus.RESERVE: End.RESERVE}


@dataclass(frozen=True)
class Piece:
    """Some declared money of one line; ``cause`` says why it is saved or held, when it is."""

    line: int
    application: int
    department: int
    round: int
    treatment: Treatment
    place: Place | None
    end: End
    amount: Decimal
    cause: str = ""
    capability: int | None = None


@dataclass(frozen=True)
class Books:
    """The lines in sight with where their money stands, and the same money as pieces."""

    standings: list[LineStanding]
    pieces: list[Piece]

    def of(self, rounds: Collection[int]) -> Books:
        """What belongs to these rounds."""
        return Books([s for s in self.standings if s.round in rounds], [p for p in self.pieces if p.round in rounds])

    @cached_property
    def parts(self) -> Parts:
        return total_of(self.standings)


def books_of(user: User) -> Books:
    """All submitted applications that the person may see, of every year: four queries."""
    lines = Line.objects.visible_to(user).filter(application__submitted_at__isnull=False)
    standings = list(stand(lines))
    decisions = {row["line_id"]: row for row in _decisions(lines)}
    pieces = [piece for standing in standings for piece in _pieces(standing, decisions.get(standing.line))]
    return Books(standings, pieces)


def sums(pieces: Iterable[Piece], key: Callable[[Piece], Any]) -> dict[Any, Decimal]:
    """Σ of the pieces by what ``key`` says of them, in the order of their first appearance."""
    found: dict[Any, Decimal] = {}
    for piece in pieces:
        at = key(piece)
        found[at] = found.get(at, ZERO) + piece.amount
    return found


def _decisions(lines: Any) -> Any:
    live = Disposition.objects.live().filter(line__in=lines.order_by().values("pk"))
    own = ("line__application__continues", "line__application__project__pk")
    target = (
        "target_component__project",
        "target_line__application__continues",
        "target_line__application__project__pk",
    )
    return live.values(
        "line_id",
        "kind",
        "capability_id",
        is_determined=F("line__application__determined"),
        builds=F("line__builds"),
        target_builds=Coalesce(F("target_line__builds"), F("target_component__line__builds")),
        own_status=_status_on_list(own),
        target_status=_status_on_list(target),
    )


def _status_on_list(project: Iterable[str]) -> Subquery:
    """What the first of these projects is on the list of the line's round."""
    entries = ListProject.objects.filter(
        annual_list__round=OuterRef("line__application__round"), project=Coalesce(*map(OuterRef, project))
    )
    return Subquery(entries.values("status")[:1])


def _pieces(standing: LineStanding, decision: Mapping[str, Any] | None) -> Iterator[Piece]:
    parts = standing.parts

    def piece(treatment: Treatment, place: Place | None, end: End, amount: Decimal, cause: str = "") -> Piece:
        return Piece(
            standing.line, standing.application, standing.department, standing.round, treatment, place, end, amount,
            cause, decision["capability_id"] if decision else None,
        )  # fmt: skip

    if decision is None:
        yield from (piece(*_undecided(cause), amount, cause) for cause, amount in parts.held.items())
        yield from (piece(Treatment.REJECT, None, End.REJECTED, a, c) for c, a in parts.saved.items())
        return
    kind = DispositionKind(decision["kind"])
    if parts.own:
        place = Place.CAPABILITY if decision["builds"] else Place.PROJECT
        yield piece(Treatment(kind), place, _end(decision, "own_status"), parts.own)
    if parts.transferred:
        shared = kind == DispositionKind.STRIP or decision["target_builds"]
        place = Place.CAPABILITY if shared else Place.PROJECT
        yield piece(Treatment(kind), place, _end(decision, "target_status"), parts.transferred)
    yield from (piece(*_saved(kind, cause), amount, cause) for cause, amount in parts.saved.items())
    yield from (piece(Treatment(kind), None, End.HELD, amount, cause) for cause, amount in parts.held.items())


def _undecided(cause: str) -> tuple[Treatment, None, End]:
    return (Treatment.OPEN, None, End.OPEN) if cause == Cause.OPEN else (Treatment.ENDED, None, End.HELD)


def _saved(kind: DispositionKind, cause: str) -> tuple[Treatment, None, End]:
    if kind in BUILT:
        return Treatment.CUT, None, End.CUT
    return Treatment(kind), None, End.REJECTED if cause == Cause.REJECTED else End.AVOIDED


def _end(decision: Mapping[str, Any], status: str) -> End:
    found = decision[status] if decision["is_determined"] else None
    return END_OF_LIST.get(ListStatus(found), End.UNDETERMINED) if found else End.UNDETERMINED
