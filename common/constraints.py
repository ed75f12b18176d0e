"""Database constraints that several models share."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db.models import CheckConstraint, F, Model, Q, TextChoices
from django.utils.translation import gettext_lazy as _


def full_clean(record: Model, *, exclude: set[str] | None = None, validate_unique: bool = True) -> None:
    """Django's check of a record by its fields and constraints, with one question to the database for all checks.

    Django asks once for each; only a record that fails is asked about one by one, for the words.
    """
    record.full_clean(exclude=exclude, validate_unique=validate_unique, validate_constraints=False)
    try:
        stands = _stands(record, exclude or set())
    except (FieldError, ValidationError):
        stands = False
    if not stands:
        record.validate_constraints(exclude=exclude)


def _stands(record: Model, exclude: set[str]) -> bool:
    """Whether all constraints hold: the checks together, what is unique one by one."""
    checks = []
    for model, constraints in record.get_constraints():
        for constraint in constraints:
            if isinstance(constraint, CheckConstraint):
                checks.append(Q(constraint.condition))
            else:
                constraint.validate(model, record, exclude=exclude)
    against = record._get_field_expression_map(meta=record._meta, exclude=exclude)  # type: ignore[attr-defined]
    return not checks or reduce(and_, checks).check(against)


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
