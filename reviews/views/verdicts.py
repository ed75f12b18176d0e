"""Findings: two texts side by side, the verdict on them, and what is found beside a module and an application."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.http import demand, telling, way_back, written
from governance.states import Role
from projects.models import Application, Line
from reviews.models import AnnualList, Finding, PairVerdict
from reviews.queries.alike import alike
from reviews.queries.application import review_of
from reviews.queries.evidence import doubts, marks, struck, versions, words
from reviews.queries.findings import seen, seen_among
from reviews.queries.learning import part_rows
from reviews.queries.pairs import matched, record_of
from reviews.services import verdicts


def _found(request: HttpRequest, pk: int) -> Finding:
    """The finding in sight, or 404."""
    return get_object_or_404(Finding.objects.visible_to(request.user).loaded(), pk=pk)


@require_safe
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Both texts with what they share marked, how sure the machine is, and what a person says."""
    found = _found(request, pk)
    here = found.line.application.round.jurisdiction_id
    other = matched(found)
    may = request.user.has_perm("reviews.judge_finding", found)
    context = {
        "finding": found,
        "seen": seen([found], here)[0],
        "sides": [_side(found, found.line, False), _side(found, other, True)],
        "verdict": PairVerdict.objects.visible_to(request.user)
        .filter(jurisdiction=here, pair_key=found.pair_key)
        .first(),
        "may": may,
        "reasons": doubts(found.evidence),
        **_why(found, other),
    }
    return render(request, "reviews/findings/finding.html", context)


def _why(found: Finding, other: Any) -> dict[str, Any]:
    """What the likeness was read from: words, score parts, data and capability that are shared, versions."""
    here, there = (_fields(thing) if thing else {} for thing in (found.line, other))
    return {
        "words": words(found.evidence, here, there),
        "parts": part_rows((found.evidence.get("match") or {}).get("parts") or {}),
        "alike": alike(found),
        "versions": versions(found.evidence),
        "has_struck": bool(struck(found.evidence) or struck(found.evidence, found=True)),
    }


def _fields(thing: Any) -> dict[str, str]:
    record = record_of(thing)
    return {"name": record.name, "description": record.description}


def _side(found: Finding, thing: Any, is_other: bool) -> dict[str, Any] | None:
    if thing is None:
        return None
    record = record_of(thing)
    return {
        "thing": thing,
        "name": record.name,
        "text": record.description,
        "name_marks": marks(found.evidence, "name", found=is_other),
        "text_marks": marks(found.evidence, "description", found=is_other),
        "struck": struck(found.evidence, found=is_other),
        "amount": thing.declared if isinstance(thing, Line) else None,
        "is_line": isinstance(thing, Line),
    }


@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the two texts are to each other."""
    found = _found(request, pk)
    demand(request.user, "reviews.judge_finding", found)
    with telling(request, _("The verdict is kept; it holds for the same texts in later screenings too.")):
        verdicts.judge(
            found, request.POST.get("verdict", ""), by=request.user, reason=written(request, "reason", most=500)
        )
    return redirect(way_back(request, reverse("reviews:finding", args=[found.pk])))


@require_safe
def line_findings(request: HttpRequest, pk: int) -> HttpResponse:
    """What is alike to one module: a part of the module's page, or a page."""
    line = get_object_or_404(Line.objects.visible_to(request.user).select_related("application__round"), pk=pk)
    rows = Finding.objects.visible_to(request.user).filter(line=line)
    context = {
        "line": line,
        "rows": seen_among(rows, line.application.round.jurisdiction_id),
        "is_department": _is_department(request),
        "may_judge": request.user.has_perm("reviews.consolidate_round", line.application.round),
    }
    return _part(request, "reviews/findings/of_line.html", "reviews/findings/_of_line.html", context)


@require_safe
def application_review(request: HttpRequest, number: str) -> HttpResponse:
    """Findings, decisions with their money, opinions due: a part of the application's page, or a page."""
    locked = AnnualList.objects.filter(round=OuterRef("round"), versions__isnull=False)
    rows = Application.objects.visible_to(request.user).select_related("round__jurisdiction", "department")
    rows = rows.select_related("determined").annotate(is_locked=Exists(locked))
    application = get_object_or_404(rows, number=number)
    # what stands on a locked list ends by no verb: an adjustment act changes it
    may_end = application.is_under_way and not application.is_locked
    context = {
        "application": application,
        "review": review_of(application, request.user),
        "is_department": _is_department(request),
        "may_judge": request.user.has_perm("reviews.consolidate_round", application.round),
        "may_withdraw": may_end and request.user.has_perm("projects.withdraw_application", application),
        "may_end": may_end and request.user.has_perm("projects.end_application", application),
    }
    return _part(request, "reviews/application/page.html", "reviews/application/_review.html", context)


def _is_department(request: HttpRequest) -> bool:
    return request.user.has_role(Role.CLERK, Role.LEADER)


def _part(request: HttpRequest, page: str, part: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, part if request.htmx else page, {"part": part, **context})
