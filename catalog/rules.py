"""Who may do what with the catalog and the inventory."""

from __future__ import annotations

from typing import Any

import rules

from catalog.states import OWNERS, SEES_INSIDE
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
def keeps_for(user: Any, department: Any) -> bool:
    """The department's clerk or leader, or the catalog manager of its jurisdiction."""
    if department is None or not user.is_authenticated or not user.acting:
        return False
    if user.has_role(*OWNERS, department=department):
        return True
    return is_catalog_manager(user) and user.acting.department.jurisdiction_id == department.jurisdiction_id


@rules.predicate
def registers_for(user: Any, department: Any) -> bool:
    """As `keeps_for`, but a leader only signs off."""
    return keeps_for(user, department) and (is_department_clerk(user) or is_catalog_manager(user))


@rules.predicate
def keeps_system(user: Any, system: Any) -> bool:
    return system is not None and keeps_for(user, system.owner)


@rules.predicate
def keeps_function(user: Any, function: Any) -> bool:
    return function is not None and keeps_for(user, function.system.owner)


@rules.predicate
def keeps_data(user: Any, resource: Any) -> bool:
    return resource is not None and keeps_for(user, resource.provider)


@rules.predicate
def sees_inside(user: Any, system: Any) -> bool:
    """Money, security, contacts and history: `SystemQuerySet.details_visible_to` says the same for lists."""
    acting = user.acting if user.is_authenticated else None
    if system is None or acting is None:
        return False
    if acting.role in OWNERS:
        return bool(system.owner_id == acting.department_id)
    return acting.role in SEES_INSIDE and acting.department.jurisdiction_id == system.owner.jurisdiction_id


@rules.predicate
def is_department_clerk(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.CLERK)


rules.add_perm("catalog.view_capability", has_membership)
rules.add_perm("catalog.add_capability", is_catalog_manager)
rules.add_perm("catalog.manage_capability", manages_capability)
rules.add_perm("catalog.view_system", has_membership)
rules.add_perm("catalog.add_system", is_department_clerk | is_catalog_manager)
rules.add_perm("catalog.view_functioncategory", has_membership)
rules.add_perm("catalog.manage_functioncategory", is_catalog_manager)
rules.add_perm("catalog.register_system", registers_for)
rules.add_perm("catalog.change_system", keeps_system)
rules.add_perm("catalog.change_systemfunction", keeps_function)
rules.add_perm("catalog.view_system_inside", sees_inside)
rules.add_perm("catalog.view_dataresource", has_membership)
rules.add_perm("catalog.add_dataresource", is_department_clerk | is_catalog_manager)
rules.add_perm("catalog.register_dataresource", registers_for)
rules.add_perm("catalog.change_dataresource", keeps_data)
