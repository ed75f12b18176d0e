"""Who may do what with the budget."""

from __future__ import annotations

from typing import Any

import rules

from governance.states import Role

SEES = frozenset({Role.FINANCE, Role.HEAD, Role.REVIEWER, Role.AUDITOR, Role.PROCUREMENT})


@rules.predicate
def sees_budget(user: Any, budget: Any) -> bool:
    """Mirror of `BudgetQuerySet.visible_to`."""
    acting = user.acting if user.is_authenticated else None
    return acting is not None and acting.role in SEES and acting.department.jurisdiction_id == budget.jurisdiction_id


@rules.predicate
def is_finance_of(user: Any, budget: Any) -> bool:
    return (
        user.is_authenticated
        and user.has_role(Role.FINANCE)
        and user.acting.department.jurisdiction_id == budget.jurisdiction_id
    )


@rules.predicate
def heads_budget(user: Any, budget: Any) -> bool:
    return user.is_authenticated and user.is_head_of(budget.jurisdiction_id)


@rules.predicate
def heads_list(user: Any, annual_list: Any) -> bool:
    return user.is_authenticated and user.is_head_of(annual_list.round.jurisdiction_id)


@rules.predicate
def sees_budgets(user: Any) -> bool:
    return user.is_authenticated and user.has_role(*SEES)


@rules.predicate
def is_finance_officer(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.FINANCE)


@rules.predicate
def sees_chain(user: Any, project: Any) -> bool:
    """Whoever sees the budget of the project's jurisdiction: a chain names every payer."""
    return sees_budget(user, project)


rules.add_perm("budgets.see_budgets", sees_budgets)
rules.add_perm("budgets.open_budget", is_finance_officer)
rules.add_perm("budgets.see_chain", sees_chain)
rules.add_perm("budgets.view_budget", sees_budget)
rules.add_perm("budgets.control_budget", is_finance_of)
rules.add_perm("budgets.carry_over", heads_budget)
rules.add_perm("budgets.lock_annuallist", heads_list)
