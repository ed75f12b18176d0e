"""The year's budget: index, one budget with its stages, the chain of a project, locking a list."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from budgets.documents import budget_paper
from budgets.forms import AmountForm, CarryOverForm, LockForm, NumberForm, OpenForm
from budgets.models import Budget
from budgets.queries.chain import chain_of
from budgets.queries.figures import OTHER, budget_lines, may_procure, moves, requested, room
from budgets.queries.readiness import readiness
from budgets.services import budget as services
from budgets.services import lock as locking
from common.documents.sending import choices, ordered, sent
from common.errors import DomainError
from common.http import demand, telling
from common.money import ZERO
from projects.models import Project
from projects.views.record import unit_of
from reviews.models import AnnualList

FORMS = ("xlsx", "pdf")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The years of the jurisdiction, and a new one for finance."""
    demand(request.user, "budgets.see_budgets")
    budgets = Budget.objects.visible_to(request.user).select_related("authority", "jurisdiction")
    rows = [(budget, requested(budget)) for budget in budgets]
    may_open = request.user.has_perm("budgets.open_budget")
    return render(
        request, "budgets/index.html", {"rows": rows, "form": OpenForm(unit=unit_of(request)) if may_open else None}
    )


@require_POST
def open_year(request: HttpRequest) -> HttpResponse:
    """Finance opens the budget of a year with its ceiling."""
    demand(request.user, "budgets.open_budget")
    form = OpenForm(request.POST, unit=unit_of(request))
    if not form.is_valid():
        budgets = Budget.objects.visible_to(request.user).select_related("authority", "jurisdiction")
        rows = [(budget, requested(budget)) for budget in budgets]
        return render(request, "budgets/index.html", {"rows": rows, "form": form}, status=422)
    with telling(request, _("The ceiling of the year is set.")):
        services.open_year(
            request.user.acting.department.jurisdiction,
            form.cleaned_data["year"],
            form.cleaned_data["amount"],
            by=request.user,
        )
    return redirect("budgets:index")


def _find(request: HttpRequest, year: int) -> Budget:
    budgets = Budget.objects.visible_to(request.user).select_related("authority", "jurisdiction", "replied_by")
    return get_object_or_404(budgets, year=year)


@require_safe
def detail(request: HttpRequest, year: int) -> HttpResponse:
    """One year: ceiling or control figure, what the lists ask for, a line a project, what moved."""
    budget = _find(request, year)
    lines = budget_lines(budget)
    asked = sum((line.listed for line in lines), ZERO)
    unit = unit_of(request)
    context = {
        "budget": budget,
        "lines": lines,
        "moves": moves(budget),
        "room": room(budget.ceiling, [(OTHER, asked)]),
        "asked": asked,
        "carried": sum((line.carried for line in lines), ZERO),
        "total": sum((line.amount for line in lines), ZERO),
        "funding": sum((line.funding for line in lines), ZERO),
        "left": None if budget.ceiling is None else budget.ceiling - asked,
        "lists": AnnualList.objects.filter(round__jurisdiction=budget.jurisdiction_id, round__year=year).select_related(
            "round"
        ),
        "may_control": request.user.has_perm("budgets.control_budget", budget),
        "may_carry": request.user.has_perm("budgets.carry_over", budget),
        "amount_form": AmountForm(unit=unit, initial={"amount": budget.ceiling}),
        "control_form": AmountForm(unit=unit, initial={"amount": budget.ceiling}, auto_id="control_%s"),
        "reply_form": NumberForm(),
    }
    return render(request, "budgets/detail.html", context)


@require_safe
def files(request: HttpRequest, year: int) -> HttpResponse:
    """The budget table to take along: every language, every form."""
    budget = _find(request, year)
    languages = choices("budgets:table", [year], FORMS)
    return render(request, "budgets/files.html", {"budget": budget, "languages": languages})


@require_safe
def file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    """The budget table (资金预算表)."""
    budget = _find(request, year)
    order = ordered(request, form)
    return sent(order, f"budget-{year}", lambda: budget_paper(budget, order.unit))


@require_POST
def ceiling(request: HttpRequest, year: int) -> HttpResponse:
    """Finance sets the ceiling."""
    budget = _find(request, year)
    demand(request.user, "budgets.control_budget", budget)
    with telling(request, _("The ceiling is set.")):
        form = _valid(AmountForm(request.POST, unit=unit_of(request)))
        services.set_ceiling(budget, form["amount"], by=request.user, version=form["version"])
    return redirect("budgets:detail", year)


