"""What people keep about lists: one address for all lists, and back to where they were."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import DomainError
from common.http import way_back
from governance.models import SavedView
from governance.services import lists as services


@require_POST
def saved_view(request: HttpRequest) -> HttpResponse:
    """Save, rename or remove a view of one's own; `do` says which."""
    try:
        if request.POST.get("do") in {"rename", "remove"}:
            return redirect(_changed(request))
        sent = {name: request.POST.get(name, "") for name in ("page", "name", "query")}
        view = services.save_view(sent.pop("page"), **sent, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(way_back(request, "home"))
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return redirect(f"{_list(request)}?{view.query}{'&' if view.query else ''}saved={view.pk}")


def _changed(request: HttpRequest) -> str:
    chosen = request.POST.get("saved", "")
    pk = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else 0
    view = get_object_or_404(SavedView, pk=pk, user=request.user)
    if request.POST["do"] == "remove":
        services.remove_view(view, by=request.user)
        messages.success(request, _("The view “%(name)s” is removed.") % {"name": view.name})
        return _list(request)
    services.rename_view(view, request.POST.get("name", ""), by=request.user)
    messages.success(request, _("The view has its new name."))
    return way_back(request, "home")


def _list(request: HttpRequest) -> str:
    return way_back(request, "home").partition("?")[0]


@require_POST
def list_columns(request: HttpRequest) -> HttpResponse:
    """Remember which columns of a list are shown."""
    columns, is_dense = request.POST.getlist("columns"), "dense" in request.POST
    try:
        services.arrange_list(request.POST.get("page", ""), columns, is_dense=is_dense, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(way_back(request, "home"))
