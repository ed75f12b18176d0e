"""Who may do what with departments, rounds and policies."""

from __future__ import annotations

from typing import Any

import rules

from governance.states import Role


@rules.predicate
def has_membership(user: Any) -> bool:
    return user.is_authenticated and user.acting is not None


@rules.predicate
def is_authority_head(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.HEAD)


@rules.predicate
def is_authority_staff(user: Any) -> bool:
    return user.is_authenticated and user.has_role(
        Role.INTAKE, Role.REVIEWER, Role.HEAD, Role.CATALOG
    )


@rules.predicate
def is_finance(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.FINANCE)


@rules.predicate
def is_auditor(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.AUDITOR, Role.AUDIT_ADMIN)


@rules.predicate
def governs(user: Any, record: Any) -> bool:
    """Head of the authority of the record's jurisdiction."""
    return record is not None and user.is_authenticated and user.is_head_of(record.jurisdiction_id)


@rules.predicate
def is_security_admin(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.SECURITY_ADMIN)


rules.add_perm("governance.view_round", has_membership)
rules.add_perm("governance.manage_round", governs)
rules.add_perm("governance.add_round", is_authority_head)
rules.add_perm("governance.view_policyparameter", has_membership)
rules.add_perm("governance.manage_policyparameter", is_authority_head)
rules.add_perm("governance.view_auditevent", is_auditor | is_authority_head)
rules.add_perm("governance.manage_membership", is_security_admin)