@require_POST
def control(request: HttpRequest, year: int) -> HttpResponse:
    """Finance gives the control figure (一下)."""
    budget = _find(request, year)
    demand(request.user, "budgets.control_budget", budget)
    with telling(request, _("The control figure is given.")):
        form = _valid(AmountForm(request.POST, unit=unit_of(request)))
        services.control(budget, form["amount"], by=request.user, version=form["version"])
    return redirect("budgets:detail", year)


@require_POST
def reply(request: HttpRequest, year: int) -> HttpResponse:
    """Finance replies (二下): procurement may begin."""
    budget = _find(request, year)
    demand(request.user, "budgets.control_budget", budget)
    with telling(request, _("The budget is replied: procurement may begin.")):
        form = _valid(NumberForm(request.POST))
        services.reply(budget, by=request.user, number=form["number"], version=form["version"])
    return redirect("budgets:detail", year)


def carry_over(request: HttpRequest, year: int, project_pk: int) -> HttpResponse:
    """Move unspent money of a project to the next year."""
    budget = _find(request, year)
    demand(request.user, "budgets.carry_over", budget)
    line = next((line for line in budget_lines(budget) if line.project == project_pk), None)
    project = get_object_or_404(Project, pk=line.project if line else None)
    form = CarryOverForm(request.POST or None, unit=unit_of(request), initial={"version": budget.version})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.carry_over(budget, project, data["amount"], by=request.user, version=data["version"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("budgets:detail", year)
    context = {"form": form, "budget": budget, "project": project, "line": line}
    return render(request, "budgets/carry_over.html", context, status=422 if form.errors else 200)


@require_safe
def chain(request: HttpRequest, code: str) -> HttpResponse:
    """The money chain of one project: declared, own or transferred, component, project, budget."""
    project = get_object_or_404(
        Project.objects.visible_to(request.user).select_related("lead", "application"), code=code
    )
    demand(request.user, "budgets.see_chain", project)
    context = {"chain": chain_of(project), "project": project, "may_procure": may_procure(project)}
    return render(request, "budgets/chain.html", context)


@require_safe
def lock_panel(request: HttpRequest, list_pk: int) -> HttpResponse:
    """What stands in the way of locking a list, and the lock itself: a part of the list's page."""
    annual_list = get_object_or_404(AnnualList.objects.visible_to(request.user).select_related("round"), pk=list_pk)
    budget = Budget.objects.filter(jurisdiction=annual_list.round.jurisdiction_id, year=annual_list.round.year).first()
    context = {
        "list": annual_list,
        "budget": budget,
        "ready": readiness(annual_list, budget, locking.lock_obstacles(annual_list)),
        "may_lock": request.user.has_perm("budgets.lock_annuallist", annual_list),
        "form": LockForm(),
    }
    return render(request, "budgets/lock_panel.html", context)


@require_POST
def lock(request: HttpRequest, list_pk: int) -> HttpResponse:
    """The head freezes the list; the budget moves by the difference."""
    annual_list = get_object_or_404(AnnualList.objects.visible_to(request.user).select_related("round"), pk=list_pk)
    demand(request.user, "budgets.lock_annuallist", annual_list)
    with telling(request, _("The list is locked, and the budget carries its money.")):
        form = _valid(LockForm(request.POST))
        locking.lock(
            annual_list,
            by=request.user,
            document_number=form["document_number"],
            reason=form["reason"],
            version=form["version"],
        )
    return redirect("reviews:annual-list", annual_list.round_id)


@require_POST
def close_year(request: HttpRequest, year: int) -> HttpResponse:
    """The head ends the year: what is still in reserve lapses."""
    budget = _find(request, year)
    demand(request.user, "budgets.carry_over", budget)
    with telling(request, _("The year is closed: projects in reserve have lapsed.")):
        services.close_year(budget.jurisdiction, year, by=request.user)
    return redirect("budgets:detail", year)


def _valid(form: AmountForm | NumberForm | LockForm) -> dict[str, Decimal | int | str | None]:
    """The cleaned data, or the first thing that is wrong as a sentence."""
    if form.is_valid():
        return form.cleaned_data
    name, errors = next(iter(form.errors.items()))
    raise DomainError(f"{form.fields[name].label}: {errors[0]}")
