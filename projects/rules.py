"""Who may do what with an application. `ApplicationQuerySet.visible_to` says the same for lists."""

from __future__ import annotations

from typing import Any

import rules

from governance.states import Role
from projects.states import BEFORE_SUBMISSION

SEES_SUBMITTED = frozenset({Role.INTAKE, Role.REVIEWER, Role.HEAD, Role.FINANCE, Role.DISTRICT_ADMIN})
SEES_PROJECTS = SEES_SUBMITTED | {Role.AUDITOR, Role.PROCUREMENT, Role.CATALOG}


def _acting(user: Any) -> Any:
    return user.acting if user.is_authenticated else None


@rules.predicate
def is_of_department(user: Any, application: Any) -> bool:
    acting = _acting(user)
    return (
        acting is not None
        and acting.role in {Role.CLERK, Role.LEADER}
        and acting.department_id == application.department_id
    )


@rules.predicate
def sees_submitted(user: Any, application: Any) -> bool:
    acting = _acting(user)
    if acting is None or acting.department.jurisdiction_id != application.round.jurisdiction_id:
        return False
    if acting.role == Role.AUDITOR:
        return True
    was_submitted = application.submitted_at is not None and application.status not in BEFORE_SUBMISSION
    return acting.role in SEES_SUBMITTED and was_submitted


@rules.predicate
def is_clerk_of(user: Any, application: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.CLERK, department=application.department_id)


@rules.predicate
def is_clerk_of_whole(user: Any, part: Any) -> bool:
    """Of the application that a line, basis, named system or file belongs to."""
    return part is not None and is_clerk_of(user, part.application)


@rules.predicate
def is_leader_of(user: Any, application: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.LEADER, department=application.department_id)


@rules.predicate
def is_clerk(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.CLERK)


@rules.predicate
def is_intake_of(user: Any, application: Any) -> bool:
    return (
        user.is_authenticated
        and user.has_role(Role.INTAKE)
        and user.acting.is_at_authority_of(application.round.jurisdiction_id)
    )


@rules.predicate
def is_judge_of(user: Any, application: Any) -> bool:
    return user.is_authenticated and user.is_judge_of(application.round.jurisdiction_id)


@rules.predicate
def sees_project(user: Any, project: Any) -> bool:
    """Mirror of `ProjectQuerySet.visible_to`."""
    acting = _acting(user)
    if acting is None:
        return False
    if acting.role in SEES_PROJECTS:
        return acting.department.jurisdiction_id == project.jurisdiction_id
    if acting.role not in {Role.CLERK, Role.LEADER}:
        return False
    takes_part = project.participants.filter(department=acting.department_id)
    return project.lead_id == acting.department_id or takes_part.exists()


rules.add_perm("projects.view_application", is_of_department | sees_submitted)
rules.add_perm("projects.add_application", is_clerk)
rules.add_perm("projects.change_application", is_clerk_of)
rules.add_perm("projects.change_line", is_clerk_of_whole)
rules.add_perm("projects.change_part", is_clerk_of_whole)
rules.add_perm("projects.sign_off_application", is_leader_of)
rules.add_perm("projects.withdraw_application", is_of_department)
rules.add_perm("projects.receive_application", is_intake_of)
rules.add_perm("projects.assign_application", is_intake_of | is_judge_of)
rules.add_perm("projects.end_application", is_judge_of)
rules.add_perm("projects.view_project", sees_project)
