"""Bringing a file of applications into a round: all of it, or nothing.

An imported application was accepted elsewhere: it stands under consolidation, with one functional
module that carries its whole amount. An unknown amount comes in as unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit
from common.errors import DomainError, demand
from common.money import ZERO
from common.tabular import Map, Mapped, Remark, apply_map, read_map, read_table, summary
from governance.models import Department, FundingSource, Round, User
from projects.models import Application, Line, LineSource
from projects.states import ApplicationKind, ApplicationStatus, LineKind
from reviews.models import AnnualList, ImportFile, Intake

NEEDED = {"number", "department_code", "name", "amount"}


@dataclass(frozen=True)
class Preview:
    """What a file would bring: nothing is written yet."""

    mapped: Mapped
    departments: tuple[str, ...]
    new_departments: tuple[str, ...]
    total: Decimal

    @property
    def is_clean(self) -> bool:
        return not self.mapped.errors


def preview(content: bytes, filename: str, map: Map, round: Round) -> Preview:
    """Read the file by the map and compare it with what stands in the round; every error by row and column."""
    demand({f.name for f in map.fields} >= NEEDED, _("The map must say where these are:"), items=sorted(NEEDED))
    demand("number" in map.key, _("The map's key must hold the number: no two rows share it."))
    mapped = apply_map(read_table(content, filename, encoding=map.encoding), map)
    _compare(mapped, round)
    known = set(Department.objects.filter(jurisdiction=round.jurisdiction_id).values_list("code", flat=True))
    codes = sorted({row["department_code"] for row in mapped.rows if row["department_code"]})
    total = sum((row["amount"] for row in mapped.rows if row["amount"] is not None), ZERO)
    return Preview(mapped, tuple(codes), tuple(code for code in codes if code not in known), total)


def _compare(mapped: Mapped, round: Round) -> None:
    numbers = {row["number"]: row["_row"] for row in mapped.rows if row["number"]}
    taken = Application.objects.filter(number__in=numbers).values_list("number", flat=True)
    mapped.errors += [
        Remark(numbers[n], "number", _("%(number)s stands in the register already.") % {"number": n}) for n in taken
    ]
    names: dict[str, str] = {}
    for row in mapped.rows:
        code, name = row["department_code"], row.get("department_name")
        if code and name and names.setdefault(code, name) != name:
            reason = _("The department %(code)s is called “%(name)s” in another row.") % {
                "code": code,
                "name": names[code],
            }
            mapped.errors.append(Remark(row["_row"], "department_name", reason))


@transaction.atomic
def import_applications(content: bytes, filename: str, map: Map, round: Round, *, by: User) -> Preview:
    """Write what `preview` shows. Refused as a whole, with row, column and reason, while one error stands."""
    round = Round.objects.locked(round.pk)
    locked = AnnualList.objects.filter(round=round, versions__isnull=False).exists()
    demand(not locked, _("The list of this round is locked: import into the next batch."))
    found = preview(content, filename, map, round)
    if not found.is_clean:
        raise DomainError(_("Nothing was imported:"), items=summary(found.mapped.errors))
    demand(found.mapped.rows, _("The file holds no row."))
    departments = _departments(found, round)
    source = FundingSource.objects.filter(jurisdiction=round.jurisdiction, is_active=True).order_by("code").first()
    demand(source is not None, _("The jurisdiction has no funding source yet: add one first."))
    now = timezone.now()
    applications = Application.objects.bulk_create(
        Application(
            number=row["number"],
            name=row["name"],
            round=round,
            department=departments[row["department_code"]],
            kind=row.get("kind") or ApplicationKind.NEW,
            ends_on=row.get("ends_on"),
            status=ApplicationStatus.CONSOLIDATION,
            drafter=by,
            submitted_at=now,
        )
        for row in found.mapped.rows
    )
    lines = Line.objects.bulk_create(
        Line(
            application=application,
            sequence=1,
            kind=LineKind.MODULE,
            name=row["name"],
            description=row.get("description") or "",
            declared=row["amount"],
        )
        for application, row in zip(applications, found.mapped.rows, strict=True)
    )
    LineSource.objects.bulk_create(
        LineSource(line=line, source=source, year=round.year, amount=line.declared)
        for line in lines
        if line.declared is not None
    )
    Intake.objects.bulk_create(Intake(application=a, accepted_at=now, accepted_by=by) for a in applications)
    audit.record(
        "applications.imported", round, by=by, file=filename, applications=len(applications),
        total=f"{found.total:.2f}", gaps=len(found.mapped.gaps),
    )  # fmt: skip
    return found


@transaction.atomic
def bring(round: Round, filename: str, content: bytes, map_text: str, *, by: User) -> ImportFile:
    """Keep a file to look at; refused when neither it nor its map can be read."""
    map = read_map(map_text)
    preview(content, filename, map, round)
    return ImportFile.objects.create(
        round=round, filename=filename[-255:], content=content, map_text=map_text, brought_by=by
    )


@transaction.atomic
def carry_out(file: ImportFile, *, by: User) -> Preview:
    """Write a file that was looked at; once."""
    file = ImportFile.objects.select_for_update(of=("self",)).select_related("round").get(pk=file.pk)
    demand(file.imported_at is None, _("This file was imported already."))
    found = import_applications(bytes(file.content), file.filename, read_map(file.map_text), file.round, by=by)
    file.imported_at, file.imported_by = timezone.now(), by
    file.save(update_fields=["imported_at", "imported_by"])
    return found


def _departments(found: Preview, round: Round) -> dict[str, Department]:
    names = {row["department_code"]: row.get("department_name") or row["department_code"] for row in found.mapped.rows}
    Department.objects.bulk_create(
        Department(jurisdiction=round.jurisdiction, code=code, name=names[code]) for code in found.new_departments
    )
    rows = Department.objects.filter(jurisdiction=round.jurisdiction, code__in=names)
    return {department.code: department for department in rows}
