"""Trying a Word template on a real record before it is put in force: only here all documents are in sight."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods
from docx import Document
from docx.table import Table

from common.documents.sending import WORD, download
from common.documents.word import render_word
from common.errors import DomainError
from config.trials.records import RECORDS, Record
from governance.models import DocumentTemplate
from governance.queries.documents import contents
from governance.services.documents import mark_tried
from governance.states import DocumentKind

SHOWN = 200  # paragraphs and rows of the result that the page shows


class TrialForm(forms.Form):
    """The record to try it on."""

    record = forms.CharField(max_length=60)

    def __init__(self, *args: Any, label: str | Promise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["record"].label = label


@require_http_methods(["GET", "HEAD", "POST"])
def try_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill the template in with a record in sight; the result, or what is wrong and where, stands on the page."""
    template = get_object_or_404(DocumentTemplate.objects.visible_to(request.user), pk=pk)
    record = RECORDS[DocumentKind(template.kind)]
    form = TrialForm(request.POST or None, label=record.label)
    context: dict[str, Any] = {"template": template, "form": form}
    if form.is_valid():
        name = form.cleaned_data["record"].strip()
        try:
            content = _filled_in(template, record.find(name, request.user), record)
            if "download" in request.POST:
                return download(content, f"{template.kind}-{name}.docx", WORD)
            context["template"] = mark_tried(template, name, by=request.user)
            context["lines"] = list(_words(content))[:SHOWN]
            messages.success(request, _("The template holds: look at the result, then put it in force."))
        except DomainError as error:
            form.add_error(None, str(error))
    return render(request, "config/try_template.html", context, status=422 if form.errors else 200)


def _filled_in(template: DocumentTemplate, record: Any, kind: Record) -> bytes:
    with override(template.language):
        return render_word(contents(template), kind.paper(record))


def _words(content: bytes) -> Iterator[tuple[str, list[str]]]:
    """The result in the order of the page: paragraphs, and rows of tables."""
    for block in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield "", [cell.text for cell in row.cells]
        elif block.text.strip():
            yield block.text, []
