"""Capability requests: the list, one with its verbs, asking for a capability, who uses it, and its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Capability
from catalog.views.lists import FilteredList
from common.errors import DomainError
from common.forms import attempt
from common.http import demand, posted, telling, version_seen, way_back, written
from reviews.filters import CapabilityRequestFilter
from reviews.forms.requests import AskForm, QuotaForm, ReasonForm
from reviews.models import CapabilityRequest
from reviews.queries.capacity import capacity_of, saved_by, uses
from reviews.services import requests, retiring

Verb = Callable[..., CapabilityRequest]


class RequestList(FilteredList):
    """The requests in sight, the newest first."""

    model = CapabilityRequest
    template_name = "reviews/requests/list.html"
    filterset_class = CapabilityRequestFilter
    ordering = "-pk"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        demand(request.user, "reviews.list_capabilityrequests")
        return super().dispatch(request, *args, **kwargs)

    def scope(self) -> Any:
        return super().scope().loaded()


def _found(request: HttpRequest, pk: int) -> CapabilityRequest:
    """The request in sight, or 404."""
    rows = CapabilityRequest.objects.visible_to(request.user).loaded()
    return get_object_or_404(rows.select_related("department__jurisdiction", "capability__jurisdiction"), pk=pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: who asks for what, how much is free, and what may be done."""
    found = _found(request, pk)
    context = {
        "found": found,
        "capacity": capacity_of(found.capability),
        "may_decide": found.is_asked and request.user.has_perm("reviews.decide_capabilityrequest", found),
        "may_end": found.is_open and request.user.has_perm("reviews.end_capabilityrequest", found),
        "may_open": found.application and request.user.has_perm("projects.view_application", found.application),
        "may_read_act": found.act and request.user.has_perm("reviews.view_act", found.act),
        "form": QuotaForm(initial={"quota": found.quota}, auto_id="grant_%s"),
    }
    return render(request, "reviews/requests/detail.html", context)


def _do(request: HttpRequest, pk: int, permission: str, done: str, verb: Verb, form: forms.Form) -> HttpResponse:
    """Find, demand, do what the form says, tell, and back to the page."""
    found = _found(request, pk)
    demand(request.user, permission, found)
    with telling(request, done):
        if not form.is_valid():
            raise DomainError(" ".join(error for errors in form.errors.values() for error in errors))
        verb(found, by=request.user, version=version_seen(request), **form.cleaned_data)
    return redirect(way_back(request, reverse("reviews:capability-request", args=[pk])))


@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """As much as the form says may be used."""
    form = QuotaForm(request.POST)
    return _do(request, pk, "reviews.decide_capabilityrequest", _("The use is granted."), requests.grant, form)


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """The use is refused, for a reason."""
    form = ReasonForm(request.POST)
    return _do(request, pk, "reviews.decide_capabilityrequest", _("The request is refused."), requests.refuse, form)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not needed any more."""
    form = ReasonForm(request.POST)
    return _do(request, pk, "reviews.end_capabilityrequest", _("The request is ended."), requests.end, form)


def _capability(request: HttpRequest, pk: int) -> Capability:
    return get_object_or_404(Capability.objects.visible_to(request.user), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """A clerk asks for the capability."""
    capability = _capability(request, pk)
    demand(request.user, "reviews.add_capabilityrequest", capability)
    form = AskForm(posted(request), user=request.user)
    if request.method == "POST":
        made = attempt(form, lambda: requests.ask(capability, by=request.user, **form.cleaned_data))
        if made:
            messages.success(request, _("Asked for: the catalog manager grants or refuses it."))
            return redirect("reviews:capability-request", made.pk)
    context = {"capability": capability, "form": form, "capacity": capacity_of(capability)}
    return render(request, "reviews/requests/ask.html", context, status=422 if form.errors else 200)


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """The capability ends: nobody waits for it or uses it any more."""
    capability = _capability(request, pk)
    demand(request.user, "catalog.manage_capability", capability)
    with telling(request, _("The capability is retired.")):
        reason = written(request, "reason")
        retiring.retire(capability, by=request.user, reason=reason, version=version_seen(request))
    return redirect("catalog:capability", pk=pk)


@require_safe
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """Who uses the capability: a part of its page, and a page of its own."""
    capability = _capability(request, pk)
    may_ask = request.user.has_perm("reviews.add_capabilityrequest", capability) and capability.takes_requests
    context = {
        "capability": capability,
        "capacity": capacity_of(capability),
        "uses": uses(capability, request.user),
        "saved": saved_by(capability, request.user) if request.user.has_perm("reviews.list_acts") else None,
        "may_list": request.user.has_perm("reviews.list_capabilityrequests"),
        "may_ask": may_ask,
    }
    return render(request, "reviews/requests/_use.html" if request.htmx else "reviews/requests/use.html", context)
