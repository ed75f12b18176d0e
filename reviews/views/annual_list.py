"""The annual list: index, one list, determination, year plans, versions."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from common.http import demand, telling
from common.money import ZERO
from governance.models import Round
from projects.models import Project
from projects.views.record import unit_of
from reviews.forms.lists import DetermineForm, PlaceForm, YearPlanForm
from reviews.models import AnnualList, ListVersion
from reviews.models.annual_list import PRIORITIES
from reviews.queries.overview import by_place, changes, list_rows, project_rows, ready_rows
from reviews.services import determination, placing
from reviews.states import ListStatus


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The rounds of the jurisdiction and what became of them."""
    return render(request, "reviews/lists/index.html", {"rows": list_rows(request.user)})


def list_of(request: HttpRequest, round_pk: int) -> AnnualList:
    """The list of a round that the person may see; reviewers open it by looking at it."""
    lists = AnnualList.objects.visible_to(request.user).select_related("round__jurisdiction")
    found = lists.filter(round=round_pk).first()
    if (
        found is None
        and request.user.acting
        and request.user.is_judge_of(request.user.acting.department.jurisdiction_id)
    ):
        here = Round.objects.filter(jurisdiction=request.user.acting.department.jurisdiction_id)
        return determination.list_of(get_object_or_404(here, pk=round_pk))
    return found or get_object_or_404(lists, round=round_pk)


@require_safe
def detail(request: HttpRequest, round_pk: int) -> HttpResponse:
    """One list: its projects and money, what stands in the way, its versions."""
    annual_list = list_of(request, round_pk)
    rows = project_rows(annual_list)
    listed = [row for row in rows if row.status == ListStatus.LISTED]
    may_determine = request.user.has_perm("reviews.determine_annuallist", annual_list)
    context = {
        "list": annual_list,
        "rows": rows,
        "listed": listed,
        "reserve": [row for row in rows if row.status == ListStatus.RESERVE],
        "funding": sum((row.funding for row in listed), ZERO),
        "this_year": sum((row.this_year for row in listed), ZERO),
        "declared": sum((row.declared for row in rows), ZERO),
        "priorities": PRIORITIES,
        "versions": annual_list.versions.select_related("by"),
        "may_read_round": request.user.is_judge_of(annual_list.round.jurisdiction_id),
        "may_determine": may_determine,
        "may_see_budget": request.user.has_perm("budgets.see_budgets"),
    }
    return render(request, "reviews/lists/detail.html", context)


@require_safe
def applications(request: HttpRequest, round_pk: int) -> HttpResponse:
    """The applications of the round and what stands in the way of determining them: a part of the list's page."""
    annual_list = list_of(request, round_pk)
    demand(request.user, "reviews.consolidate_round", annual_list.round)
    context = {
        "list": annual_list,
        "places": by_place(ready_rows(annual_list.round)),
        "may_determine": request.user.has_perm("reviews.determine_annuallist", annual_list),
    }
    return render(request, "reviews/lists/determination.html", context)


@require_POST
def determine(request: HttpRequest, round_pk: int) -> HttpResponse:
    """One meeting's decision over the ticked applications."""
    annual_list = list_of(request, round_pk)
    demand(request.user, "reviews.determine_annuallist", annual_list)
    form = DetermineForm(request.POST, annual_list=annual_list)
    with telling(request, _("Determined: the projects of the list are built from the decisions that stand now.")):
        if not form.is_valid():
            raise DomainError(_("Choose applications of this round and projects of this list."))
        determination.determine(
            annual_list.round,
            form.cleaned_data["applications"],
            by=request.user,
            reserve=form.cleaned_data["reserve"],
            meeting=form.cleaned_data["meeting"],
            version=form.cleaned_data["version"],
        )
    return redirect("reviews:annual-list", round_pk)


@require_POST
def place(request: HttpRequest, round_pk: int, project_pk: int) -> HttpResponse:
    """List a project or put it in reserve, or rank it."""
    annual_list = list_of(request, round_pk)
    demand(request.user, "reviews.determine_annuallist", annual_list)
    project = get_object_or_404(Project, pk=project_pk, list_entries__annual_list=annual_list)
    form = PlaceForm(request.POST)
    with telling(request, _("The project is placed. The next version of the list carries it.")):
        if not form.is_valid():
            raise DomainError(_("A project is listed or waits in reserve, with a priority from 1 to 4."))
        data = form.cleaned_data
        placing.place(
            annual_list,
            project,
            by=request.user,
            to=data["status"] or None,
            priority=data["priority"],
            version=data["version"],
        )
    return redirect("reviews:annual-list", round_pk)


def plan_years(request: HttpRequest, round_pk: int, project_pk: int) -> HttpResponse:
    """What later years pay of one project."""
    annual_list = list_of(request, round_pk)
    demand(request.user, "reviews.determine_annuallist", annual_list)
    project = get_object_or_404(Project, pk=project_pk, list_entries__annual_list=annual_list)
    row = next(row for row in project_rows(annual_list) if row.pk == project.pk)
    form = YearPlanForm(request.POST or None, unit=unit_of(request), annual_list=annual_list, later=row.later)
    if request.method == "POST" and form.is_valid():
        try:
            determination.plan_years(
                annual_list, project, form.years(), by=request.user, version=form.cleaned_data["version"]
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("reviews:annual-list", round_pk)
    status = 422 if form.errors else 200
    context = {"form": form, "list": annual_list, "project": project, "row": row}
    return render(request, "reviews/lists/years.html", context, status=status)


@require_safe
def version(request: HttpRequest, round_pk: int, number: int) -> HttpResponse:
    """A locked version, and what it changed."""
    annual_list = list_of(request, round_pk)
    row = get_object_or_404(ListVersion.objects.select_related("by"), annual_list=annual_list, number=number)
    entries = list(row.projects.select_related("project").prefetch_related("years"))
    for entry in entries:
        entry.total = sum((y.amount for y in entry.years.all()), Decimal("0.00"))
    context = {"list": annual_list, "version": row, "entries": entries, "changes": changes(row)}
    return render(request, "reviews/lists/version.html", context)
