"""What was learnt from verdicts: figures for who judges, the choice for the head of the authority."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.http import demand, telling, version_seen
from reviews.models import MatchWeights
from reviews.queries.learning import board
from reviews.services import weights


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The weights in use, what was learnt, and how the two compare."""
    demand(request.user, "reviews.list_matchweights")
    context = {
        "board": board(request.user, _number(request.GET.get("number", ""))),
        "may": request.user.has_perm("reviews.learn_matchweights"),
    }
    return render(request, "reviews/weights/page.html", context)


@require_POST
def learn(request: HttpRequest) -> HttpResponse:
    """Have the workers learn from the verdicts of the own jurisdiction."""
    demand(request.user, "reviews.learn_matchweights")
    with telling(request, _("The workers are learning; in a minute this page shows what came of it.")):
        weights.ask_to_learn(request.user.acting.department.jurisdiction, by=request.user)
    return redirect("reviews:weights")


@require_POST
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Put learnt weights in use."""
    row = get_object_or_404(MatchWeights.objects.visible_to(request.user), pk=pk)
    demand(request.user, "reviews.choose_matchweights", row)
    with telling(request, _("In use: screenings and suggestions compare with these weights from now on.")):
        weights.activate(row, by=request.user, version=version_seen(request))
    return redirect("reviews:weights")


@require_POST
def roll_back(request: HttpRequest) -> HttpResponse:
    """Go back to what was in use before."""
    demand(request.user, "reviews.learn_matchweights")
    with telling(request, _("Rolled back: what was in use before is in use again.")):
        weights.roll_back(
            request.user.acting.department.jurisdiction,
            by=request.user,
            seen=_number(request.POST.get("seen", "")),
            version=version_seen(request),
        )
    return redirect("reviews:weights")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
