"""The screening of a round: start it, see how far it is and what it found; suggestions while a module is written."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.views.lists import FilteredList
from common.http import demand, telling
from governance.models import Round
from projects.models import Line
from reviews.filters import FindingFilter
from reviews.models import Finding, Screening
from reviews.queries import screening as queries
from reviews.queries.findings import saying, told
from reviews.queries.queue import RANK, Queue
from reviews.services.screening import jobs, suggestions


def _round(request: HttpRequest, pk: int) -> Round:
    round = get_object_or_404(Round.objects.visible_to(request.user).select_related("jurisdiction"), pk=pk)
    demand(request.user, "reviews.consolidate_round", round)
    return round


class Results(FilteredList):
    """What the screening of a round found: the sharpest first with uncertain pairs among them, or as it is sorted."""

    model = Finding
    template_name = "reviews/screening/page.html"
    filterset_class = FindingFilter
    hidden_filters = ("application", "line", "round")
    ordering = "rank"
    orderings: ClassVar = {"module": "line__name", "score": "rank", "declared": "line__declared"}
    paginate_by = 40

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.round = _round(request, kwargs["round_pk"])
        self.last = _last(self.round)
        return super().dispatch(request, *args, **kwargs)

    def scope(self) -> Any:
        rows = super().scope().filter(line__application__round=self.round).loaded().defer("evidence")
        rows = saying(rows, self.round.jurisdiction_id)
        return rows.select_related("line__application__department").annotate(rank=RANK)

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows if self.request.GET.get("ordering") else Queue(rows, self.round.jurisdiction_id, self.last)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        lines = {found.pk: found.line for found in context["page_obj"]}
        words = {row.pk: row for row in told(context["page_obj"])}
        return {
            **context,
            **_state(self.round, self.last),
            "rows": [(lines[pk], words[pk]) for pk in lines],
            "uncertain": {found.pk for found in context["page_obj"] if getattr(found, "is_uncertain", False)},
            "summary": queries.summary(self.round),
        }


@require_POST
def start(request: HttpRequest, round_pk: int) -> HttpResponse:
    """Ask the workers to compare the whole round."""
    round = _round(request, round_pk)
    with telling(request, _("The screening has begun. You may leave this page; it goes on.")):
        jobs.start(round, by=request.user)
    return redirect("reviews:screening", round_pk)


@require_safe
def progress(request: HttpRequest, round_pk: int) -> HttpResponse:
    """How far the screening is: a part that asks for its newer self; without scripts the page."""
    round = _round(request, round_pk)
    if not request.htmx:
        return redirect("reviews:screening", round_pk)
    state = _state(round, _last(round))
    response = render(request, "reviews/screening/_progress.html", state)
    if state["progress"] and not state["progress"].is_open:
        response["HX-Refresh"] = "true"  # what it found stands on the page around this part
    return response


def _last(round: Round) -> Screening | None:
    return Screening.objects.filter(round=round).select_related("asked_by", "weights").first()


def _state(round: Round, last: Screening | None) -> dict[str, Any]:
    return {"round": round, "progress": queries.progress(last) if last else None}


@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """What of the catalog and the inventory is like the text that is being written."""
    demand(request.user, "reviews.ask_suggestions")
    sent = request.POST if request.method == "POST" else request.GET
    return _suggestions(request, sent.get("name", ""), sent.get("description", ""))


@require_safe
def line_suggestions(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a module as it is stored."""
    demand(request.user, "reviews.ask_suggestions")
    line = get_object_or_404(Line.objects.visible_to(request.user), pk=pk)
    return _suggestions(request, line.name, line.description)


def _suggestions(request: HttpRequest, name: str, description: str) -> HttpResponse:
    place = request.user.acting.department.jurisdiction_id
    part = "reviews/screening/_suggestions.html"
    context = {"found": suggestions.suggest(place, name, description), "part": part, "name": name}
    return render(request, part if request.htmx else "reviews/screening/suggestions.html", context)
