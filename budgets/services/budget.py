"""The year's budget: ceiling, control figure (一下), reply (二下), carry-over, year end."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.models import Budget, BudgetEntry
from budgets.queries.figures import requested
from budgets.states import BUDGET_MOVES, BudgetStage, EntryKind
from common import audit
from common.errors import demand
from governance.models import Jurisdiction, User
from governance.states import Role
from projects.models import Project
from reviews.models import ListProject
from reviews.services.register import lock_register
from reviews.states import LIST_MOVES, ListStatus


def budget_of(jurisdiction: Jurisdiction, year: int) -> Budget:
    """The one IT budget of a jurisdiction-year: the authority's, opened when first asked for."""
    demand(jurisdiction.authority_id, _("The jurisdiction has no authority yet: name it first."))
    budget, _created = Budget.objects.get_or_create(
        jurisdiction=jurisdiction, year=year, defaults={"authority_id": jurisdiction.authority_id}
    )
    return budget


@transaction.atomic
def open_year(jurisdiction: Jurisdiction, year: int, amount: Decimal, *, by: User) -> Budget:
    """Finance opens the budget of a year with its ceiling."""
    return set_ceiling(budget_of(jurisdiction, year), amount, by=by)


@transaction.atomic
def set_ceiling(budget: Budget, amount: Decimal, *, by: User, version: int | None = None) -> Budget:
    """Finance says how much the year's lists may ask for, before the control figure."""
    budget = _locked(budget, version)
    _demand_finance(by, budget)
    demand(
        budget.stage == BudgetStage.FIRST_REQUEST,
        _("The control figure is given: it takes the place of the ceiling."),
    )
    demand(amount >= 0, _("An amount is not negative."))
    budget.ceiling = amount
    budget.bump("ceiling")
    audit.record("budget.ceiling_set", budget, by=by, amount=f"{amount:.2f}")
    return budget


@transaction.atomic
def control(budget: Budget, amount: Decimal, *, by: User, version: int | None = None) -> Budget:
    """一下: finance's control figure takes the place of the ceiling; it may be given anew until the reply."""
    budget = _locked(budget, version)
    _demand_finance(by, budget)
    demand(not budget.is_replied, _("The budget is replied already."))
    BUDGET_MOVES.check(budget.stage, BudgetStage.CONTROL)
    demand(amount >= 0, _("An amount is not negative."))
    budget.ceiling, budget.stage = amount, BudgetStage.CONTROL
    budget.controlled_at, budget.controlled_by = timezone.now(), by
    budget.bump("ceiling", "stage", "controlled_at", "controlled_by")
    audit.record("budget.controlled", budget, by=by, amount=f"{amount:.2f}")
    return budget


@transaction.atomic
def reply(budget: Budget, *, by: User, number: str = "", version: int | None = None) -> Budget:
    """二下: refused until the locked lists (一上) fit the control figure."""
    budget = _locked(budget, version)
    _demand_finance(by, budget)
    demand(budget.stage == BudgetStage.CONTROL, _("There is no control figure to reply to."))
    asked = requested(budget)
    over = asked - (budget.ceiling or 0)
    demand(
        over <= 0,
        _("The lists ask for %(over)s more than the control figure: a new list version must fit.")
        % {"over": f"{over:,.2f}"},
    )
    BUDGET_MOVES.check(budget.stage, BudgetStage.REPLY)
    budget.stage, budget.replied_at, budget.replied_by, budget.reply_number = (
        BudgetStage.REPLY,
        timezone.now(),
        by,
        number,
    )
    budget.bump("stage", "replied_at", "replied_by", "reply_number")
    audit.record("budget.replied", budget, by=by, asked=f"{asked:.2f}", number=number)
    return budget


@transaction.atomic
def carry_over(budget: Budget, project: Project, amount: Decimal, *, by: User, version: int | None = None) -> None:
    """Move unspent money of a project to the next year: a movement, declared by nobody."""
    budget = _locked(budget, version)
    demand(by.is_head_of(budget.jurisdiction_id), _("Only the authority's head does this."))
    mine = list(budget.entries.filter(project=project).order_by("pk"))
    available = sum((entry.amount for entry in mine), Decimal("0.00"))
    demand(budget.is_replied, _("Money is carried over after the reply."))
    demand(0 < amount <= available, _("More than the project has this year."))
    following = budget_of(budget.jurisdiction, budget.year + 1)
    for place, moved in ((budget, -amount), (following, amount)):
        BudgetEntry.objects.create(
            budget=place,
            department_id=place.authority_id,
            authority_id=place.authority_id,
            kind=EntryKind.CARRY_OVER,
            round=mine[0].round,
            project=project,
            amount=moved,
            by=by,
        )
    budget.bump()
    audit.record("budget.carried_over", budget, by=by, project=project.code, amount=f"{amount:.2f}")


@transaction.atomic
def close_year(jurisdiction: Jurisdiction, year: int, *, by: User | None) -> int:
    """Year end: reserve projects lapse, their money is held (deferred)."""
    lock_register(jurisdiction.pk)
    demand(by is None or by.is_head_of(jurisdiction.pk), _("Only the authority's head does this."))
    waiting = ListProject.objects.filter(
        annual_list__round__jurisdiction=jurisdiction, annual_list__round__year=year, status=ListStatus.RESERVE
    )
    lapsed = 0
    for entry in waiting.select_related("project"):
        LIST_MOVES.check(entry.status, ListStatus.LAPSED)
        entry.status = ListStatus.LAPSED
        entry.save(update_fields=["status"])
        audit.record("project.lapsed", entry.project, by=by, year=year)
        lapsed += 1
    return lapsed


def _locked(budget: Budget, version: int | None) -> Budget:
    lock_register(budget.jurisdiction_id)
    budget = Budget.objects.select_related("jurisdiction").locked(budget.pk)
    budget.demand_version(version)
    return budget


def _demand_finance(by: User, budget: Budget) -> None:
    here = by.acting is not None and by.acting.department.jurisdiction_id == budget.jurisdiction_id
    demand(by.has_role(Role.FINANCE) and here, _("Only the finance department of this jurisdiction does this."))
