"""The database itself refuses what is never true of the parts that every app shares."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal

import pytest
from django.apps import apps
from django.db.models import CheckConstraint, Q

from common.constraints import holds
from common.models import IdempotencyKey
from tests.factories import UserFactory
from tests.refusals import assert_refused, constraints, twice

pytestmark = pytest.mark.django_db


def key() -> IdempotencyKey:
    return IdempotencyKey.objects.create(user=UserFactory(), route="/", key="a", fingerprint="b", status=200)


CASES = {"common_idempotencykey_once": twice(key, body="{}")}


def test_every_constraint_has_its_case() -> None:
    assert set(CASES) == set(constraints("common"))


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str) -> None:
    assert_refused(name, CASES[name])


BY_SQL_ALONE = {"governance_jurisdiction_currency_iso"}  # a pattern: Django is asked


def checks():
    """Every condition of every model, with its name."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, CheckConstraint) and constraint.name not in BY_SQL_ALONE:
                yield pytest.param(model, Q(constraint.condition), id=constraint.name)


def some(field, chance: random.Random):
    """A value for a field, empty now and then."""
    if field.is_relation:
        return chance.choice([None, 1, 2])
    if field.choices:
        return chance.choice([None, "", "nonsense", *(value for value, _label in field.flatchoices)])
    day = datetime.date(2026, 1, 1) + datetime.timedelta(days=chance.randrange(3))
    kinds = {
        "BooleanField": [True, False],
        "DateField": [None, day],
        "DateTimeField": [None, datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.UTC)],
        "DecimalField": [None, Decimal("-1"), Decimal(0), Decimal("0.5"), Decimal(1), Decimal(101)],
        "CharField": [None, "", "a"],
        "TextField": [None, "", "a"],
    }
    whole = [None, -1, 0, 1, 13, 101]
    return chance.choice(
        kinds.get(field.get_internal_type(), whole if "Integer" in field.get_internal_type() else [None])
    )


@pytest.mark.parametrize(("model", "condition"), checks())
def test_a_condition_is_worked_out_as_the_database_does(model, condition):
    chance = random.Random(model._meta.label)
    for _try in range(12):
        record = model()
        for field in model._meta.concrete_fields:
            setattr(record, field.attname, some(field, chance))
        answer = holds(record, condition)
        assert (answer is not False) == condition.check(record._get_field_expression_map(meta=model._meta))
