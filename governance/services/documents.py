"""Numbers of official documents, and the offices' own Word templates."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit
from common.documents.container import demand_word
from common.errors import demand
from common.numbering import next_numbers
from governance.models import DocumentNumber, DocumentTemplate, Jurisdiction, User
from governance.services.records import check
from governance.states import DocumentKind


@transaction.atomic
def give_numbers(
    kind: DocumentKind, jurisdiction: Jurisdiction, records: Sequence[Model], *, by: User
) -> list[DocumentNumber]:
    """Number the documents about these records in their order, this year's count, without gaps.

    A record that has a number keeps it, whatever is decided again. Returns the new ones.
    """
    if not records:
        return []
    label = records[0]._meta.label_lower
    named = DocumentNumber.objects.filter(kind=kind, target_type=label)
    had = set(named.filter(target_id__in=[record.pk for record in records]).values_list("target_id", flat=True))
    new = [record for record in records if record.pk not in had]
    if not new:
        return []
    year = timezone.localdate().year
    numbers = next_numbers(f"document:{kind}:{jurisdiction.pk}:{year}", len(new))
    return DocumentNumber.objects.bulk_create(
        DocumentNumber(
            jurisdiction=jurisdiction,
            kind=kind,
            year=year,
            number=number,
            text=number_words(kind, jurisdiction, year, number),
            target_type=label,
            target_id=record.pk,
            given_by=by,
        )
        for number, record in zip(numbers, new, strict=True)
    )


LETTERS = {DocumentKind.NOTICE: "CZ", DocumentKind.BOOK: "SB", DocumentKind.PACK: "HS", DocumentKind.LIST: "QD"}


def number_words(kind: DocumentKind, jurisdiction: Jurisdiction, year: int, number: int) -> str:
    """江数统〔2027〕118号 where the authority has a mark, else letters as records have them: CZ2027-0118."""
    authority = jurisdiction.authority
    if authority and authority.document_mark:
        return f"{authority.document_mark}〔{year}〕{number}号"
    place = f"{jurisdiction.code}-" if jurisdiction.parent_id else ""
    return f"{place}{LETTERS[kind]}{year}-{number:04d}"


@transaction.atomic
def upload_template(
    jurisdiction: Jurisdiction, kind: str, language: str, filename: str, data: bytes, *, by: User
) -> DocumentTemplate:
    """Keep an office's own template; it is not in force yet.

    Refused: what is no plain Word document (macros, objects, links to elsewhere, too large), the same file twice.
    """
    demand_word(data)
    template = DocumentTemplate(
        jurisdiction=jurisdiction,
        kind=kind,
        language=language,
        filename=filename[-200:],
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by=by,
    )
    template.file.save(filename, ContentFile(data), save=False)
    try:
        check(template)
        template.save()
        audit.record("documenttemplate.uploaded", template, by=by, sha256=template.sha256)
    except BaseException:
        if name := template.file.name:
            template.file.storage.delete(name)
        raise
    return template


@transaction.atomic
def mark_tried(template: DocumentTemplate, record: str, *, by: User) -> DocumentTemplate:
    """Note that the template was filled in with a real record and held."""
    template = DocumentTemplate.objects.locked(template.pk)
    template.tried_at, template.tried_by = timezone.now(), by
    template.save(update_fields=["tried_at", "tried_by"])
    audit.record("documenttemplate.tried", template, by=by, on_record=record)
    return template


@transaction.atomic
def activate_template(template: DocumentTemplate, *, by: User) -> DocumentTemplate:
    """Put the template in force in the place of the one before it.

    Refused until it was tried on a record.
    """
    template = DocumentTemplate.objects.locked(template.pk)
    demand(template.tried_at, _("Try the template on a record first: then put it in force."))
    if template.is_current:
        return template
    _beside(template).update(is_current=False)
    template.is_current = True
    template.save(update_fields=["is_current"])
    audit.record("documenttemplate.activated", template, by=by, sha256=template.sha256)
    return template


@transaction.atomic
def withdraw_template(template: DocumentTemplate, *, by: User) -> DocumentTemplate:
    """Take the template out of force: documents are written into the one that ships again."""
    template = DocumentTemplate.objects.locked(template.pk)
    demand(template.is_current, _("This template is not in force."))
    template.is_current = False
    template.save(update_fields=["is_current"])
    audit.record("documenttemplate.withdrawn", template, by=by, sha256=template.sha256)
    return template


def _beside(template: DocumentTemplate) -> Any:
    """All templates of the same document and language."""
    return DocumentTemplate.objects.filter(
        jurisdiction=template.jurisdiction_id, kind=template.kind, language=template.language
    )
