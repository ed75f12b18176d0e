"""The guided tour, and the one click that signs in to the demonstration city."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.http import speak, way_back
from config.demo import PASSWORD
from config.tour.accounts import accounts, is_on
from config.tour.parts import PARTS, WALK
from governance.services import profile
from governance.states import Role


@login_not_required
@require_GET
def tour(request: HttpRequest) -> HttpResponse:
    """What one role tries in five minutes, in the demonstration city; the other roles beside it."""
    there = accounts()
    if not there:
        raise Http404
    chosen = chosen_role(request, there)
    person = there[chosen].user
    context = {
        "shell": "base.html" if request.user.is_authenticated else "tour/outside.html",
        "roles": [(role, there[role]) for role in PARTS if role in there],
        "walk": [(role, label) for role, label in WALK if role in there],
        "chosen": chosen,
        "membership": there[chosen],
        "person": person,
        "part": PARTS[chosen],
        "steps": list(PARTS[chosen].steps_of(person)),
    }
    return render(request, "tour/tour.html", context)


def chosen_role(request: HttpRequest, there: dict[Role, Any]) -> Role:
    """The role that is asked for; else the one that the visitor acts in; else the first of the walk."""
    acting = getattr(request.user, "acting", None)
    for wanted in (request.GET.get("role", ""), acting.role if acting else ""):
        if wanted in PARTS and wanted in there:
            return Role(wanted)
    return next(role for role in PARTS if role in there)


@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as somebody of the demonstration city, by the same backends as everybody, with the published password."""
    if not is_on():
        raise Http404
    account = request.POST.get("account", "")
    if request.user.is_authenticated and request.user.username == account:
        return redirect(way_back(request, "home"))
    user = authenticate(request, username=account, password=PASSWORD)
    if user is None:
        messages.error(request, _("This account does not open with the published password any more. Sign in by hand."))
        return redirect("login")
    login(request, user)
    profile.note_sign_in(user)
    response = redirect(way_back(request, "home"))
    if user.language:
        speak(response, user.language)
    return response
