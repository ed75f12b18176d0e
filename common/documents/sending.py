"""A document on its way out: which forms there are, in which language, and the answer that carries the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import get_language, override

from common.documents.paper import Paper
from common.documents.pdf import render_pdf
from common.documents.shipped import shipped
from common.documents.word import render_word
from common.documents.workbook import render_workbook
from common.exports import XLSX

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {"docx": WORD, "pdf": "application/pdf", "xlsx": XLSX}
DRAWINGS = {"docx": ("Word", "file-word"), "pdf": ("PDF", "file-type-pdf"), "xlsx": ("Excel", "file-spreadsheet")}


@dataclass(frozen=True)
class Order:
    """What was asked for: the form of the file, the language of its words, 元 or 万元."""

    form: str
    language: str
    unit: str


def ordered(request: HttpRequest, form: str) -> Order:
    """Read the order from the address: an unknown language is the reader's."""
    language = request.GET.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = get_language() or settings.LANGUAGE_CODE
    return Order(form, language, request.GET.get("unit", "") or request.session.get("money_unit", ""))


def rendered(paper: Paper, form: str, template: bytes | None = None) -> bytes:
    """The file in the language that is active; Word in the office's template, else in the one that ships."""
    if form == "docx":
        return render_word(template or shipped(paper.landscape, get_language() or "en"), paper)
    return render_pdf(paper) if form == "pdf" else render_workbook(paper)


def sent(order: Order, name: str, build: Callable[[], Paper], template: bytes | None = None) -> HttpResponse:
    """The document as a download, written in the language of the order."""
    with override(order.language):
        content = rendered(build(), order.form, template)
    return download(content, f"{name}.{order.form}", TYPES[order.form])


def download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file that no browser shows, guesses about or keeps."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, get_valid_filename(name)) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def choices(
    name: str, args: Sequence[Any], forms: tuple[str, ...]
) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """The languages, the reader's first: code, word, files (word, drawing, address; `name` with the form behind it)."""
    here = get_language()
    languages = sorted(settings.LANGUAGES, key=lambda one: one[0] != here)
    found = []
    for code, word in languages:
        files = [(*DRAWINGS[form], f"{reverse(f'{name}-{form}', args=args)}?language={code}") for form in forms]
        found.append((code, str(word), files))
    return found
