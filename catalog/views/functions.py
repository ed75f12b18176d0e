"""Functions of a system: added, edited and removed by its keepers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from catalog.forms import FunctionForm
from catalog.models import System, SystemFunction
from catalog.services import functions as services
from catalog.views.systems import kept_system
from common.forms import attempt
from common.http import posted, telling


def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter one more function."""
    system = kept_system(request, pk)
    form = FunctionForm(posted(request), initial={"version": system.version})
    if attempt(form, lambda: services.add(system, form.values, by=request.user, version=form.seen)):
        return redirect("catalog:system-functions", pk=pk)
    return page(request, system, form)


def edit(request: HttpRequest, pk: int, function: int) -> HttpResponse:
    """Change a function."""
    system, row = kept_function(request, pk, function)
    form = FunctionForm(posted(request), instance=row, initial={"version": system.version})
    if attempt(form, lambda: services.edit(row, form.values, by=request.user, version=form.seen)):
        return redirect("catalog:system-functions", pk=pk)
    return page(request, system, form)


@require_POST
def remove(request: HttpRequest, pk: int, function: int) -> HttpResponse:
    """Take a function out."""
    _system, row = kept_function(request, pk, function)
    with telling(request, _("The function is removed.")):
        services.remove(row, by=request.user)
    return redirect("catalog:system-functions", pk=pk)


def kept_function(request: HttpRequest, pk: int, function: int) -> tuple[System, SystemFunction]:
    system = kept_system(request, pk)
    return system, get_object_or_404(system.functions, pk=function)


def page(request: HttpRequest, system: System, form: FunctionForm) -> HttpResponse:
    context = {"system": system, "form": form}
    return render(request, "catalog/function_form.html", context, status=422 if form.is_bound else 200)
