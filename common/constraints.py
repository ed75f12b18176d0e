"""Database constraints that several models share."""

from __future__ import annotations

from typing import Any

from django.db.models import CheckConstraint, F, Q, TextChoices
from django.utils.translation import gettext_lazy as _


def set_together(*fields: str) -> CheckConstraint:
    """All of ``fields`` are filled, or none is (who did it, and when)."""
    none = Q(**{f"{field}__isnull": True for field in fields})
    every = Q(**{f"{field}__isnull": False for field in fields})
    return CheckConstraint(
        condition=none | every,
        name=f"%(app_label)s_%(class)s_{fields[0]}_together",
        violation_error_message=_("These fields belong together: fill all of them or none."),
    )


def valid_choice(field: str, choices: type[TextChoices]) -> CheckConstraint:
    """The column only ever holds one of ``choices``."""
    return CheckConstraint(
        condition=Q(**{f"{field}__in": choices.values}),
        name=f"%(app_label)s_%(class)s_{field}_valid",
        violation_error_message=_("This is not one of the possible values."),
    )


def blank_or_choice(field: str, choices: type[TextChoices]) -> CheckConstraint:
    """The column holds one of ``choices``, or nothing yet."""
    return CheckConstraint(
        condition=Q(**{f"{field}__in": ["", *choices.values]}),
        name=f"%(app_label)s_%(class)s_{field}_valid",
        violation_error_message=_("This is not one of the possible values."),
    )


def not_negative(*fields: str) -> CheckConstraint:
    """Amounts and counts that have no meaning below zero (NULL passes: unknown)."""
    condition = Q()
    for field in fields:
        condition &= Q(**{f"{field}__gte": 0}) | Q(**{f"{field}__isnull": True})
    return CheckConstraint(
        condition=condition,
        name=f"%(app_label)s_%(class)s_{fields[0]}_not_negative",
        violation_error_message=_("An amount is not negative."),
    )


def ordered(first: str, last: str) -> CheckConstraint:
    """A period does not end before it begins."""
    return CheckConstraint(
        condition=Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": F(first)}),
        name=f"%(app_label)s_%(class)s_{first}_before_{last}",
        violation_error_message=_("The end lies before the beginning."),
    )


def implies(name: str, state: Q, fields: Q, message: Any) -> CheckConstraint:
    """A state implies something about the other fields of its row."""
    return CheckConstraint(
        condition=~state | fields, name=f"%(app_label)s_%(class)s_{name}", violation_error_message=message
    )
