"""The tree of function categories, which all of an installation share."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from catalog.models import FunctionCategory
from catalog.services import entries
from common import audit
from common.errors import DomainError, demand
from governance.models import User


@transaction.atomic
def add(values: entries.Values, *, by: User) -> FunctionCategory:
    """Put a new category into the tree."""
    category = FunctionCategory()
    entries.create(category, values)
    audit.record("category.add", category, by=by, code=category.code)
    return category


@transaction.atomic
def change(category: FunctionCategory, values: entries.Values, *, by: User) -> FunctionCategory:
    """Rename or move a category. Refused: a place below itself."""
    category = FunctionCategory.objects.select_for_update().get(pk=category.pk)
    before = entries.change(category, values)
    if before:
        below = FunctionCategory.objects.descendants(category, include_self=True)
        demand(
            category.parent_id not in {row.pk for row in below},
            _("A category does not stand below itself: choose another one above it."),
        )
        entries.check(category)
        category.save()
        audit.record("category.change", category, by=by, before=before)
    return category


@transaction.atomic
def remove(category: FunctionCategory, *, by: User) -> None:
    """Take a category out of the tree. Refused while anything is filed under it."""
    demand(
        not category.children.exists(),
        _("Other categories stand below this one: remove or move them first."),
    )
    demand(
        not category.capabilities.exists(),
        _("Capabilities serve this category. Give them another one first:"),
        items=list(category.capabilities.all()),
    )
    audit.record("category.remove", category, by=by, code=category.code)
    try:
        category.delete()
    except ProtectedError as error:
        raise DomainError(
            _("Functions or modules are filed under this category: it stays, but you may rename it.")
        ) from error
