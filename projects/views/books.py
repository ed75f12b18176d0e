"""The application book to take along, in every language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.documents.sending import choices, ordered, sent
from governance.queries.documents import office_template
from governance.states import DocumentKind
from projects.documents import application_book
from projects.views.record import found

FORMS = ("docx", "pdf")


@require_safe
def files(request: HttpRequest, number: str) -> HttpResponse:
    """Every language, every form."""
    application = found(request, number)
    context = {"application": application, "languages": choices("projects:book", [number], FORMS)}
    return render(request, "projects/book.html", context)


@require_safe
def file(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """The application book (申报书)."""
    application = found(request, number)
    order = ordered(request, form)
    template = office_template(DocumentKind.BOOK, application.round.jurisdiction_id, order.language)
    return sent(order, f"{number}-book", lambda: application_book(application, order.unit), template)
