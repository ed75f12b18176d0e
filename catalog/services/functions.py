"""The functions of a system, in its owner's words: duplicates are compared with them."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import System, SystemFunction
from catalog.services import entries
from catalog.services.systems import keep_version, open_entry
from common import audit
from common.errors import demand
from governance.models import User


@transaction.atomic
def add(system: System, values: entries.Values, *, by: User, version: int | None = None) -> SystemFunction:
    """Enter one more function."""
    system = open_entry(system, version)
    demand(
        not system.is_classified,
        _("A classified system is a pointer only: its functions are not entered here."),
    )
    before = _names(system)
    function = SystemFunction(system=system)
    entries.create(function, values)
    reason = _("Function added: %(name)s") % {"name": function}
    _next_version(system, before, by=by, reason=reason)
    audit.record("function.add", system, by=by, function=function.name)
    return function


@transaction.atomic
def edit(function: SystemFunction, values: entries.Values, *, by: User, version: int | None = None) -> SystemFunction:
    """Change the words or the category of a function."""
    system = open_entry(function.system, version)
    before = _names(system)
    function = SystemFunction.objects.select_for_update(of=("self",)).get(pk=function.pk)
    changed = entries.change(function, values)
    if changed:
        entries.check(function)
        function.save(update_fields=list(changed))
        reason = _("Function changed: %(name)s") % {"name": function}
        _next_version(system, before, by=by, reason=reason)
        audit.record("function.edit", system, by=by, function=function.name, before=changed)
    return function


@transaction.atomic
def remove(function: SystemFunction, *, by: User, reason: str = "", version: int | None = None) -> System:
    """Take a function out of the entry."""
    system = open_entry(function.system, version)
    before = _names(system)
    name = function.name
    function.delete()
    reason = reason.strip() or _("Function removed: %(name)s") % {"name": name}
    _next_version(system, before, by=by, reason=reason)
    audit.record("function.remove", system, by=by, function=name)
    return system


def _names(system: System) -> dict[str, list[str]]:
    return {"functions": list(system.functions.values_list("name", flat=True))}


def _next_version(system: System, before: dict[str, list[str]], *, by: User, reason: str) -> None:
    system.bump()
    keep_version(system, before, by=by, reason=reason)
