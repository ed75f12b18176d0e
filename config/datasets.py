"""The datasets that the product brings along, and any file with a map: into an empty register if need be."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.services.importing import import_capabilities, import_capability_systems
from common.errors import DomainError, demand
from common.tabular import Mapped, apply_map, read_map, read_table
from governance.models import Department, FundingSource, Jurisdiction, Round, User
from governance.states import DepartmentKind, RoundStatus
from reviews.services.importing import Preview, import_applications

FOLDER = settings.BASE_DIR / "datasets"
IMPORTER = "importer"


def names() -> list[str]:
    """The bundled datasets."""
    return sorted(path.parent.name for path in FOLDER.glob("*/dataset.toml"))


@transaction.atomic
def import_bundled(name: str, *, by: User | None = None) -> str:
    """Bring a bundled dataset in, with the jurisdiction, authority and round that its map describes.

    Returns a sentence about what came in.
    """
    folder = FOLDER / name
    demand(name in names(), _("There is no such dataset; there are:"), items=names())
    map = read_map((folder / "dataset.toml").read_text())
    facts, by = map.facts, by or importer()
    jurisdiction, authority = _place(facts)
    content = (folder / facts["file"]).read_bytes()
    if facts["kind"] == "applications":
        return applications_told(import_applications(content, facts["file"], map, _round(facts, jurisdiction), by=by))
    mapped = apply_map(read_table(content, facts["file"], encoding=map.encoding), map)
    prefix = facts["code_prefix"]
    if facts["kind"] == "capabilities":
        count = import_capabilities(mapped, jurisdiction, by=by, prefix=prefix, providers=_providers(folder, facts))
        return _("%(count)s capabilities came in; %(gaps)s cells were empty.") % {
            "count": count,
            "gaps": len(mapped.gaps),
        }
    return _systems_told(
        import_capability_systems(mapped, jurisdiction, by=by, prefix=prefix, provider=authority), mapped
    )


def import_file(path: Path, map_path: Path, round: Round, *, by: User | None = None) -> str:
    """Bring a city's own file of applications into one of its rounds."""
    try:
        content, text = path.read_bytes(), map_path.read_text()
    except OSError as error:
        raise DomainError(_("A file cannot be read: %(error)s") % {"error": error}) from error
    return applications_told(import_applications(content, path.name, read_map(text), round, by=by or importer()))


def importer() -> User:
    """Who an import without a person is put down to: an account that nobody can sign in with."""
    user, created = User.objects.get_or_create(
        username=IMPORTER, defaults={"display_name": _("Import"), "is_active": False}
    )
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def applications_told(found: Preview) -> str:
    return _(
        "%(count)s applications of %(departments)s departments came in, %(total)s in all; %(unknown)s of unknown amount."
    ) % {
        "count": len(found.mapped.rows),
        "departments": len(found.departments),
        "total": f"{found.total:,.2f}",
        "unknown": sum(row["amount"] is None for row in found.mapped.rows),
    }


def _systems_told(counts: tuple[int, int], mapped: Mapped) -> str:
    capabilities, systems = counts
    return _("%(capabilities)s capabilities and %(systems)s systems came in; %(gaps)s cells were empty.") % {
        "capabilities": capabilities,
        "systems": systems,
        "gaps": len(mapped.gaps),
    }


def _place(facts: Mapping[str, Any]) -> tuple[Jurisdiction, Department]:
    place, seat = facts["jurisdiction"], facts["authority"]
    jurisdiction, _created = Jurisdiction.objects.get_or_create(code=place["code"], defaults=place)
    authority, _created = Department.objects.get_or_create(
        jurisdiction=jurisdiction, code=seat["code"], defaults={"name": seat["name"], "kind": DepartmentKind.AUTHORITY}
    )
    if jurisdiction.authority_id is None:
        jurisdiction.authority = authority
        jurisdiction.save(update_fields=["authority"])
    return jurisdiction, authority


def _round(facts: Mapping[str, Any], jurisdiction: Jurisdiction) -> Round:
    spec, source = facts["round"], facts["source"]
    FundingSource.objects.get_or_create(
        jurisdiction=jurisdiction, code=source["code"], defaults={"name": source["name"]}
    )
    round, _created = Round.objects.get_or_create(
        jurisdiction=jurisdiction,
        year=spec["year"],
        batch=spec["batch"],
        defaults={"name": spec["name"], "status": RoundStatus.CLOSED},
    )
    return round


def _providers(folder: Path, facts: Mapping[str, Any]) -> dict[str, str]:
    spec = facts["providers"]
    with (folder / spec["file"]).open(encoding="utf-8-sig", newline="") as file:
        return {row[spec["code"]]: row[spec["name"]] for row in csv.DictReader(file)}
