"""Jurisdictions, departments, people and their roles, where money comes from, the catalog."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from catalog.models import Capability
from catalog.services import capabilities, starter
from catalog.states import CapabilityStatus
from config.demo.accounts import PASSWORD, person
from config.demo.content import Entry, read
from governance.models import Department, FundingSource, Jurisdiction, User
from governance.services import organisation, people
from governance.states import Level


def found_city() -> Jurisdiction:
    """The city with everybody in it, and its districts."""
    content = read("organisation")
    authority = Department(**content["authority"])
    city = organisation.found_jurisdiction(Jurisdiction(**content["jurisdiction"]), authority, by=None)
    for row in content["department"]:
        organisation.add_department(Department(jurisdiction=city, **row), by=None)
    for row in content["source"]:
        organisation.add_source(FundingSource(jurisdiction=city, **row), by=None)
    password = make_password(PASSWORD)  # everybody has the same one, so it is hashed once
    _people(content["people"], city, password)
    for row in content["district"]:
        _district(row, city, password)
    _catalog(city)
    return city


def _district(row: Entry, city: Jurisdiction, password: str) -> None:
    place = Jurisdiction(code=row["code"], name=row["name"], level=Level.DISTRICT, parent=city)
    place = organisation.found_jurisdiction(place, Department(**row["authority"]), by=None)
    _people(row["people"], place, password)


def _people(rows: list[list[str]], place: Jurisdiction, password: str) -> None:
    departments = {row.code: row for row in place.departments.all()}
    for username, name, department, role in rows:
        user = User.objects.create(username=username, display_name=name, password=password)
        people.grant(user, departments[department], role, by=None)


def _catalog(city: Jurisdiction) -> None:
    """What every city starts with, at its real providers, and what this one has besides."""
    manager = person("catalog")
    content = read("capabilities")
    departments = {row.code: row for row in city.departments.all()}
    starter.load(city, by=manager)
    for row in content["capability"]:
        status = CapabilityStatus(row["status"])
        begins = CapabilityStatus.AVAILABLE if status == CapabilityStatus.RESTRICTED else status
        made = starter.publish(city, row | {"status": begins}, by=manager, provider=departments[row["provider"]])
        if status != begins:
            capabilities.restrict(made, by=manager, reason=row["restricted_reason"])
    provided = capabilities_of(city)
    for key, provider in content["providers"].items():
        capabilities.update(provided[key], {"provider": departments[provider]}, by=manager)


def capabilities_of(city: Jurisdiction) -> dict[str, Capability]:
    """The capabilities of the city by their keys in the files."""
    there = {row.code: row for row in Capability.objects.filter(jurisdiction=city)}
    entries = [*starter.content()["capability"], *read("capabilities")["capability"]]
    return {row["key"]: there[starter.code_of(city, row)] for row in entries}
