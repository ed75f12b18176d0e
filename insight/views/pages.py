"""The pictures of a year or batch on one page, and the pages behind a figure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.components.lists import address_with
from common.http import demand
from common.money import ZERO
from insight.queries.behind import ASKED, amounts_behind, duplicates_behind, rows_behind
from insight.queries.books import books_of
from insight.queries.departments import REST, names_of
from insight.queries.duplicates import duplicates
from insight.queries.funnel import courses
from insight.queries.gathering import Gathered, gather
from insight.queries.periods import Period, chosen, periods_of
from insight.rules import OF_DEPARTMENT
from insight.states import End, Place, Step, Treatment
from insight.views import drawings
from insight.views.sentences import sentences
from reviews.states import SAVED_CAUSES

PAGE = 50
WORDS: dict[str, Any] = {"treatment": Treatment, "place": Place, "end": End}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Money flow, duplicate map, savings and the way of applications, each with its table."""
    demand(request.user, "insight.see_insight")
    periods = periods_of(request.user)
    period = chosen(periods, request.GET.get("period", ""))
    context: dict[str, Any] = {"periods": _chips(request, periods, period), "period": period, **_place(request)}
    if period is None:
        return render(request, "insight/index.html", context)
    gathered = gather(request.user, periods, period)
    context |= {"figures": gathered, "say": sentences(gathered), "query": f"period={period.key}"}
    if gathered.now.standings:
        context["drawn"] = _drawn(gathered)
    return render(request, "insight/index.html", context)


def _place(request: HttpRequest) -> dict[str, Any]:
    """Whose figures these are."""
    acting = request.user.acting
    is_own = request.user.has_role(*OF_DEPARTMENT)
    return {"is_own": is_own, "place": acting.department.name if is_own else acting.department.jurisdiction.name}


def _chips(request: HttpRequest, periods: list[Period], current: Period | None) -> list[tuple[str, str, bool]]:
    return [(one.label, address_with(request, period=one.key, page=None), one == current) for one in periods]


def _drawn(gathered: Gathered) -> dict[str, Any]:
    key = gathered.period.key
    return {
        "flow": drawings.of_flow(gathered.flow, key),
        "years": drawings.of_years(gathered.years),
        "departments": drawings.of_departments(gathered.departments, key),
        "sharing": drawings.of_sharing(gathered.sharing, key),
        "stairs": drawings.of_stairs(gathered.stairs, key),
    }


@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """The lines behind a figure of a picture; their money adds up to it."""
    demand(request.user, "insight.see_insight")
    periods = periods_of(request.user)
    period = chosen(periods, request.GET.get("period", ""))
    asked = {name: request.GET[name] for name in ASKED if request.GET.get(name)}
    amounts: dict[int, Decimal] = {}
    if period is not None and request.GET.get("duplicates"):
        amounts = duplicates_behind(duplicates(request.user, period.rounds), asked)
    elif period is not None:
        amounts = amounts_behind(books_of(request.user).of(period.rounds), asked)
    order = sorted(amounts, key=lambda pk: (-amounts[pk], pk))
    page = Paginator(order, PAGE).get_page(request.GET.get("page"))
    context = {
        "period": period,
        "page": page,
        "rows": rows_behind(request.user, amounts, list(page)),
        "total": sum(amounts.values(), ZERO),
        "asked": _asked_words(asked, is_heat="duplicates" in request.GET),
        "round": next(iter(period.rounds)) if period and len(period.rounds) == 1 else None,
        "department": asked["department"] if asked.get("department", REST).isdecimal() else None,
        **_place(request),
    }
    return render(request, "insight/lines.html", context)


def _asked_words(asked: dict[str, str], *, is_heat: bool) -> list[str]:
    """The filters of the address in words, in the order of the picture."""
    found = [_("declared more than once")] if is_heat else []
    department = asked.get("department", "")
    if department.isdecimal():
        found += names_of([int(department)]).values()
    elif department:
        found.append(_("the other departments"))
    for name, words in WORDS.items():
        found += [str(word.label) for word in words if word.value == asked.get(name)]
    found += [drawings.cause_words(cause) for cause in SAVED_CAUSES if cause == asked.get("cause")]
    return found


@require_safe
def times(request: HttpRequest) -> HttpResponse:
    """The applications that reached a step, those that took longest for it first."""
    demand(request.user, "insight.see_insight")
    period = chosen(periods_of(request.user), request.GET.get("period", ""))
    step = next((one for one in Step if one.value == request.GET.get("step")), Step.SUBMITTED)
    found = courses(request.user, period.rounds, books_of(request.user).of(period.rounds)) if period else []
    reached = [course for course in found if course.reached(step)]
    reached.sort(key=lambda course: (-course.took.get(step, -1), course.number))
    page = Paginator(reached, PAGE).get_page(request.GET.get("page"))
    context = {
        "period": period,
        "step": step,
        "page": page,
        "rows": [
            (course, course.days.get(step), course.took.get(step), course.money(step), course.last == step)
            for course in page
        ],
        "total": sum((course.money(step) for course in reached), ZERO),
        **_place(request),
    }
    return render(request, "insight/times.html", context)
