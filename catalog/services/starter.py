"""The function categories and the 26 shared capabilities that a city starts with."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Capability, FunctionCategory
from catalog.services import capabilities
from common.errors import demand
from governance.models import Department, Jurisdiction, User

FILE = Path(__file__).resolve().parent.parent / "data" / "starter.toml"
LINES = ("built_centrally", "services_offered", "department_builds", "not_separately", "prerequisites")
WORDS = ("name", "kind", "status", "access_mode", "resource", "keywords")


@transaction.atomic
def load(jurisdiction: Jurisdiction, *, by: User | None = None) -> list[Capability]:
    """Publish what the jurisdiction's catalog does not have yet; entries that are there stay as they are.

    The authority provides them all. Returns the new entries; a second run returns none.
    """
    demand(jurisdiction.authority, _("Name the big-data authority of the jurisdiction first."))
    load_categories(content()["category"])
    there = set(Capability.objects.filter(jurisdiction=jurisdiction).values_list("code", flat=True))
    missing = [entry for entry in content()["capability"] if code_of(jurisdiction, entry) not in there]
    return [publish(jurisdiction, entry, by=by) for entry in missing]


@cache
def content() -> dict[str, Any]:
    """Categories and capabilities as the file has them."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def load_categories(groups: list[dict[str, Any]]) -> dict[str, FunctionCategory]:
    """The category tree by code; what is there already keeps its name."""
    found: dict[str, FunctionCategory] = {}
    for group in groups:
        top = _category(group["code"], group["name"], None)
        found[top.code] = top
        for number, name in enumerate(group["leaves"], start=1):
            leaf = _category(f"{group['code']}.{number:02d}", name, top)
            found[leaf.code] = leaf
    return found


def code_of(jurisdiction: Jurisdiction, entry: dict[str, Any]) -> str:
    """Codes are unique in the whole installation, which may hold several jurisdictions."""
    return f"{jurisdiction.code}-NL{entry['number']:03d}"


def _category(code: str, name: str, parent: FunctionCategory | None) -> FunctionCategory:
    return FunctionCategory.objects.get_or_create(code=code, defaults={"name": name, "parent": parent})[0]


def publish(
    jurisdiction: Jurisdiction, entry: dict[str, Any], *, by: User | None, provider: Department | None = None
) -> Capability:
    """Publish an entry in the shape of the file: lists are one thing a line; the authority provides unless named."""
    categories = FunctionCategory.objects.in_bulk(entry["categories"], field_name="code")
    values = {
        "code": code_of(jurisdiction, entry),
        "provider": provider or jurisdiction.authority,
        "level": jurisdiction.level,
        "categories": [categories[code] for code in entry["categories"]],
        **{name: entry[name] for name in WORDS},
        **{name: "\n".join(entry[name]) for name in LINES},
    }
    return capabilities.publish(jurisdiction, values, by=by)
