"""Who may do what with departments, people, rounds and policies. `visible_to` says the same for lists."""

from __future__ import annotations

from typing import Any

import rules

from governance.states import SEES_PEOPLE, Role


def _place(user: Any) -> int | None:
    """The jurisdiction in which the person acts."""
    acting = user.acting if user.is_authenticated else None
    return acting.department.jurisdiction_id if acting else None


@rules.predicate
def has_membership(user: Any) -> bool:
    return user.is_authenticated and user.acting is not None


@rules.predicate
def is_authority_head(user: Any) -> bool:
    """Head of the authority of the jurisdiction in which the person acts."""
    place = _place(user)
    return place is not None and user.is_head_of(place)


@rules.predicate
def is_authority_staff(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.INTAKE, Role.REVIEWER, Role.HEAD, Role.CATALOG)


@rules.predicate
def is_finance(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.FINANCE)


@rules.predicate
def is_auditor(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.AUDITOR, Role.AUDIT_ADMIN)


@rules.predicate
def is_system_admin(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.SYSTEM_ADMIN)


@rules.predicate
def is_security_admin(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.SECURITY_ADMIN)


@rules.predicate
def sees_people(user: Any) -> bool:
    return user.is_authenticated and user.has_role(*SEES_PEOPLE)


@rules.predicate
def is_here(user: Any, record: Any) -> bool:
    """The record belongs to the jurisdiction in which the person acts."""
    return record is not None and _place(user) == record.jurisdiction_id


@rules.predicate
def is_here_or_for_all(user: Any, record: Any) -> bool:
    """As above, or the record belongs to the default pack."""
    place = _place(user)
    return record is not None and place is not None and record.jurisdiction_id in {None, place}


@rules.predicate
def governs(user: Any, record: Any) -> bool:
    """Head of the authority of the record's jurisdiction."""
    return record is not None and user.is_authenticated and user.is_head_of(record.jurisdiction_id)


@rules.predicate
def is_or_is_above(user: Any, jurisdiction: Any) -> bool:
    """Acts in this jurisdiction or in the one directly above it."""
    place = _place(user)
    return jurisdiction is not None and place is not None and place in {jurisdiction.pk, jurisdiction.parent_id}


@rules.predicate
def is_role_here(user: Any, membership: Any) -> bool:
    """The role is one of the jurisdiction in which the person acts, or of one directly below it."""
    return membership is not None and is_or_is_above(user, membership.department.jurisdiction)


@rules.predicate
def is_person_here(user: Any, person: Any) -> bool:
    """The person holds or held a role here or directly below, or has none anywhere yet."""
    place = _place(user)
    if person is None or place is None:
        return False
    held = person.memberships.values_list("department__jurisdiction", "department__jurisdiction__parent")
    places = {pk for row in held for pk in row}
    return not places or place in places


@rules.predicate
def is_told(user: Any, notification: Any) -> bool:
    """Mirror of `NotificationQuerySet.visible_to`."""
    return notification is not None and notification.membership_id in {role.pk for role in user.roles}


rules.add_perm("governance.view_notification", is_told)
rules.add_perm("governance.view_jurisdiction", has_membership)
rules.add_perm("governance.add_jurisdiction", is_authority_head | is_system_admin)
rules.add_perm("governance.manage_jurisdiction", (is_authority_head | is_system_admin) & is_or_is_above)
rules.add_perm("governance.view_department", has_membership)
rules.add_perm("governance.add_department", is_authority_head | is_system_admin)
rules.add_perm("governance.manage_department", (is_authority_head | is_system_admin) & is_here)
rules.add_perm("governance.view_fundingsource", is_here)
rules.add_perm("governance.add_fundingsource", is_authority_head | is_finance)
rules.add_perm("governance.manage_fundingsource", (is_authority_head | is_finance) & is_here)
rules.add_perm("governance.view_calendar", has_membership)
rules.add_perm("governance.manage_calendar", is_authority_head | is_system_admin)
rules.add_perm("governance.view_round", is_here)
rules.add_perm("governance.manage_round", governs)
rules.add_perm("governance.add_round", is_authority_head)
rules.add_perm("governance.view_policyparameter", is_here_or_for_all)
rules.add_perm("governance.add_policyparameter", is_authority_head)
rules.add_perm("governance.manage_policyparameter", governs)
rules.add_perm("governance.view_auditevent", is_auditor | is_authority_head)
rules.add_perm("governance.view_people", sees_people)
rules.add_perm("governance.view_user", sees_people & is_person_here)
rules.add_perm("governance.add_user", is_system_admin)
rules.add_perm("governance.manage_user", is_system_admin & is_person_here)
rules.add_perm("governance.view_membership", sees_people & is_role_here)
rules.add_perm("governance.add_membership", is_security_admin)
rules.add_perm("governance.grant_role", is_security_admin & is_person_here)
rules.add_perm("governance.manage_membership", is_security_admin & is_role_here)
rules.add_perm("governance.add_documenttemplate", is_authority_head | is_system_admin)
rules.add_perm("governance.manage_documenttemplate", (is_authority_head | is_system_admin) & is_here)
