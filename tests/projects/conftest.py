"""A city whose round is open, and sentences in English whatever language the installation speaks."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.utils import translation

from projects.models import Application
from tests.factories import complete_draft, open_city


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    return open_city()


@pytest.fixture
def draft(town: SimpleNamespace) -> Application:
    return complete_draft(town)
