"""Word templates of official documents: what is in force, what was brought, and the ones that ship."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.documents.sending import WORD, download
from common.documents.shipped import shipped
from common.forms import attempt
from common.http import demand, sent_file, telling
from governance.forms.documents import TemplateForm
from governance.models import DocumentTemplate
from governance.queries.documents import shelves
from governance.services import documents
from governance.states import DocumentKind

WIDE = frozenset({DocumentKind.LIST, DocumentKind.PACK})


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    """Every document in every language, with its templates."""
    demand(request.user, "governance.add_documenttemplate")
    return _page(request, TemplateForm(initial={"language": request.LANGUAGE_CODE}))


def _page(request: HttpRequest, form: TemplateForm, status: int = 200) -> HttpResponse:
    rows = shelves(request.user.acting.department.jurisdiction_id)
    own = [template for row in rows for place in row.places for template in place.templates]
    context = {"shelves": rows, "own": own, "form": form, "languages": settings.LANGUAGES}
    return render(request, "governance/document_templates.html", context, status=status)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Bring a template; what it may not contain is said above the form."""
    demand(request.user, "governance.add_documenttemplate")
    form = TemplateForm(request.POST, request.FILES)

    def verb() -> DocumentTemplate:
        data = form.cleaned_data
        return documents.upload_template(
            request.user.acting.department.jurisdiction,
            data["kind"],
            data["language"],
            data["file"].name,
            data["file"].read(),
            by=request.user,
        )

    made = attempt(form, verb)
    if made is None:
        return _page(request, form, 422)
    messages.success(request, _("The template is here. Try it on a record, then put it in force."))
    return redirect("try-template", made.pk)


def _found(request: HttpRequest, pk: int) -> DocumentTemplate:
    return get_object_or_404(DocumentTemplate.objects.visible_to(request.user), pk=pk)


@require_safe
def own_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A template that an office brought."""
    template = _found(request, pk)
    return sent_file(template.file, name=template.filename, content_type=WORD)


@require_safe
def shipped_file(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """The template that ships."""
    demand(request.user, "governance.add_documenttemplate")
    if kind not in DocumentKind.values or language not in dict(settings.LANGUAGES):
        raise Http404
    return download(shipped(DocumentKind(kind) in WIDE, language), f"{kind}-{language}.docx", WORD)


def _do(request: HttpRequest, pk: int, done: str, verb: Callable[..., Any]) -> HttpResponse:
    template = _found(request, pk)
    demand(request.user, "governance.manage_documenttemplate", template)
    with telling(request, done):
        verb(template, by=request.user)
    return redirect("governance:document-templates")


@require_POST
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a template in force."""
    return _do(request, pk, _("The template is in force."), documents.activate_template)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Go back to the template that ships."""
    done = _("The template is out of force: the one that ships counts again.")
    return _do(request, pk, done, documents.withdraw_template)
