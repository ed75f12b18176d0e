"""The queue of the authority, the completeness check, corrections, and who reviews what."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from catalog.views.lists import FilteredList
from common.errors import DomainError
from common.http import demand, telling, version_seen, way_back, written
from governance.states import Role
from projects.filters import ApplicationFilter
from projects.models import Application
from projects.queries.completeness import Problem, problems
from projects.queries.listing import View, counts
from projects.states import UNDER_WAY, ApplicationStatus
from projects.views.record import found, shown
from reviews.forms.intake import CorrectionForm, PointFormSet, ReviewerForm
from reviews.queries.clock import clock
from reviews.queries.intake import corrections_of, queue_rows, stages
from reviews.services import intake as services

A = ApplicationStatus
PLACES = {
    "detail": gettext_lazy("first page"),
    "modules": gettext_lazy("functional modules"),
    "estimate": gettext_lazy("estimate"),
    "data": gettext_lazy("data"),
    "documents": gettext_lazy("documents"),
}


class Queue(FilteredList):
    """Everything under review: to check, in correction, in consolidation, one's own."""

    model = Application
    template_name = "reviews/intake_queue.html"
    filterset_class = ApplicationFilter
    hidden_filters = ("category", "is_urgent", "status")
    ordering = "status_since"
    orderings: ClassVar = {
        "name": "name",
        "department": "department__code",
        "since": "status_since",
        "number": "number",
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        demand(request.user, "reviews.view_queue")
        return super().dispatch(request, *args, **kwargs)

    def scope(self) -> Any:
        rows = super().scope().filter(status__in=UNDER_WAY, determined__isnull=True)
        return rows.select_related("department", "round__jurisdiction")

    def get_queryset(self) -> Any:
        self.filtered = super().get_queryset()
        self.views = [
            View("check", _("To check"), Q(status=A.SUBMITTED)),
            View("correction", _("In correction"), Q(status=A.CORRECTION)),
            View("consolidation", _("In consolidation"), Q(status=A.CONSOLIDATION)),
            View("mine", _("Assigned to me"), Q(status=A.CONSOLIDATION, intake__assigned_to=self.request.user.pk)),
            View("free", _("Without reviewer"), Q(status=A.CONSOLIDATION, intake__assigned_to__isnull=True)),
        ]
        wanted = self.request.GET.get("view", "")
        first = "check" if self.request.user.has_role(Role.INTAKE) else "consolidation"
        keys = {view.key: view for view in self.views}
        self.current = keys.get(wanted, keys[first])
        self.numbers = counts(Application.objects.filter(pk__in=self.filtered.order_by().values("pk")), self.views)
        return self.filtered.filter(self.current.filter)

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator[Any]:
        paginator = super().get_paginator(*args, **kwargs)
        paginator.count = self.numbers[self.current.key]  # the tabs have counted it
        return paginator

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = queue_rows([application.pk for application in context["page_obj"]])
        page = [row.application for row in rows]
        authority = self.request.user.acting.department.jurisdiction.authority_id
        return {
            **context,
            "rows": rows,
            "current": self.current,
            "tabs": [(view, self.numbers[view.key], f"?view={view.key}") for view in self.views],
            "may_check": self.request.user.has_role(Role.INTAKE),
            "reviewer_form": ReviewerForm(applications=page, authority=authority, auto_id="bulk_%s"),
        }


@require_safe
def sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The completeness sheet: what is there, what is missing, and both ways on."""
    application = found(request, number)
    demand(request.user, "projects.receive_application", application)
    return _sheet(request, application)


def _sheet(request: HttpRequest, application: Application, *, status: int = 200, **more: Any) -> HttpResponse:
    missing = problems(application)
    first = [
        {"item": str(PLACES.get(problem.place, problem.place)), "problem": problem.sentence} for problem in missing
    ]
    context = {
        "correction_form": CorrectionForm(initial={"due_on": services.default_due_day(application)}),
        "points": PointFormSet(initial=first[:20], prefix="points"),
        "reviewer_form": _reviewers(application),
        "provided": _provided(application, missing),
        "corrections": corrections_of(application),
        "clock": clock(application),
        "tab": "review",
        **more,
    }
    return shown(request, application, "reviews/intake_sheet.html", status=status, missing=missing, **context)


def _provided(application: Application, missing: list[Problem]) -> list[tuple[Any, int]]:
    """Part by part, how many things are missing."""
    return [(word, sum(problem.place == place for problem in missing)) for place, word in PLACES.items()]


def _reviewers(application: Application, data: Any = None) -> ReviewerForm:
    return ReviewerForm(data, applications=[application], authority=application.round.jurisdiction.authority_id)


@require_POST
def submit(request: HttpRequest, number: str) -> HttpResponse:
    """The leader's signature."""
    application = found(request, number)
    demand(request.user, "projects.sign_off_application", application)
    with telling(request, _("Signed off and submitted to the authority.")):
        services.submit(application, by=request.user, version=version_seen(request))
    return redirect("projects:detail", number)


@require_POST
def ask_correction(request: HttpRequest, number: str) -> HttpResponse:
    """Back to the department with the points to mend."""
    application = found(request, number)
    demand(request.user, "projects.receive_application", application)
    form, points = CorrectionForm(request.POST), PointFormSet(request.POST, prefix="points")
    if form.is_valid() and points.is_valid():
        order = {"by": request.user, "version": version_seen(request), **form.cleaned_data}
        try:
            services.ask_correction(application, items=points.points(), **order)
            messages.success(request, _("The department is asked for a correction; the review clock stops."))
            return redirect("reviews:queue")
        except DomainError as error:
            form.add_error(None, str(error))
    return _sheet(request, application, status=422, correction_form=form, points=points)


@require_POST
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Complete: on to consolidation."""
    application = found(request, number)
    demand(request.user, "projects.receive_application", application)
    form = _reviewers(application, request.POST)
    if form.is_valid():
        order = {"by": request.user, "version": version_seen(request), **form.cleaned_data}
        try:
            services.accept(application, **order)
            messages.success(request, _("%(number)s is accepted for consolidation.") % {"number": number})
            return redirect("reviews:queue")
        except DomainError as error:
            form.add_error(None, str(error))
    return _sheet(request, application, status=422, reviewer_form=form)


@require_POST
def answer_correction(request: HttpRequest, number: str) -> HttpResponse:
    """The department's answer."""
    application = found(request, number)
    demand(request.user, "projects.change_application", application)
    answer = written(request, "answer")
    try:
        services.answer_correction(application, answer=answer, by=request.user, version=version_seen(request))
        messages.success(request, _("Answered: the completeness check goes on."))
        return redirect("projects:detail", number)
    except DomainError as error:
        messages.error(request, str(error))
    return progress(request, number, answer=answer, status=422)


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Give the chosen applications to one reviewer."""
    demand(request.user, "reviews.view_queue")
    chosen = Application.objects.visible_to(request.user).filter(pk__in=request.POST.getlist("chosen")[:200])
    rows = list(chosen.select_related("round__jurisdiction", "department"))
    authority = request.user.acting.department.jurisdiction.authority_id
    form = ReviewerForm(request.POST, applications=rows, authority=authority)
    if not rows:
        messages.error(request, _("Choose the applications first."))
    elif not form.is_valid() or not form.cleaned_data["reviewer"]:
        messages.error(request, _("Choose a reviewer who holds no role in these departments."))
    else:
        _assign(request, rows, form.cleaned_data["reviewer"])
    return redirect(way_back(request, "reviews:queue"))


def _assign(request: HttpRequest, rows: list[Application], reviewer: Any) -> None:
    done = 0
    for row in rows:
        try:
            services.assign(row, reviewer, by=request.user)
            done += 1
        except DomainError as error:
            messages.error(request, f"{row.number}: {error}")
    if done:
        told = ngettext(
            "%(n)s application is assigned to %(who)s.", "%(n)s applications are assigned to %(who)s.", done
        )
        messages.success(request, told % {"n": done, "who": reviewer})


def progress(request: HttpRequest, number: str, *, answer: str = "", status: int = 200) -> HttpResponse:
    """How far the review has come, and its corrections; a part of the application's page, and a page of its own."""
    application = found(request, number)
    context = {
        "stages": stages(application),
        "clock": clock(application),
        "corrections": corrections_of(application),
        "answer": answer,
        "tab": "review",
    }
    template = "reviews/_intake_progress.html" if request.htmx else "reviews/intake_progress.html"
    return shown(request, application, template, status=status, **context)


@require_safe
def clock_of(request: HttpRequest, number: str) -> HttpResponse:
    """The review clock alone."""
    application = found(request, number)
    if not request.htmx:
        return redirect("reviews:progress", number)
    return render(request, "reviews/_intake_clock.html", {"clock": clock(application)})
