"""What the database itself refuses: one case a constraint, past every form and service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import BaseConstraint, CheckConstraint, Model

Make = Callable[[], Model]
Case = Callable[[], Any]


def change(make: Make, **values: Any) -> Case:
    """An UPDATE of a good row."""

    def act() -> None:
        row = make()
        assert type(row)._base_manager.filter(pk=row.pk).update(**values)

    return act


def twice(make: Make, **differing: Any) -> Case:
    """The same row a second time, but for what does not matter."""

    def act() -> None:
        row = make()
        row.pk, row._state.adding = None, True
        for name, value in differing.items():
            setattr(row, name, value)
        row.save(force_insert=True)

    return act


def constraints(*labels: str) -> dict[str, BaseConstraint]:
    """All check and unique constraints of these apps by name."""
    models = [model for label in labels for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    return {constraint.name: constraint for model in models for constraint in model._meta.constraints}


def assert_refused(name: str, case: Case) -> None:
    """The database refuses, and by this very constraint where it says so."""
    constraint = constraints(name.partition("_")[0])[name]
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        case()
    if isinstance(constraint, CheckConstraint) or connection.vendor == "postgresql":
        assert name in str(refusal.value)
