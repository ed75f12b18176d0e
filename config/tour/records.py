"""A record to show for a step of the tour: the first that suits and that the person may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count

from budgets.models import Budget
from catalog.models import Capability
from catalog.states import CapabilityStatus
from governance.models import Membership, Round, User
from governance.states import Role, RoundStatus
from projects.models import Application, Project
from projects.states import ApplicationStatus
from reviews.models import Act, AnnualList, Cluster, Opinion
from reviews.states import ActStatus

Finder = Callable[[User], "tuple[Any, ...] | None"]


def application(*status: ApplicationStatus) -> Finder:
    """The number of the latest application in one of these states."""

    def find(user: User) -> tuple[Any, ...] | None:
        return _first(Application.objects.visible_to(user).filter(status__in=status).order_by("-pk"), "number")

    return find


def fullest(*status: ApplicationStatus) -> Finder:
    """The number of the application in one of these states that has the most lines."""

    def find(user: User) -> tuple[Any, ...] | None:
        rows = Application.objects.visible_to(user).filter(status__in=status)
        return _first(rows.annotate(size=Count("lines")).order_by("-size", "-pk"), "number")

    return find


def determined(user: User) -> tuple[Any, ...] | None:
    """The number of an application whose decision stands on a locked list."""
    rows = Application.objects.visible_to(user).filter(
        project__isnull=False, round__annual_list__versions__isnull=False
    )
    return _first(rows.order_by("-pk"), "number")


def act(*status: ActStatus) -> Finder:
    def find(user: User) -> tuple[Any, ...] | None:
        return _first(Act.objects.visible_to(user).filter(status__in=status).order_by("-pk"), "pk")

    return find


def others_act(user: User) -> tuple[Any, ...] | None:
    """A proposal that the person may confirm, because a colleague made it."""
    rows = Act.objects.visible_to(user).filter(status=ActStatus.PROPOSED)
    return _first(rows.exclude(proposed_by=user).exclude(created_by=user).order_by("pk"), "pk")


def opinion(user: User) -> tuple[Any, ...] | None:
    """An act on which the own department has not been heard yet."""
    place = user.acting.department_id if user.acting else None
    return _first(Opinion.objects.awaiting().filter(department=place).order_by("-act"), "act")


def workbench(user: User) -> tuple[Any, ...] | None:
    """The round with the most clusters of similar modules."""
    return _first(Cluster.objects.visible_to(user).order_by("-round__year", "-round__batch"), "round_id")


def open_round(user: User) -> tuple[Any, ...] | None:
    place = user.acting.department.jurisdiction_id if user.acting else None
    return _first(Round.objects.filter(jurisdiction=place, status=RoundStatus.OPEN).order_by("-pk"), "pk")


def annual_list(user: User) -> tuple[Any, ...] | None:
    """The list that is being made; else the newest that the person may see."""
    rows = AnnualList.objects.visible_to(user).order_by("-round__year", "-round__batch")
    return _first(rows, "round_id")


def locked_list(user: User) -> tuple[Any, ...] | None:
    rows = AnnualList.objects.visible_to(user).filter(versions__isnull=False)
    return _first(rows.order_by("-round__year", "-round__batch"), "round_id")


def budget(user: User) -> tuple[Any, ...] | None:
    return _first(Budget.objects.visible_to(user).order_by("-year"), "year")


def chain(user: User) -> tuple[Any, ...] | None:
    """A project of the newest locked list, for its chain of money."""
    return _first(Project.objects.visible_to(user).order_by("-pk"), "code")


def capability(user: User) -> tuple[Any, ...] | None:
    place = user.acting.department.jurisdiction_id if user.acting else None
    rows = Capability.objects.filter(jurisdiction=place, status=CapabilityStatus.AVAILABLE)
    return _first(rows.order_by("code"), "pk")


def clerk(user: User) -> tuple[Any, ...] | None:
    """Somebody whose roles can be read."""
    return _first(Membership.objects.visible_to(user).filter(role=Role.CLERK).order_by("pk"), "user_id")


def _first(rows: Any, field: str) -> tuple[Any, ...] | None:
    found = rows.values_list(field, flat=True).first()
    return None if found is None else (found,)
