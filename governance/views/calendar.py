"""Working days of a year: what the calendar says, and where the city departs from it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.forms import attempt
from common.http import demand, telling
from governance.forms.organisation import CalendarDayForm, CalendarYearForm
from governance.models import CalendarDay
from governance.queries.calendar import weekdays, year_in_days
from governance.services import calendar

FIRST, LAST = 2001, 2100


def calendar_page(request: HttpRequest) -> HttpResponse:
    """A year month by month; below, the city's own days."""
    demand(request.user, "governance.view_calendar")
    return _page(request, _year(request))


@require_POST
def day_set(request: HttpRequest) -> HttpResponse:
    demand(request.user, "governance.manage_calendar")
    form = CalendarDayForm(request.POST)
    if row := attempt(form, lambda: calendar.set_day(**form.cleaned_data, by=request.user)):
        messages.success(request, _("The day is set."))
        return _back(row.day.year)
    return _page(request, timezone.localdate().year, day_form=form, status=422)


@require_POST
def day_remove(request: HttpRequest, pk: int) -> HttpResponse:
    demand(request.user, "governance.manage_calendar")
    row = get_object_or_404(CalendarDay, pk=pk)
    with telling(request, _("The packaged calendar holds again for this day.")):
        calendar.remove_day(row, by=request.user)
    return _back(row.day.year)


@require_POST
def year_announce(request: HttpRequest) -> HttpResponse:
    demand(request.user, "governance.manage_calendar")
    form = CalendarYearForm(request.POST)
    if row := attempt(form, lambda: calendar.announce_year(**form.cleaned_data, by=request.user)):
        messages.success(request, _("The holidays of %(year)s stand as announced.") % {"year": row.year})
        return _back(row.year)
    return _page(request, timezone.localdate().year, year_form=form, status=422)


def _year(request: HttpRequest) -> int:
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() else 0
    return year if FIRST <= year <= LAST else timezone.localdate().year


def _back(year: int) -> HttpResponse:
    response = redirect("governance:calendar")
    response["Location"] += f"?year={year}"
    return response


def _page(
    request: HttpRequest,
    year: int,
    *,
    day_form: CalendarDayForm | None = None,
    year_form: CalendarYearForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "year": year_in_days(year),
        "previous_url": f"?year={year - 1}" if year > FIRST else "",
        "next_url": f"?year={year + 1}" if year < LAST else "",
        "weekdays": weekdays(),
        "day_form": day_form or CalendarDayForm(),
        "year_form": year_form or CalendarYearForm(initial={"year": year}, auto_id="id_year_%s"),
        "may_manage": request.user.has_perm("governance.manage_calendar"),
    }
    return render(request, "governance/calendar.html", context, status=status)
