"""A city and who works on its catalog. Sentences are asserted in English, whatever the installation speaks."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import translation

from tests.catalog.pages import sign_in
from tests.factories import city


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def place(db: None) -> SimpleNamespace:
    return city()


@pytest.fixture
def clerk(place: SimpleNamespace) -> Client:
    """The browser of a clerk of the transport department."""
    return sign_in(place.people.transport)


@pytest.fixture
def manager(place: SimpleNamespace) -> Client:
    """The browser of the catalog manager."""
    return sign_in(place.people.catalog)
