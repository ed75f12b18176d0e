"""The papers of an application: chapters, bases, systems that it names, data that its lines use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import DataResource, System
from common.errors import DomainError, demand
from governance.models import User
from projects.models import Application, ApplicationBasis, ApplicationSection, ApplicationSystem, Line, LineData
from projects.services.editing import assigned, cleaned, noted, opened
from projects.states import DataAccess, SectionKey, SystemPart

T = TypeVar("T")
BASIS = frozenset({"document", "number", "level", "clause"})


@transaction.atomic
def write_sections(
    application: Application, texts: Mapping[str, str], *, by: User, version: int | None = None
) -> Application:
    """Write chapters by their keys; an empty text takes the chapter away, a key left out stays."""
    application = opened(application, by=by, version=version)
    unknown = set(texts) - set(SectionKey.values)
    demand(not unknown, _("There is no such chapter:"), items=sorted(unknown))
    stored = {section.key: section for section in application.sections.filter(key__in=texts)}
    moved = [key for key, text in texts.items() if text.strip() != (stored[key].text if key in stored else "")]
    for key in moved:
        if key in stored:
            _rewrite(stored[key], texts[key].strip())
    ApplicationSection.objects.bulk_create(
        ApplicationSection(application=application, key=key, text=texts[key].strip())
        for key in moved
        if key not in stored
    )
    return noted(application, "sections.written", by=by, chapters=moved) if moved else application


def _rewrite(section: ApplicationSection, text: str) -> None:
    if text:
        section.text = text
        section.save(update_fields=["text"])
    else:
        section.delete()


@transaction.atomic
def add_basis(
    application: Application, fields: Mapping[str, Any], *, by: User, version: int | None = None
) -> ApplicationBasis:
    """Name a document on which the application rests."""
    application = opened(application, by=by, version=version)
    basis = ApplicationBasis(application=application)
    assigned(basis, dict(fields), BASIS)
    cleaned(basis, exclude={"application"})
    basis.save()
    noted(application, "basis.added", by=by, document=basis.document, number=basis.number)
    return basis


@transaction.atomic
def update_basis(
    basis: ApplicationBasis, fields: Mapping[str, Any], *, by: User, version: int | None = None
) -> ApplicationBasis:
    """Correct what is said about such a document."""
    application = opened(basis.application, by=by, version=version)
    basis = _still(application.bases.filter(pk=basis.pk).first())
    moved = assigned(basis, dict(fields), BASIS)
    if moved:
        cleaned(basis, exclude={"application"})
        basis.save()
        noted(application, "basis.changed", by=by, document=basis.document, changes=moved)
    return basis


@transaction.atomic
def remove_basis(basis: ApplicationBasis, *, by: User, version: int | None = None) -> Application:
    """Take such a document away."""
    application = opened(basis.application, by=by, version=version)
    basis = _still(application.bases.filter(pk=basis.pk).first())
    basis.delete()
    return noted(application, "basis.removed", by=by, document=basis.document)


@transaction.atomic
def name_system(
    application: Application, system: System, part: str, *, by: User, version: int | None = None
) -> ApplicationSystem:
    """Name a system that the application starts from, absorbs, replaces or retires.

    Only the owner's own application says that a system goes away.
    """
    application = opened(application, by=by, version=version)
    demand(part in SystemPart.values, _("A system is named as current, absorbed, replaced or retired."))
    demand(
        part == SystemPart.CURRENT or system.owner_id == application.department_id,
        _("“%(system)s” belongs to another department: only its owner has it absorbed, replaced or retired.")
        % {"system": system},
    )
    link, is_new = ApplicationSystem.objects.get_or_create(application=application, system=system, part=part)
    if is_new:
        noted(application, "system.named", by=by, system=system.code, name=system.name, part=part)
    return link


@transaction.atomic
def unname_system(link: ApplicationSystem, *, by: User, version: int | None = None) -> Application:
    """The application no longer names the system."""
    application = opened(link.application, by=by, version=version)
    link = _still(application.system_links.select_related("system").filter(pk=link.pk).first())
    link.delete()
    return noted(application, "system.unnamed", by=by, system=link.system.code, part=link.part)


@transaction.atomic
def link_data(line: Line, resource: DataResource, access: str, *, by: User, version: int | None = None) -> LineData:
    """Say that a line reads or writes a data resource of the catalogue."""
    application = opened(line.application, by=by, version=version)
    line = _still(application.lines.filter(pk=line.pk).first())
    demand(access in DataAccess.values, _("Data is read or written."))
    link, is_new = LineData.objects.get_or_create(line=line, resource=resource, access=access)
    if is_new:
        noted(application, "data.linked", by=by, line=line.sequence, resource=resource.code, access=access)
    return link


@transaction.atomic
def unlink_data(link: LineData, *, by: User, version: int | None = None) -> Application:
    """The line no longer uses the data resource."""
    application = opened(link.line.application, by=by, version=version)
    found = LineData.objects.filter(pk=link.pk, line__application=application)
    link = _still(found.select_related("line", "resource").first())
    link.delete()
    return noted(application, "data.unlinked", by=by, line=link.line.sequence, resource=link.resource.code)


def _still(record: T | None) -> T:
    if record is None:
        raise DomainError(_("This entry is gone: reload the page."))
    return record
