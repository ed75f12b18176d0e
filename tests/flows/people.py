"""The people of the flows, in words: what they ask for, decide, answer, determine and lock; and where the money is."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from governance.models import Round, User
from projects.models import Application, Line, LineBase, Project
from projects.states import ApplicationStatus, LineKind
from reviews.models import Act, Disposition
from reviews.queries.lists import locked_entries, outcomes
from reviews.queries.standing import stand
from reviews.services.plan import Choice
from reviews.tasks import screen_application
from tests.factories import ApplicationFactory, LineFactory, RoundFactory
from tests.flows.ways import Refused, Way


def refused(words: str) -> Any:
    """The verb is refused, in these words."""
    return pytest.raises(Refused, match=words)


class Town:
    """A city and the way in which its people work: on pages, or through programs."""

    def __init__(self, place: SimpleNamespace, way: Way) -> None:
        self.place, self.way, self.round = place, way, place.round
        self.people, self.year = place.people, place.round.year

    # -- what departments ask for

    def asks(self, department: str, *amounts: int | None, round: Round | None = None, **more: Any) -> Application:
        """An application that was accepted for consolidation, with a module an amount."""
        clerk = "bureau_clerk" if department == "bureau" else department
        made = ApplicationFactory(
            round=round or self.round,
            department=getattr(self.place, department),
            drafter=getattr(self.people, clerk),
            status=ApplicationStatus.CONSOLIDATION,
            **more,
        )
        for number, amount in enumerate(amounts, 1):
            LineFactory(application=made, sequence=number, declared=None if amount is None else Decimal(amount))
        return made

    def item(self, application: Application, amount: int, **more: Any) -> Line:
        """Another cost item of the application."""
        number = application.lines.count() + 1
        return LineFactory(
            application=application, sequence=number, kind=LineKind.HARDWARE, declared=Decimal(amount), **more
        )

    def rate(self, application: Application, rate: str, *base: Line) -> Line:
        """A cost item that is a rate of others, such as supervision."""
        amount = Decimal(rate) * sum((line.declared for line in base), Decimal(0))
        made = self.item(application, int(amount), rate=Decimal(rate))
        LineBase.objects.bulk_create(LineBase(line=made, base=line) for line in base)
        return made

    def next_round(self, *, year: int | None = None) -> Round:
        """Another batch of the year, or the first of another year."""
        year = year or self.year
        batch = Round.objects.filter(jurisdiction=self.place.jurisdiction, year=year).count() + 1
        return RoundFactory(jurisdiction=self.place.jurisdiction, year=year, batch=batch)

    def accepts(self, application: Application) -> None:
        """Intake accepts it, and the worker screens it as the outbox asks."""
        self.way.accept(self.people.intake, application)
        screen_application(application.pk)

    # -- acts

    def proposes(self, *choices: Choice, by: User | None = None, reason: str = "同类功能统一建设") -> Act:
        """Plan and hand to a colleague; a plan that cannot be proposed is given up."""
        by = by or self.people.li
        act = self.way.plan(by, choices, reason)
        try:
            return self.way.propose(by, act)
        except Refused:
            self.way.discard(by, act)
            raise

    def decides(
        self, *choices: Choice, settled: bool = True, by: User | None = None, second: User | None = None
    ) -> Act:
        """One proposes, a colleague confirms, and the departments that are asked agree."""
        act = self.way.confirm(second or self.people.wang, self.proposes(*choices, by=by))
        return self.agreed(act) if settled else act

    def agreed(self, act: Act) -> Act:
        for opinion in act.opinions.awaiting().select_related("department"):
            self.way.agree(self.clerk_of(opinion.department.pk), act)
        return self.way.act(act)

    def clerk_of(self, department: int) -> User:
        return User.objects.get(memberships__department=department, memberships__role="clerk")

    def undoes(self, act: Act) -> Act:
        """Two persons take an act back."""
        self.way.ask_undo(self.people.li, act)
        return self.way.undo(self.people.zhou, act)

    def ends(self, application: Application, to: str, **more: Any) -> None:
        """One reviewer asks for the end of an application, a colleague carries it out."""
        self.way.grant_end(self.people.wang, self.way.ask_end(self.people.li, application, to, **more))

    # -- list and budget

    def determines(self, *applications: Application, round: Round | None = None, reserve: tuple[str, ...] = ()) -> None:
        self.way.determine(self.people.head, round or self.round, applications, reserve)

    def locks(self, round: Round | None = None) -> dict[str, dict[int, int]]:
        """The head locks the list; its entries by project and year."""
        round = round or self.round
        self.way.lock(self.people.head, round)
        entries = locked_entries(self.way.list_of(round)) or {}
        return {code: {year: int(amount) for year, amount in years.items()} for code, years in entries.items()}

    def ceiling(self, amount: int, year: int | None = None) -> None:
        self.way.open_year(self.people.finance, year or self.year, amount)

    def budget_lines(self, year: int | None = None) -> list[tuple[str, int]]:
        """The movements of a year's budget."""
        rows = self.way.budget_of(self.people.finance, year or self.year).entries.order_by("pk")
        return [(kind, int(amount)) for kind, amount in rows.values_list("kind", "amount")]


def split(*lines: Line) -> dict[str, int]:
    """Where the money of lines stands: own, transferred, saved and held by cause."""
    found: dict[str, int] = {}
    for standing in stand(Line.objects.filter(pk__in=[line.pk for line in lines])):
        parts = standing.parts
        named = {"own": parts.own, "transferred": parts.transferred}
        named |= {f"saved: {cause}": amount for cause, amount in parts.saved.items()}
        named |= {f"held: {cause}": amount for cause, amount in parts.held.items()}
        for name, amount in named.items():
            found[name] = found.get(name, 0) + int(amount)
    return {name: amount for name, amount in found.items() if amount}


def outcome(application: Application) -> str:
    fresh = Application.objects.select_related("continues", "project").get(pk=application.pk)
    return str(outcomes([fresh])[fresh.pk])


def project_of(application: Application) -> Project:
    return Project.objects.get(application=application)


def live(line: Line) -> Disposition:
    return Disposition.objects.live().get(line=line)


def awaiting(act: Act) -> set[str]:
    """The departments whose opinion is due."""
    return set(act.opinions.awaiting().values_list("department__name", flat=True))


def keep(line: Line, own: int | None = None) -> Choice:
    return Choice(line.pk, "keep", None if own is None else Decimal(own))


def reject(line: Line) -> Choice:
    return Choice(line.pk, "reject")


def merge(line: Line, into: Line, moved: int = 0, own: int = 0) -> Choice:
    return Choice(line.pk, "merge", Decimal(own), Decimal(moved), target_line=into.pk)


def strip(line: Line, capability: Any, moved: int = 0, own: int = 0) -> Choice:
    return Choice(line.pk, "strip", Decimal(own), Decimal(moved), capability=capability.pk)


def reuse(line: Line, system: Any, own: int = 0) -> Choice:
    return Choice(line.pk, "reuse", Decimal(own), system=system.pk)
