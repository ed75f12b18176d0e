"""Trying a Word template on a real record before it is put in force: only here all documents are in sight."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods
from docx import Document
from docx.table import Table

from common.documents.paper import Paper
from common.documents.sending import WORD, download
from common.documents.word import render_word
from common.errors import DomainError, demand
from governance.models import DocumentTemplate, Round, User
from governance.queries.documents import contents
from governance.services.documents import mark_tried
from governance.states import DocumentKind
from projects.documents import application_book
from projects.models import Application
from reviews.documents.annual_list import list_paper
from reviews.documents.notice import notice_paper
from reviews.documents.pack import pack_paper
from reviews.models import AnnualList
from reviews.queries.overview import notice
from reviews.queries.pack import pack_of

SHOWN = 200  # paragraphs and rows of the result that the page shows


@dataclass(frozen=True)
class Record:
    """What a document is about: how it is named in the form, and how its document is made."""

    label: str | Promise
    find: Callable[[str, User], Any]
    paper: Callable[[Any], Paper]


def _application(number: str, user: User) -> Application:
    rows = Application.objects.visible_to(user).select_related(
        "department", "round__jurisdiction__authority", "determined__determination", "project"
    )
    found = rows.filter(number=number).first()
    demand(found, _("There is no application “%(number)s” that you may see.") % {"number": number})
    assert found is not None
    return found


def _list(code: str, user: User) -> AnnualList:
    found = AnnualList.objects.visible_to(user).select_related("round__jurisdiction__authority")
    row = next((row for row in found if str(row.round) == code or _code(row.round) == code), None)
    demand(row, _("There is no list of the round “%(round)s” that you may see.") % {"round": code})
    assert row is not None
    return row


def _round(code: str, user: User) -> Round:
    place = user.acting.department.jurisdiction_id if user.acting else None
    rounds = Round.objects.filter(jurisdiction=place).select_related("jurisdiction__authority")
    row = next((row for row in rounds if _code(row) == code and user.has_perm("reviews.consolidate_round", row)), None)
    demand(row, _("There is no round “%(round)s” whose acts you decide on.") % {"round": code})
    assert row is not None
    return row


def _code(round: Round) -> str:
    """2027-1: year and batch."""
    return f"{round.year}-{round.batch}"


NUMBER, ROUND = gettext_lazy("number of an application"), gettext_lazy("round, as in 2027-1")
RECORDS = {
    DocumentKind.NOTICE: Record(NUMBER, _application, lambda record: notice_paper(notice(record))),
    DocumentKind.BOOK: Record(NUMBER, _application, application_book),
    DocumentKind.PACK: Record(ROUND, _round, lambda record: pack_paper(pack_of(record))),
    DocumentKind.LIST: Record(ROUND, _list, list_paper),
}


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
