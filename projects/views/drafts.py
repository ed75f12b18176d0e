"""Beginning, changing and ending drafts; handing them to the leader and back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.errors import DomainError, Stale
from common.http import demand, posted, telling, version_seen, way_back, written
from projects.forms import ApplicationForm, CopyForm, NewForm
from projects.models import Application
from projects.services import drafts, submission
from projects.services.copying import copy_application
from projects.views.record import conflict, found, shown, unit_of


def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft."""
    demand(request.user, "projects.add_application")
    form = NewForm(posted(request), user=request.user)
    if form.is_valid():
        try:
            application = drafts.create_application(by=request.user, **form.cleaned_data)
            return redirect("projects:edit", application.number)
        except DomainError as error:
            form.add_error(None, str(error))
    earlier = Application.objects.visible_to(request.user).order_by("-number")[:20]
    context = {"form": form, "earlier": earlier, "rounds": form.fields["round"].queryset}
    return render(request, "projects/new.html", context, status=422 if form.errors else 200)


def edit(request: HttpRequest, number: str) -> HttpResponse:
    """The first page of the application as a form."""
    application = found(request, number)
    demand(request.user, "projects.change_application", application)
    form = ApplicationForm(
        posted(request), instance=found(request, number), user=request.user, unit=unit_of(request, application)
    )
    more: dict[str, Any] = {}
    if form.is_valid():
        try:
            drafts.update_header(application, form.cleaned_data, by=request.user, version=version_seen(request))
            messages.success(request, _("Saved."))
            return redirect("projects:detail", number)
        except Stale as error:
            more = conflict(form, application, error)
        except DomainError as error:
            form.add_error(None, str(error))
    status = 409 if more else 422 if form.errors else 200
    return shown(request, application, "projects/edit.html", status=status, form=form, **more)


def copy(request: HttpRequest, number: str) -> HttpResponse:
    """Begin a draft with what an earlier application said."""
    application = found(request, number)
    demand(request.user, "projects.change_application", application)
    form = CopyForm(posted(request), user=request.user, initial={"name": application.name})
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = copy_application(application, given["round"], name=given["name"], by=request.user)
            messages.success(request, _("Copied: check what has changed since."))
            return redirect("projects:detail", made.number)
        except DomainError as error:
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    return render(request, "projects/copy.html", {"application": application, "form": form}, status=status)


@require_POST
def delete(request: HttpRequest, number: str) -> HttpResponse:
    application = found(request, number)
    demand(request.user, "projects.change_application", application)
    try:
        drafts.delete_draft(application, by=request.user, version=version_seen(request))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("projects:detail", number)
    messages.success(request, _("The draft %(number)s is deleted.") % {"number": number})
    return redirect("projects:list")


@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    application = found(request, number)
    demand(request.user, "projects.withdraw_application", application)
    reason = written(request, "reason")
    with telling(request, _("The application is withdrawn.")):
        drafts.withdraw_draft(application, reason=reason, by=request.user, version=version_seen(request))
    return redirect("projects:detail", number)


@require_POST
def ask_sign_off(request: HttpRequest, number: str) -> HttpResponse:
    """Hand the draft to the leader; what is missing is listed on the first page."""
    application = found(request, number)
    demand(request.user, "projects.change_application", application)
    try:
        submission.ask_sign_off(application, by=request.user, version=version_seen(request))
    except DomainError as error:
        many = len(error.items)
        told = ngettext(
            "%(count)s thing is still missing: it is listed under “Checks”.",
            "%(count)s things are still missing: they are listed under “Checks”.",
            many,
        ) % {"count": many}
        messages.error(request, told if many else str(error))
        return redirect("projects:detail", number)
    messages.success(request, _("Handed to the leader for sign-off."))
    return redirect(way_back(request, application_page(application)))


def application_page(application: Application) -> str:
    return redirect("projects:detail", application.number).url


def sign_off(request: HttpRequest, number: str) -> HttpResponse:
    """What the leader signs, on one page that fits a phone."""
    application = found(request, number)
    demand(request.user, "projects.sign_off_application", application)
    lines = application.lines.order_by("-declared", "sequence")
    sections = {row.key: row.text for row in application.sections.filter(key__in=["necessity", "goals"])}
    return shown(request, application, "projects/sign_off.html", lines=lines, sections=sections)


@require_POST
def send_back(request: HttpRequest, number: str) -> HttpResponse:
    application = found(request, number)
    demand(request.user, "projects.sign_off_application", application)
    reason = written(request, "reason")
    with telling(request, _("Sent back to the clerk.")):
        submission.send_back(application, reason=reason, by=request.user, version=version_seen(request))
    return redirect("projects:detail", number)


@require_POST
def money_unit(request: HttpRequest) -> HttpResponse:
    """Show and type amounts in 元 or in 万元, on all pages, until the person signs out."""
    unit = request.POST.get("unit")
    if unit in {"wan", "yuan"}:
        request.session["money_unit"] = unit
    return redirect(way_back(request, "projects:list"))
