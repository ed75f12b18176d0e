"""Jurisdictions, departments and funding sources."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from common.forms import attempt
from common.http import demand, posted
from governance.forms.organisation import DepartmentForm, FoundingForm, JurisdictionForm, SourceForm
from governance.models import Department, FundingSource, Jurisdiction
from governance.queries.organisation import department_tree, jurisdiction_tree
from governance.services import organisation


def organisation_page(request: HttpRequest) -> HttpResponse:
    """The tree of jurisdictions, and the departments of one of them (one's own, or `?jurisdiction=`)."""
    visible = Jurisdiction.objects.visible_to(request.user)
    own = _own(request)
    asked = request.GET.get("jurisdiction", "")
    pk = int(asked) if asked.isascii() and asked.isdigit() else (own.pk if own else 0)
    shown = get_object_or_404(visible, pk=pk) if pk else None
    user = request.user
    context = {
        "jurisdictions": jurisdiction_tree(own.pk) if own else [],
        "shown": shown,
        "departments": department_tree(shown.pk) if shown else [],
        "may_found": user.has_perm("governance.add_jurisdiction"),
        "may_change": shown and user.has_perm("governance.manage_jurisdiction", shown),
        "may_add": shown == own and user.has_perm("governance.add_department"),
    }
    return render(request, "governance/organisation.html", context)


def jurisdiction_new(request: HttpRequest) -> HttpResponse:
    """A jurisdiction below one's own, with its authority."""
    demand(request.user, "governance.add_jurisdiction")
    form = FoundingForm(posted(request), instance=Jurisdiction(parent=_own(request)))
    found = attempt(
        form,
        lambda: organisation.found_jurisdiction(form.save(commit=False), form.authority, by=request.user),
    )
    if found:
        messages.success(request, _("“%(name)s” is founded.") % {"name": found})
        return redirect("governance:organisation")
    return _form(request, form, _("New jurisdiction"))


def jurisdiction_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Jurisdiction.objects.visible_to(request.user), pk=pk)
    demand(request.user, "governance.manage_jurisdiction", row)
    form = JurisdictionForm(posted(request), instance=row)
    if attempt(form, lambda: organisation.change_jurisdiction(row, form.changes, by=request.user)):
        messages.success(request, _("The jurisdiction is changed."))
        return redirect("governance:organisation")
    return _form(request, form, _("Change jurisdiction"))


def department_new(request: HttpRequest) -> HttpResponse:
    demand(request.user, "governance.add_department")
    form = DepartmentForm(posted(request), instance=Department(jurisdiction=_own(request)))
    added = attempt(form, lambda: organisation.add_department(form.save(commit=False), by=request.user))
    if added:
        messages.success(request, _("“%(name)s” is added.") % {"name": added})
        return redirect("governance:organisation")
    return _form(request, form, _("New department"))


def department_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Department.objects.visible_to(request.user), pk=pk)
    demand(request.user, "governance.manage_department", row)
    form = DepartmentForm(posted(request), instance=row)
    if attempt(form, lambda: organisation.change_department(row, form.changes, by=request.user)):
        messages.success(request, _("The department is changed."))
        return redirect("governance:organisation")
    return _form(request, form, _("Change department"))


def source_list(request: HttpRequest) -> HttpResponse:
    rows = FundingSource.objects.visible_to(request.user).order_by("-is_active", "code")
    may = request.user.has_perm("governance.add_fundingsource")
    return render(request, "governance/sources.html", {"rows": rows, "may_manage": may})


def source_new(request: HttpRequest) -> HttpResponse:
    demand(request.user, "governance.add_fundingsource")
    form = SourceForm(posted(request), instance=FundingSource(jurisdiction=_own(request)))
    if attempt(form, lambda: organisation.add_source(form.save(commit=False), by=request.user)):
        messages.success(request, _("The funding source is added."))
        return redirect("governance:sources")
    return _form(request, form, _("New funding source"))


def source_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(FundingSource.objects.visible_to(request.user), pk=pk)
    demand(request.user, "governance.manage_fundingsource", row)
    form = SourceForm(posted(request), instance=row)
    if attempt(form, lambda: organisation.change_source(row, form.changes, by=request.user)):
        messages.success(request, _("The funding source is changed."))
        return redirect("governance:sources")
    return _form(request, form, _("Change funding source"))


def _own(request: HttpRequest) -> Jurisdiction | None:
    """Where the person acts."""
    acting = request.user.acting
    return acting.department.jurisdiction if acting else None


def _form(request: HttpRequest, form: Any, title: str) -> HttpResponse:
    back = "governance:sources" if isinstance(form, SourceForm) else "governance:organisation"
    context = {"form": form, "title": title, "back": back}
    return render(request, "governance/organisation_form.html", context, status=422 if form.is_bound else 200)
