"""Who may do what with the catalog and the inventory."""

from __future__ import annotations

from typing import Any

import rules

from governance.rules import has_membership
from governance.states import Role


@rules.predicate
def is_catalog_manager(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.CATALOG)


@rules.predicate
def manages_capability(user: Any, capability: Any) -> bool:
    """A catalog manager at the authority of the capability's jurisdiction."""
    return (
        capability is not None
        and is_catalog_manager(user)
        and user.acting.department.jurisdiction_id == capability.jurisdiction_id
    )


@rules.predicate
def keeps_system(user: Any, system: Any) -> bool:
    """The owner's clerk or leader, or the catalog manager of the jurisdiction."""
    if system is None or not user.is_authenticated or not user.acting:
        return False
    if user.has_role(Role.CLERK, Role.LEADER, department=system.owner_id):
        return True
    return (
        user.has_role(Role.CATALOG)
        and user.acting.department.jurisdiction_id == system.owner.jurisdiction_id
    )


@rules.predicate
def keeps_data(user: Any, resource: Any) -> bool:
    """The provider's clerk or leader, or the catalog manager of the jurisdiction."""
    if resource is None or not user.is_authenticated or not user.acting:
        return False
    if user.has_role(Role.CLERK, Role.LEADER, department=resource.provider_id):
        return True
    return (
        user.has_role(Role.CATALOG)
        and user.acting.department.jurisdiction_id == resource.provider.jurisdiction_id
    )


@rules.predicate
def is_department_clerk(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.CLERK)


rules.add_perm("catalog.view_capability", has_membership)
rules.add_perm("catalog.add_capability", is_catalog_manager)
rules.add_perm("catalog.manage_capability", manages_capability)
rules.add_perm("catalog.view_system", has_membership)
rules.add_perm("catalog.add_system", is_department_clerk | is_catalog_manager)
rules.add_perm("catalog.change_system", keeps_system)
rules.add_perm("catalog.view_dataresource", has_membership)
rules.add_perm("catalog.add_dataresource", is_department_clerk | is_catalog_manager)
rules.add_perm("catalog.change_dataresource", keeps_data)
