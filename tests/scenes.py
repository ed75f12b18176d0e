"""Scenes that several tests begin from, made through the services."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from budgets.services.budget import budget_of, set_ceiling
from budgets.services.lock import lock
from governance.models import User
from projects.models import Application, Line
from projects.states import ApplicationStatus
from reviews.models import Act, AnnualList
from reviews.services import acts
from reviews.services.determination import determine, list_of
from reviews.services.plan import Choice, plan
from tests.factories import ApplicationFactory, LineFactory, city


def application(place: SimpleNamespace, department: str, *amounts: Decimal | int | None, **more: Any) -> Application:
    """An application under consolidation with one module an amount."""
    made = ApplicationFactory(
        round=place.round,
        department=getattr(place, department),
        drafter=getattr(place.people, department if department != "bureau" else "bureau_clerk"),
        status=more.pop("status", ApplicationStatus.CONSOLIDATION),
        **more,
    )
    for number, amount in enumerate(amounts, 1):
        LineFactory(application=made, sequence=number, declared=None if amount is None else Decimal(amount))
    return made


def module(made: Application, number: int = 1) -> Line:
    return made.lines.get(sequence=number)


def decide(place: SimpleNamespace, *choices: Choice, settled: bool = True) -> Act:
    """Li plans and proposes, Wang confirms; the departments agree by silence."""
    li, wang = place.people.li, place.people.wang
    act = plan("同类功能统一建设", choices, by=li, title="统筹决定")
    acts.propose(act, by=li)
    act = acts.confirm(act, by=wang)
    if settled:
        act.opinions.update(state="silent")
    return act


def keep(line: Line, own: Decimal | int | None = None) -> Choice:
    return Choice(line.pk, "keep", None if own is None else Decimal(own))


def merge(line: Line, into: Line, moved: Decimal | int = 0, own: Decimal | int = 0) -> Choice:
    return Choice(line.pk, "merge", Decimal(own), Decimal(moved), target_line=into.pk)


def decided(place: SimpleNamespace | None = None) -> SimpleNamespace:
    """Health's module goes into the police's: 100 declared gives 60 transferred, 5 own; 200 is kept."""
    place = place or city()
    health, police = application(place, "health", 100), application(place, "police", 200)
    act = decide(place, keep(module(police)), merge(module(health), module(police), 60, 5))
    return SimpleNamespace(place=place, health_application=health, police_application=police, act=act)


def determined(place: SimpleNamespace | None = None, ceiling: Decimal | int = 1000) -> SimpleNamespace:
    """The meeting has determined both applications; finance has set the year's ceiling."""
    scene = decided(place)
    people, round = scene.place.people, scene.place.round
    budget = budget_of(scene.place.jurisdiction, round.year)
    scene.budget = set_ceiling(budget, Decimal(ceiling), by=people.finance)
    scene.list = determine(
        round, [scene.health_application, scene.police_application], by=people.head, meeting="第1次会议"
    )
    return scene


def locked(place: SimpleNamespace | None = None) -> SimpleNamespace:
    """The list is locked: version 1."""
    scene = determined(place)
    scene.version = lock(scene.list, by=scene.place.people.head, document_number="江数统〔2027〕1号")
    scene.list = AnnualList.objects.get(pk=scene.list.pk)
    return scene


def fresh(user: User) -> User:
    """The person as a new request sees them."""
    return User.objects.get(pk=user.pk)


__all__ = ["application", "decide", "decided", "determined", "fresh", "keep", "list_of", "locked", "merge", "module"]
