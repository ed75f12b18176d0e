"""Numbers and templates of official documents, for whoever writes them."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Model

from governance.models import DocumentNumber, DocumentTemplate
from governance.states import DocumentKind


def document_number(kind: DocumentKind, record: Model) -> str:
    """The number that the document about this record was given; empty before."""
    found = DocumentNumber.objects.filter(kind=kind, target_type=record._meta.label_lower, target_id=record.pk)
    return found.values_list("text", flat=True).first() or ""


def office_template(kind: DocumentKind, jurisdiction: int, language: str) -> bytes | None:
    """The office's own template in force, or None for the one that ships."""
    found = DocumentTemplate.objects.filter(kind=kind, jurisdiction=jurisdiction, language=language, is_current=True)
    template = found.first()
    return contents(template) if template else None


def template_name(kind: DocumentKind, jurisdiction: int, language: str) -> str:
    """The file name of the office's own template in force; empty where the one that ships counts."""
    found = DocumentTemplate.objects.filter(kind=kind, jurisdiction=jurisdiction, language=language, is_current=True)
    return found.values_list("filename", flat=True).first() or ""


def contents(template: DocumentTemplate) -> bytes:
    """The file itself."""
    with template.file.open("rb") as file:
        return bytes(file.read())


@dataclass(frozen=True)
class Place:
    """A document in one language: its own templates, newest first; without one in force the shipped one counts."""

    language: str
    word: str
    templates: list[DocumentTemplate]

    @property
    def current(self) -> DocumentTemplate | None:
        return next((template for template in self.templates if template.is_current), None)


@dataclass(frozen=True)
class Shelf:
    """One document with its places, a language each."""

    kind: str
    word: str
    places: list[Place]


def shelves(jurisdiction: int) -> list[Shelf]:
    """Every document in every language: one query."""
    rows = DocumentTemplate.objects.filter(jurisdiction=jurisdiction).select_related("uploaded_by", "tried_by")
    found: dict[tuple[str, str], list[DocumentTemplate]] = {}
    for row in rows.order_by("-pk"):
        found.setdefault((row.kind, row.language), []).append(row)
    return [
        Shelf(
            kind.value,
            str(kind.label),
            [Place(code, str(word), found.get((kind.value, code), [])) for code, word in settings.LANGUAGES],
        )
        for kind in DocumentKind
    ]
