"""The demonstration city: departments, one person for every role, money's sources and an open round.

Everybody signs in with one password, which stands in the README. That is safe only where nobody else can
reach the server: the city is not built elsewhere, and `DemoPasswordGuard` lets nobody in with this password
once the server has a public name, whatever the database holds.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.services import starter as catalog
from common.errors import demand
from governance.models import Department, FundingSource, Jurisdiction, Round, User
from governance.queries.working_days import add_working_days
from governance.services import organisation, people, rounds
from governance.states import Role

FILE = Path(__file__).resolve().parent / "data" / "demo_city.toml"
PASSWORD = "jiangcheng-demo"  # noqa: S105  published in the README; refused on every public server
DAYS_OPEN = 30


@dataclass(frozen=True)
class Account:
    """One person of the demonstration city."""

    username: str
    name: str
    department: str
    role: str


class DemoPasswordGuard:
    """Stands before all ways to sign in: the published password opens nothing on a public server."""

    def authenticate(self, request: HttpRequest | None, password: str | None = None, **_credentials: Any) -> None:
        if settings.PUBLIC and password == PASSWORD:
            raise PermissionDenied


@transaction.atomic
def build() -> list[Account]:
    """Make the city. Refused: on a server that others can reach, and beside a jurisdiction that is there."""
    demand(not settings.PUBLIC, _("The demonstration city has a published password: it is only made on this machine."))
    demand(not Jurisdiction.objects.exists(), _("There is a jurisdiction already: the demonstration city needs none."))
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    authority = Department(**content["authority"])
    city = organisation.found_jurisdiction(Jurisdiction(**content["jurisdiction"]), authority, by=None)
    places = {authority.code: authority} | {
        row["code"]: organisation.add_department(Department(jurisdiction=city, **row), by=None)
        for row in content["department"]
    }
    for row in content["source"]:
        organisation.add_source(FundingSource(jurisdiction=city, **row), by=None)
    accounts = _people(content["people"], places)
    catalog.load(city)
    _round(city, by=User.objects.get(memberships__role=Role.HEAD))
    return accounts


def _people(rows: list[list[str]], places: dict[str, Department]) -> list[Account]:
    """Everybody has the same password, so it is hashed once."""
    password = make_password(PASSWORD)
    found = []
    for username, name, place, role in rows:
        user = User.objects.create(username=username, display_name=name, password=password)
        people.grant(user, places[place], role, by=None)
        found.append(Account(username, name, str(places[place]), str(Role(role).label)))
    return found


def _round(city: Jurisdiction, *, by: User) -> None:
    """The first batch of the coming fiscal year, open from today."""
    today = timezone.localdate()
    year = today.year + 1
    batch = Round(
        jurisdiction=city, year=year, batch=1, name=f"{year} 年度第一批", closes_on=add_working_days(today, DAYS_OPEN)
    )
    rounds.open_round(rounds.create_round(batch, by=by), by=by)
