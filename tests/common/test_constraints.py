"""The database itself refuses what is never true of the parts that every app shares."""

from __future__ import annotations

import pytest

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
