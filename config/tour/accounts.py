"""Whose accounts the tour offers: people who still have the published password, found by their roles."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db.models import Count

from config.demo import PASSWORD
from config.tour.parts import PARTS
from governance.models import Membership, User
from governance.states import Role
from projects.models import Application
from projects.states import ApplicationStatus

# In which department a tour of this role finds something to do at once.
BUSY = {Role.CLERK: ApplicationStatus.DRAFT, Role.LEADER: ApplicationStatus.SIGN_OFF}


def is_on() -> bool:
    """Only with a demonstration city, and never where others can reach the server."""
    return bool(settings.DEMO_CITY and not settings.PUBLIC)


def accounts() -> dict[Role, Membership]:
    """A first account for each role; empty outside the demonstration."""
    if not is_on() or not (password := _published()):
        return {}
    rows = Membership.objects.valid().filter(user__password=password, user__is_active=True)
    found: dict[Role, Membership] = {}
    for row in rows.select_related("user", "department__jurisdiction").order_by("pk"):
        found.setdefault(Role(row.role), row)
    return found | _busy(rows)


def people() -> list[Membership]:
    """Those accounts in the order of the walk through an application."""
    there = accounts()
    return [there[role] for role in PARTS if role in there]


def _busy(rows: Iterable[Membership]) -> dict[Role, Membership]:
    """Clerk and leader of a department with work for them, when there is one."""
    found = {}
    for role, status in BUSY.items():
        places = Application.objects.filter(status=status, lines__isnull=False).values("department")
        there = rows.filter(role=role, department__in=places)  # type: ignore[attr-defined]
        if row := there.select_related("user", "department__jurisdiction").order_by("pk").first():
            found[role] = row
    return found


def _published() -> str:
    """The hash of the published password, which the people of the demonstration city share; else empty.

    No two people share a hash otherwise, whatever their passwords: one query and one check, not one a person.
    """
    shared = User.objects.values("password").annotate(people=Count("pk")).filter(people__gt=1).order_by("-people")
    return next((row["password"] for row in shared[:3] if _opens(row["password"])), "")


@lru_cache(maxsize=8)
def _opens(password_hash: str) -> bool:
    return check_password(PASSWORD, password_hash)
