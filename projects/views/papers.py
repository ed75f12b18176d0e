"""Chapters, bases, systems named, data used, files: each added and taken away by itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.errors import DomainError, Stale
from common.http import demand, posted, sent_file, telling, version_seen
from projects.forms import AttachmentForm, BasisForm, DataForm, SectionsForm, SystemForm
from projects.models import Application, Attachment, LineData
from projects.services import attachments, papers
from projects.states import SectionKey
from projects.views.record import found, shown


def sections(request: HttpRequest, number: str) -> HttpResponse:
    """All chapters as one form; `?only=` one of them."""
    application = found(request, number)
    demand(request.user, "projects.change_application", application)
    texts = dict(application.sections.values_list("key", "text"))
    only = request.GET.get("only", "")
    keys = [only] if only in SectionKey.values else SectionKey.values
    form = SectionsForm(posted(request), texts=texts, keys=keys)
    more: dict[str, Any] = {}
    if form.is_valid():
        try:
            sent = {key: text for key, text in form.cleaned_data.items() if key in request.POST}
            papers.write_sections(application, sent, by=request.user, version=version_seen(request))
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('projects:documents', args=[number])}#{only}")
        except Stale as error:
            typed = [(key, form.cleaned_data[key]) for key in keys if form.cleaned_data[key] != texts.get(key, "")]
            rows = [{"label": SectionKey(key).label, "theirs": texts.get(key, ""), "mine": text} for key, text in typed]
            more = {"conflict": {"sentence": str(error), "rows": rows}}
        except DomainError as error:
            form.add_error(None, str(error))
    status = 409 if more else 422 if form.errors else 200
    return shown(request, application, "projects/sections.html", status=status, tab="documents", form=form, **more)


def _first_error(form: forms.BaseForm) -> str:
    name, found_errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return f"{label}: {found_errors[0]}" if label else str(found_errors[0])


def _add(request: HttpRequest, number: str, form: Any, call: Any, tab: str, done: Any) -> HttpResponse:
    """Call the service with a valid form, or say what is wrong; back to the tab."""
    if form.is_valid():
        with telling(request, done):
            call(form.cleaned_data, by=request.user, version=version_seen(request))
    else:
        messages.error(request, _first_error(form))
    return redirect(f"projects:{tab}", number)


def _for_change(request: HttpRequest, number: str) -> Application:
    application = found(request, number)
    demand(request.user, "projects.change_application", application)
    return application


@require_POST
def add_basis(request: HttpRequest, number: str) -> HttpResponse:
    application = _for_change(request, number)

    def call(given: dict[str, Any], **order: Any) -> None:
        papers.add_basis(application, given, **order)

    return _add(request, number, BasisForm(request.POST), call, "documents", _("Basis added."))


@require_POST
def remove_basis(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    application = _for_change(request, number)
    basis = get_object_or_404(application.bases, pk=pk)
    with telling(request, _("Basis removed.")):
        papers.remove_basis(basis, by=request.user, version=version_seen(request))
    return redirect("projects:documents", number)


@require_POST
def name_system(request: HttpRequest, number: str) -> HttpResponse:
    application = _for_change(request, number)

    def call(given: dict[str, Any], **order: Any) -> None:
        papers.name_system(application, given["system"], given["part"], **order)

    form = SystemForm(request.POST, user=request.user)
    return _add(request, number, form, call, "detail", _("System named."))


@require_POST
def unname_system(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    application = _for_change(request, number)
    link = get_object_or_404(application.system_links, pk=pk)
    with telling(request, _("System no longer named.")):
        papers.unname_system(link, by=request.user, version=version_seen(request))
    return redirect("projects:detail", number)


@require_POST
def link_data(request: HttpRequest, number: str) -> HttpResponse:
    application = _for_change(request, number)

    def call(given: dict[str, Any], **order: Any) -> None:
        papers.link_data(given["line"], given["resource"], given["access"], **order)

    form = DataForm(request.POST, user=request.user, application=application)
    return _add(request, number, form, call, "data", _("Data resource linked."))


@require_POST
def unlink_data(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    application = _for_change(request, number)
    link = get_object_or_404(LineData, pk=pk, line__application=application)
    with telling(request, _("Data resource no longer linked.")):
        papers.unlink_data(link, by=request.user, version=version_seen(request))
    return redirect("projects:data", number)


@require_POST
def attach(request: HttpRequest, number: str) -> HttpResponse:
    application = _for_change(request, number)

    def call(given: dict[str, Any], **order: Any) -> None:
        attachments.attach(application, given["file"], title=given["title"], **order)

    form = AttachmentForm(request.POST, request.FILES)
    return _add(request, number, form, call, "documents", _("File attached."))


@require_POST
def remove_attachment(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    application = _for_change(request, number)
    attachment = get_object_or_404(application.attachments, pk=pk)
    with telling(request, _("File removed.")):
        attachments.remove_attachment(attachment, by=request.user, version=version_seen(request))
    return redirect("projects:documents", number)


@require_GET
def download(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """The file itself, to those who see the application; always as a download, never shown in the page."""
    rows = Attachment.objects.visible_to(request.user).filter(application__number=number)
    found_file = get_object_or_404(rows, pk=pk)
    return sent_file(found_file.file, name=found_file.filename, content_type=found_file.content_type)
