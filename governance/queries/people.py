"""Who is who, for the page of people and roles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from governance.models import Membership, User
from governance.states import Role


@dataclass(frozen=True)
class Held:
    """A role that a person holds, will hold or held."""

    pk: int
    role: str
    department: str
    valid_from: date | None
    valid_to: date | None
    has_ended: bool


@dataclass(frozen=True)
class Person:
    pk: int
    name: str
    account: str
    phone: str
    is_active: bool
    last_login: datetime | None
    roles: list[Held]

    @property
    def now(self) -> list[Held]:
        return [role for role in self.roles if not role.has_ended]


def people(users: Iterable[User], viewer: User) -> list[Person]:
    """Persons with the roles that the viewer sees; two queries for any number of them."""
    rows = list(users)
    held: dict[int, list[Held]] = defaultdict(list)
    memberships = Membership.objects.visible_to(viewer).filter(user__in=[row.pk for row in rows])
    today = timezone.localdate()
    for row in memberships.select_related("department").order_by("pk"):
        held[row.user_id].append(
            Held(
                pk=row.pk,
                role=str(Role(row.role).label),
                department=str(row.department),
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                has_ended=row.valid_to is not None and row.valid_to < today,
            )
        )
    return [
        Person(row.pk, str(row), row.username, row.phone, row.is_active, row.last_login, held[row.pk]) for row in rows
    ]
