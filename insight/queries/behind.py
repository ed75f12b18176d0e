"""What stands behind a figure: the lines whose money it is, adding up to it; the applications on a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from common.money import ZERO
from governance.models import User
from insight.queries.books import Books, Piece
from insight.queries.departments import Biggest
from insight.queries.duplicates import Duplicate, folds
from insight.queries.flow import biggest
from insight.states import Treatment
from projects.models import Line
from projects.states import ENDED, ApplicationStatus
from reviews.models import Act, Cluster, Disposition

# The columns of the pictures by which lines are found, as they stand in addresses.
ASKED = ("department", "treatment", "place", "end", "cause", "capability", "category")

UNDECIDED: dict[str, Treatment] = {
    **dict.fromkeys([status.value for status in ENDED], Treatment.ENDED),
    ApplicationStatus.REJECTED.value: Treatment.REJECT,
}


@dataclass(frozen=True)
class Behind:
    """One line, how much of its money is in the figure, and where it was decided."""

    number: str
    sequence: int
    pk: int
    name: str
    application: str
    department: str
    declared: Decimal
    amount: Decimal
    treatment: str
    act: int | None
    act_number: str
    round: int
    cluster: int | None


def amounts_behind(books: Books, asked: Mapping[str, str]) -> dict[int, Decimal]:
    """Line → its money in the figure that these filters name."""
    named = biggest(books)
    found: dict[int, Decimal] = {}
    for piece in books.pieces:
        if _fits(piece, asked, named):
            found[piece.line] = found.get(piece.line, ZERO) + piece.amount
    return found


def duplicates_behind(found: list[Duplicate], asked: Mapping[str, str]) -> dict[int, Decimal]:
    """The modules of a cell, row or column of the duplicate map, with what was declared for them."""
    departments, categories = folds(found)
    return {
        one.line: one.amount
        for one in found
        if ("department" not in asked or departments.holds(asked["department"], one.department))
        and ("category" not in asked or categories.holds(asked["category"], one.category))
    }


def _fits(piece: Piece, asked: Mapping[str, str], named: Biggest) -> bool:
    if "department" in asked and not named.holds(asked["department"], piece.department):
        return False
    wanted = {name: asked[name] for name in ("treatment", "place", "end", "cause", "capability") if name in asked}
    return all(str(getattr(piece, name) or "") == value for name, value in wanted.items())


def rows_behind(user: User, amounts: Mapping[int, Decimal], page: list[int]) -> list[Behind]:
    """The lines of one page with their decisions; four queries. Acts and clusters only where the person sees them."""
    lines = Line.objects.visible_to(user).select_related("application__department").in_bulk(page)
    live = Disposition.objects.live().filter(line__in=page).values_list("line", "kind", "act", "act__number")
    decided = {line: (kind, act, number) for line, kind, act, number in live}
    acts = Act.objects.visible_to(user).filter(pk__in=[act for _kind, act, _number in decided.values()])
    seen = set(acts.values_list("pk", flat=True))
    clusters = dict(Cluster.objects.visible_to(user).filter(members__line__in=page).values_list("members__line", "pk"))
    return [_behind(lines[pk], amounts[pk], decided.get(pk), seen, clusters.get(pk)) for pk in page if pk in lines]


def _behind(
    line: Line, amount: Decimal, decision: tuple[str, int, str] | None, seen: set[int], cluster: int | None
) -> Behind:
    kind, act, number = decision or ("", 0, "")
    application = line.application
    return Behind(
        number=application.number,
        sequence=line.sequence,
        pk=line.pk,
        name=line.name,
        application=application.name,
        department=str(application.department),
        declared=line.declared or ZERO,
        amount=amount,
        treatment=kind or UNDECIDED.get(application.status, Treatment.OPEN).value,
        act=act if act in seen else None,
        act_number=number,
        round=application.round_id,
        cluster=cluster,
    )
