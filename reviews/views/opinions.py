"""What departments say to confirmed acts (征求意见): agree, or object with a reason."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.http import demand, telling, way_back, written
from reviews.models import Act
from reviews.services import acts


def _found(request: HttpRequest, pk: int) -> Act:
    act = get_object_or_404(Act.objects.visible_to(request.user), pk=pk)
    demand(request.user, "reviews.give_opinion", act)
    return act


def _text(request: HttpRequest) -> str:
    return written(request, "text", "reason", most=2000)


@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """The department has nothing against it."""
    act = _found(request, pk)
    with telling(request, _("Your department agrees.")):
        acts.agree(act, request.user.acting.department, by=request.user, text=_text(request))
    return redirect(way_back(request, reverse("reviews:act", args=[act.pk])))


@require_POST
def contest(request: HttpRequest, pk: int) -> HttpResponse:
    """The department objects and says why; a third person decides."""
    act = _found(request, pk)
    with telling(request, _("Your objection is handed in: a third person of the authority decides.")):
        acts.contest(act, request.user.acting.department, by=request.user, text=_text(request))
    return redirect(way_back(request, reverse("reviews:act", args=[act.pk])))
