"""What the city runs and holds: systems with their functions, data resources."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from catalog.models import FunctionCategory, System
from catalog.services import data, functions, systems
from catalog.states import RUNS, SystemStatus
from config.demo.accounts import person
from config.demo.content import Entry, library, lot, pick, read, wan, wording
from config.demo.offices import capabilities_of
from governance.models import Department, FundingSource, Jurisdiction, User

OFFICES = ["信息中心", "网络安全和信息化处", "科技信息化处", "办公室"]
AMOUNTS = ("build_cost", "yearly_operating_cost")
DAYS = {"built": "first_built_on", "last_used": "last_used_on"}
PLAIN = frozenset({
    "name", "short_name", "tag", "description", "domain", "status", "network", "mlps_level", "vendor", "user_group",
    "monthly_active_users", "is_classified",
})  # fmt: skip
RESOURCE = ("name", "summary", "format", "sharing", "legal_basis", "openness", "update_cycle", "quality_percent")
ATTESTED = 7  # in ten of the entries are attested this year


class Inventory:
    """The entries of one city, as their owners' clerks make them."""

    def __init__(self, city: Jurisdiction) -> None:
        self.departments = {row.code: row for row in Department.objects.filter(jurisdiction=city)}
        self.capabilities = capabilities_of(city)
        self.categories = {row.code: row for row in FunctionCategory.objects.all()}
        self.source = FundingSource.objects.get(jurisdiction=city, code="city")
        self.systems: dict[str, System] = {}
        self.keys: dict[int, str] = {}  # a system's function: the library's key
        self._numbers: dict[str, int] = {}

    def offices(self) -> dict[str, Callable[[], object]]:
        """By office, the step in which its clerk enters what it runs."""
        rows: dict[str, list[Entry]] = {}
        for row in read("systems")["system"]:
            rows.setdefault(row["owner"], []).append(row)
        return {owner: partial(self._systems, found) for owner, found in rows.items()}

    def link(self) -> None:
        """Once all are entered: which belongs to which, and what becomes of each."""
        for row in read("systems")["system"]:
            links = {
                "parent": self.systems.get(row.get("parent", "")),
                "planned_fate": row.get("planned_fate", ""),
                "fate_on": _day(row.get("fate_on")),
                "absorbed_into": self.systems.get(row.get("absorbed_into", "")),
                "replaced_by": self.capabilities.get(row.get("replaced_by", "")),
            }
            if any(links.values()):
                clerk = person(f"{row['owner']}.clerk")
                systems.update(self.systems[row["name"]], links, by=clerk, reason="按年度整合规划明确归属和去向")

    def register_data(self) -> None:
        for row in read("resources")["resource"]:
            self._resource(row)

    def attest(self) -> None:
        """Most owners have attested their entries this year; some have not got to it."""
        for system in self.systems.values():
            is_open = system.status != SystemStatus.ARCHIVED and (system.is_classified or system.functions.exists())
            if is_open and lot(10, system.name, "attested") < ATTESTED:
                systems.attest(system, by=person(f"{system.owner.code}.clerk"))

    def system_with(self, key: str) -> System | None:
        """A running system of the city that has this function."""
        having = System.objects.filter(functions__in=[pk for pk, one in self.keys.items() if one == key])
        return having.filter(status__in=RUNS).select_related("owner").order_by("pk").first()

    def _systems(self, rows: list[Entry]) -> None:
        for row in rows:
            self._system(row)

    def _system(self, row: Entry) -> None:
        clerk = person(f"{row['owner']}.clerk")
        values = _values(row)
        if "build_cost" in values:  # an entry that somebody has filled in
            values |= {"office": pick(OFFICES, row["name"]), "contact": str(clerk), "operator": row.get("vendor", "")}
            values["funding_source"] = self.source
        owner = self.departments[row["owner"]]
        system = systems.register(owner, values | {"code": self._code("XT", owner)}, by=clerk)
        self.systems[system.name] = system
        if system.status != SystemStatus.ARCHIVED:
            for function in row.get("functions", ()):
                self._function(system, function, clerk)

    def _function(self, system: System, function: str | list[str], clerk: User) -> None:
        if not isinstance(function, str):
            name, description = function
            functions.add(system, {"name": name, "description": description}, by=clerk)
            return
        key = function.partition(":")[0]
        name, description = wording(function)
        category = self.categories.get(library()[key]["category"])
        made = functions.add(system, {"name": name, "description": description, "category": category}, by=clerk)
        self.keys[made.pk] = key

    def _resource(self, row: Entry) -> None:
        provider = self.departments[row["provider"]]
        clerk = person(f"{provider.code}.clerk")
        values = {name: row[name] for name in RESOURCE if name in row}
        values["code"] = self._code("SJ", provider)
        values["published_on"] = _day(row.get("published"))
        values["system"] = self.systems.get(row.get("system", ""))
        items = [
            {"name": name, "type": kind, "length": length or None, "is_key": key, "sensitivity": sensitivity}
            for name, kind, length, key, sensitivity in row["items"]
        ]
        made = data.register(provider, values, by=clerk, items=items)
        if row.get("pooled"):
            data.pool(made, by=person("catalog"), on=_day(row["pooled"]))

    def _code(self, letters: str, department: Department) -> str:
        key = f"{letters}-{department.code}"
        self._numbers[key] = self._numbers.get(key, 0) + 1
        return f"{department.jurisdiction.code}-{key}-{self._numbers[key]:03d}"


def _values(row: Entry) -> dict[str, Any]:
    """A system's fields as the service takes them."""
    values: dict[str, Any] = {name: row[name] for name in PLAIN & row.keys()}
    values |= {name: wan(row[name]) for name in AMOUNTS if name in row}
    return values | {field: _day(row[name]) for name, field in DAYS.items() if name in row}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
