"""Database constraints that several models share."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import CheckConstraint, F, Model, Q, TextChoices
from django.utils.translation import gettext_lazy as _

LOOKUPS: Mapping[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, among: value in among,
}


def full_clean(record: Model, *, exclude: set[str] | None = None, validate_unique: bool = True) -> None:
    """Django's check of a record by its fields and constraints, without its question to the database for each of them.

    A condition is worked out here; the database keeps it in any case. Only where one fails, or says something that
    cannot be worked out here, Django is asked one by one, for the words.
    """
    record.full_clean(exclude=exclude, validate_unique=validate_unique, validate_constraints=False)
    try:
        stands = _stands(record, exclude or set())
    except (KeyError, TypeError, FieldDoesNotExist, ValidationError):
        stands = False
    if not stands:
        record.validate_constraints(exclude=exclude)


def _stands(record: Model, exclude: set[str]) -> bool:
    """Whether no constraint fails; what is unique is looked up."""
    for model, constraints in record.get_constraints():
        for constraint in constraints:
            if not isinstance(constraint, CheckConstraint):
                constraint.validate(model, record, exclude=exclude)
                continue
            condition = Q(constraint.condition)
            is_judged = not exclude or exclude.isdisjoint(name.partition("__")[0] for name in _names(condition))
            if is_judged and holds(record, condition) is False:
                return False
    return True


def _names(condition: Q) -> Iterator[str]:
    """The fields that a condition speaks of, with their lookups."""
    for one in condition.children:
        if isinstance(one, Q):
            yield from _names(one)
        else:
            path, wanted = cast("tuple[str, Any]", one)
            yield path
            if isinstance(wanted, F):
                yield wanted.name  # type: ignore[attr-defined]


def holds(record: Model, condition: Q) -> bool | None:
    """Whether a condition is true of a record, as SQL has it: None where an empty value leaves it open.

    Raises KeyError, TypeError or FieldDoesNotExist for what SQL alone can tell.
    """
    found = {
        holds(record, one) if isinstance(one, Q) else _compare(record, *cast("tuple[str, Any]", one))
        for one in condition.children
    }
    decides = {Q.AND: False, Q.OR: True}[condition.connector]
    answer = decides if decides in found else None if None in found else not decides
    return answer if answer is None else answer != condition.negated


def _compare(record: Model, path: str, wanted: Any) -> bool | None:
    name, _sign, lookup = path.partition("__")
    value = _value(record, name)
    if lookup == "isnull":
        return (value is None) == wanted
    if isinstance(wanted, F):
        wanted = _value(record, wanted.name)  # type: ignore[attr-defined]
    if value is None or wanted is None:
        return None
    return LOOKUPS[lookup or "exact"](value, wanted)


def _value(record: Model, name: str) -> Any:
    return getattr(record, record._meta.get_field(name).attname)  # type: ignore[union-attr]


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
