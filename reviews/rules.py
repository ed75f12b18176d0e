"""Who may do what in the review. Four eyes and conflicts of interest are checked by the services."""

from __future__ import annotations

from typing import Any

import rules

from governance.rules import has_membership
from governance.states import Role


@rules.predicate
def is_judge(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.REVIEWER, Role.HEAD)


@rules.predicate
def judges(user: Any, act: Any) -> bool:
    """Reviewer or head of the authority of the act's jurisdiction."""
    return user.is_authenticated and user.is_judge_of(act.jurisdiction_id)


@rules.predicate
def sees_acts(user: Any, act: Any) -> bool:
    """Mirror of `ActQuerySet.visible_to`."""
    if not user.is_authenticated or user.acting is None:
        return False
    if user.has_role(Role.REVIEWER, Role.HEAD, Role.AUDITOR, Role.FINANCE):
        return user.acting.department.jurisdiction_id == act.jurisdiction_id
    if not user.has_role(Role.CLERK, Role.LEADER) or act.status not in {"confirmed", "contested", "undone"}:
        return False
    return act.opinions.filter(department=user.acting.department_id).exists()


@rules.predicate
def gives_opinion(user: Any, act: Any) -> bool:
    """The clerk or leader of a department that the act touches."""
    if not user.is_authenticated or not user.has_role(Role.CLERK, Role.LEADER):
        return False
    return act.opinions.filter(department=user.acting.department_id).exists()


@rules.predicate
def heads_list(user: Any, annual_list: Any) -> bool:
    return user.is_authenticated and user.is_head_of(annual_list.round.jurisdiction_id)


@rules.predicate
def sees_list(user: Any, annual_list: Any) -> bool:
    """Mirror of `AnnualListQuerySet.visible_to`."""
    if not user.is_authenticated or user.acting is None:
        return False
    if user.acting.department.jurisdiction_id != annual_list.round.jurisdiction_id:
        return False
    if user.has_role(Role.REVIEWER, Role.HEAD, Role.FINANCE, Role.AUDITOR, Role.PROCUREMENT):
        return True
    return user.has_role(Role.CLERK, Role.LEADER, Role.INTAKE, Role.CATALOG) and annual_list.versions.exists()


@rules.predicate
def reviews_round(user: Any, round: Any) -> bool:
    return user.is_authenticated and user.is_judge_of(round.jurisdiction_id)


rules.add_perm("reviews.view_act", sees_acts)
rules.add_perm("reviews.add_act", is_judge)
rules.add_perm("reviews.decide_act", judges)
rules.add_perm("reviews.give_opinion", gives_opinion)
rules.add_perm("reviews.view_annuallist", sees_list)
rules.add_perm("reviews.determine_annuallist", heads_list)
rules.add_perm("reviews.consolidate_round", reviews_round)
rules.add_perm("reviews.view_finding", has_membership)
