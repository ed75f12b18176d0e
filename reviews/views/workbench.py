"""The workbench (统筹工作台): clusters across departments, members side by side, the plan with money before and after."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DomainError, Stale
from common.http import demand
from governance.models import Round
from projects.models import Line
from projects.states import ApplicationStatus
from reviews.forms.plan import KINDS
from reviews.models import Act
from reviews.queries.workbench import SINGLE, STATES, progress
from reviews.services import acts, verdicts
from reviews.services import plan as plans
from reviews.views.desk import Desk, desk

LIST = ("state", "q", "department", "sort")  # how the list is filtered
SUBJECT = ("cluster", "application", "act", "line", "a", "all")  # what lies on the desk


@require_safe
def consolidation(request: HttpRequest) -> HttpResponse:
    """The workbench of the round that is asked for, else of the newest in which something is consolidated."""
    demand(request.user, "reviews.add_act")
    rounds = Round.objects.visible_to(request.user)
    asked = request.GET.get("round", "")
    if asked.isascii() and asked.isdigit():
        return redirect("reviews:workbench", get_object_or_404(rounds, pk=asked).pk)
    busy = rounds.filter(applications__status=ApplicationStatus.CONSOLIDATION).distinct()
    round = busy.first() or rounds.first()
    return redirect("reviews:workbench", round.pk) if round else render(request, "reviews/workbench/none.html")


@require_http_methods(["GET", "HEAD", "POST"])
def workbench(request: HttpRequest, round_pk: int) -> HttpResponse:
    """One case on the desk; what is typed is computed, saved as a plan, or proposed to a colleague."""
    rounds = list(Round.objects.visible_to(request.user).select_related("jurisdiction"))
    round = next((one for one in rounds if one.pk == round_pk), None)
    if round is None:
        raise Http404
    demand(request.user, "reviews.consolidate_round", round)
    found = desk(request, round, rounds)
    if request.method != "POST" or found.plan is None:
        return _page(request, found)
    if "verdict" in request.POST:
        return _judge(request, found)
    if request.POST.get("do") in {"save", "propose"}:
        return _save(request, found)
    found.reckon()
    if request.htmx:
        return render(request, "reviews/workbench/_recalculated.html", _context(request, found))
    return _page(request, found, 422 if _has_errors(found) else 200)


def _judge(request: HttpRequest, found: Desk) -> HttpResponse:
    """A verdict on two modules; what was typed into the plan stays."""
    try:
        one, other, verdict = request.POST["verdict"].split("-")
        rows = Line.objects.filter(application__round=found.round).select_related("application__round__jurisdiction")
        lines = [get_object_or_404(rows, pk=int(pk)) for pk in (one, other)]
    except ValueError:
        return HttpResponse(status=400)
    try:
        verdicts.judge_pair(*lines, verdict, by=request.user)
    except DomainError as error:
        if request.htmx:
            return HttpResponse(str(error), status=409, content_type="text/plain; charset=utf-8")
        messages.error(request, str(error))
    fresh = desk(request, found.round, found.rounds)
    fresh.reckon()
    return _page(request, fresh)


def _save(request: HttpRequest, found: Desk) -> HttpResponse:
    """Keep the plan; with `propose` a colleague is asked as well. A refusal loses nothing that was typed."""
    choices = found.choices() if found.is_valid() else []
    if not found.is_valid():
        return _page(request, found, 422)
    try:
        act = _stored(request, found, choices)
    except DomainError as error:
        found.plan.add_error(None, str(error))
        found.reckon()
        return _page(request, found, 422)
    here = _address(request, **_subject(request, found))
    if request.POST["do"] == "save":
        messages.success(request, _("The plan is saved. Nothing changes for any line before a colleague confirms it."))
        return redirect(here)
    try:
        acts.propose(act, by=request.user, version=act.version)
    except DomainError as error:
        messages.error(request, _("The plan is saved, but it cannot be proposed yet. %(why)s") % {"why": error})
        return redirect(here)
    messages.success(
        request, _("%(act)s is proposed. A colleague who did not write it confirms it.") % {"act": act.number}
    )
    return redirect(_next(request, found))


def _stored(request: HttpRequest, found: Desk, choices: list[plans.Choice]) -> Act:
    """The plan as it is typed, written over the one that was read, or anew."""
    data, case = found.plan.cleaned_data, found.case
    words = {"reason": data["reason"].strip(), "title": data["title"].strip()}
    if not data["act"]:
        if case.act is not None:
            _adopt(found, case.act)
            raise Stale(
                _("%(person)s began a plan for these lines meanwhile (%(act)s). Saving again puts yours in its place.")
                % {"person": case.act.created_by, "act": case.act.number}
            )
        return plans.plan(words["reason"], choices, by=request.user, title=words["title"])
    act = get_object_or_404(Act.objects.visible_to(request.user), pk=data["act"])
    try:
        return plans.edit(act, choices, by=request.user, version=data["version"], **words)
    except Stale:
        act.refresh_from_db()
        _adopt(found, act)
        raise


def _adopt(found: Desk, act: Act) -> None:
    """The next attempt is made over the version of now."""
    typed = found.plan.data.copy()
    typed["act"], typed["version"] = str(act.pk), str(act.version)
    found.plan.data = typed


def _next(request: HttpRequest, found: Desk) -> str:
    """The next cluster of the list, for who walks through it."""
    _before, after = found.beside()
    return _address(request, **({"cluster": after} if after else {}))


def _has_errors(found: Desk) -> bool:
    return bool(found.plan.errors) or any(row.form.errors for row in found.every)


def _page(request: HttpRequest, found: Desk, status: int = 200) -> HttpResponse:
    return render(request, "reviews/workbench/page.html", _context(request, found), status=status)


def _context(request: HttpRequest, found: Desk) -> dict[str, Any]:
    state, current = progress(found.round, found.rows), found.wanted.state
    counts = {**state.clusters, SINGLE: state.single}
    page = found.page(request.GET.get("page"))
    kind = "application" if current == SINGLE else "cluster"
    here = _subject(request, found)
    before, after = (pk and _case_at(request, "cluster", pk) for pk in found.beside())
    return {
        "desk": found,
        "round": found.round,
        "case": found.case,
        "plan": found.plan,
        "figures": found.figures,
        "progress": state,
        "states": [(word, _address(request, state=key), counts[key], key == current) for key, word in STATES.items()],
        "is_single": current == SINGLE,
        "page": page,
        "entries": [(row, _case_at(request, kind, row.pk), here.get(kind) == [str(row.pk)]) for row in page],
        "pairs": found.lettered(),
        "rounds": found.rounds,
        "kinds": [(kind, str(label), str(letter)) for kind, label, letter in KINDS],
        "here": _address(request, **here),
        "before": before,
        "after": after,
        "effect_by": request.POST.get("effect_by", ""),
    }


def _subject(request: HttpRequest, found: Desk) -> dict[str, list[str]]:
    """What lies on the desk, as the address says it; also when the list chose it."""
    named = {name: request.GET.getlist(name) for name in SUBJECT if name in request.GET}
    if found.case and not named:
        if found.case.cluster:
            named["cluster"] = [str(found.case.cluster.pk)]
        elif found.case.application:
            named["application"] = [str(found.case.application.pk)]
    return named


def _case_at(request: HttpRequest, kind: str, pk: int) -> str:
    """A case of the list; on a phone the page opens at the case, below the list."""
    return f"{_address(request, **{kind: pk})}#case-head"


def _address(request: HttpRequest, **more: Any) -> str:
    """The workbench with the list as it is filtered, and more."""
    query = QueryDict(mutable=True)
    for name in LIST:
        if request.GET.get(name):
            query[name] = request.GET[name]
    for name, value in more.items():
        query.setlist(name, value if isinstance(value, list) else [str(value)])
    return f"{request.path}?{query.urlencode()}"
