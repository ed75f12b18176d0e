"""Rounds: list, one round, its form, opening and closing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.forms import attempt
from common.http import demand, posted, telling, version_seen
from governance.forms.rounds import RoundForm
from governance.models import Round
from governance.queries.audit import events_of
from governance.queries.rounds import in_time, rounds_of
from governance.services import rounds


def round_list(request: HttpRequest) -> HttpResponse:
    """All rounds of the jurisdiction, the newest first, with what is left of them."""
    rows = rounds_of(Round.objects.visible_to(request.user))
    return render(request, "governance/rounds.html", {"rows": rows, "may_add": _may_add(request)})


def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    round = _found(request, pk)
    context = {
        "round": round,
        "time": in_time(round),
        "may_manage": request.user.has_perm("governance.manage_round", round),
        "events": events_of(round),
    }
    return render(request, "governance/round.html", context)


def round_new(request: HttpRequest) -> HttpResponse:
    demand(request.user, "governance.add_round")
    round = Round(jurisdiction=request.user.acting.department.jurisdiction)
    form = RoundForm(posted(request), instance=round)
    if saved := attempt(form, lambda: rounds.create_round(form.save(commit=False), by=request.user)):
        messages.success(request, _("The round is planned. Open it when departments may apply."))
        return redirect("governance:round", saved.pk)
    return _form(request, form, None)


def round_edit(request: HttpRequest, pk: int) -> HttpResponse:
    round = _found(request, pk)
    demand(request.user, "governance.manage_round", round)
    form = RoundForm(posted(request), instance=round)
    seen = version_seen(request)
    if attempt(form, lambda: rounds.update_round(round, form.changes, by=request.user, version=seen)):
        messages.success(request, _("The round is changed."))
        return redirect("governance:round", pk)
    return _form(request, form, round)


@require_POST
def round_open(request: HttpRequest, pk: int) -> HttpResponse:
    round = _found(request, pk)
    demand(request.user, "governance.manage_round", round)
    with telling(request, _("The round is open: departments may apply now.")):
        rounds.open_round(round, by=request.user, version=version_seen(request))
    return redirect("governance:round", pk)


@require_POST
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    round = _found(request, pk)
    demand(request.user, "governance.manage_round", round)
    with telling(request, _("The round is closed: no more applications are taken.")):
        rounds.close_round(round, by=request.user, version=version_seen(request))
    return redirect("governance:round", pk)


def _found(request: HttpRequest, pk: int) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user).select_related("jurisdiction"), pk=pk)


def _may_add(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("governance.add_round"))


def _form(request: HttpRequest, form: Any, round: Round | None) -> HttpResponse:
    context = {"form": form, "round": round}
    return render(request, "governance/round_form.html", context, status=422 if form.is_bound else 200)
