"""Ending an application: withdrawn by its department; rejected, deferred or escalated by two persons."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.forms import attempt
from common.http import demand, posted, telling, version_seen, way_back, written
from projects.models import Application
from reviews.forms.endings import EndForm
from reviews.models import EndRequest
from reviews.queries.decisions import interests_in
from reviews.queries.eyes import conflict
from reviews.services import endings


def _found(request: HttpRequest, number: str) -> Application:
    """The application in sight, or 404."""
    rows = Application.objects.visible_to(request.user).select_related("round__jurisdiction", "department")
    return get_object_or_404(rows, number=number)


def end(request: HttpRequest, number: str) -> HttpResponse:
    """What may end the application: the department's withdrawal, or a request and a colleague's answer."""
    application = _found(request, number)
    may_end = request.user.has_perm("projects.end_application", application)
    may_withdraw = request.user.has_perm("projects.withdraw_application", application)
    if not (may_end or may_withdraw):
        demand(request.user, "projects.end_application", application)
    form = EndForm(posted(request) if may_end else None, application=application)
    if request.method == "POST":
        demand(request.user, "projects.end_application", application)
        data = form.cleaned_data if form.is_valid() else {}
        asked = attempt(
            form,
            lambda: endings.ask_end(
                application,
                data["to"],
                by=request.user,
                reason=data["reason"],
                to_round=data.get("to_round"),
                version=version_seen(request),
            ),
        )
        if asked:
            messages.success(request, _("Asked for: a colleague carries the end out or refuses it."))
            return redirect("reviews:end", number)
    asked_for = EndRequest.objects.visible_to(request.user).filter(application=application)
    waiting = asked_for.open().first()
    context = {
        "application": application,
        "form": form,
        "may_end": may_end,
        "may_withdraw": may_withdraw,
        "waiting": waiting,
        "requests": asked_for.select_related("asked_by", "closed_by"),
        "why_not": _why_not(request, application, waiting),
    }
    return render(request, "reviews/endings/end.html", context, status=422 if form.errors else 200)


def _why_not(request: HttpRequest, application: Application, waiting: EndRequest | None) -> str:
    if waiting and waiting.asked_by_id == request.user.pk:
        return _("Two persons are needed: a colleague must do it.")
    return conflict(request.user, interests_in(application))


@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """The department takes its application back."""
    application = _found(request, number)
    demand(request.user, "projects.withdraw_application", application)
    reason = written(request, "reason", most=500)
    with telling(request, _("The application is withdrawn; it stays to be read.")):
        endings.withdraw(application, by=request.user, reason=reason, version=version_seen(request))
    return redirect(way_back(request, reverse("projects:detail", args=[application.number])))


@require_safe
def end_list(request: HttpRequest) -> HttpResponse:
    """Requests to end applications, those that wait first."""
    demand(request.user, "reviews.list_acts")
    rows = EndRequest.objects.visible_to(request.user).select_related(
        "application__department", "asked_by", "closed_by", "to_round"
    )
    waiting = [row for row in rows if row.closed_at is None]
    return render(
        request, "reviews/endings/list.html", {"waiting": waiting, "closed": [r for r in rows if r.closed_at][:50]}
    )


def _request(request: HttpRequest, pk: int) -> EndRequest:
    rows = EndRequest.objects.visible_to(request.user).select_related("application__round__jurisdiction")
    found = get_object_or_404(rows, pk=pk)
    demand(request.user, "reviews.close_endrequest", found)
    return found


@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person carries the end out."""
    found = _request(request, pk)
    with telling(request, _("The application is ended. What went into it is open again.")):
        endings.grant_end(found, by=request.user)
    return redirect("reviews:end", found.application.number)


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """The application goes on."""
    found = _request(request, pk)
    with telling(request, _("The request is closed: the application goes on.")):
        endings.refuse_end(found, by=request.user)
    return redirect("reviews:end", found.application.number)
