"""One scene for all tests of a file: it is large, and nobody keeps what they change."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test.utils import override_settings
from django.utils import translation
from pytest_django import DjangoDbBlocker

from governance.models import User
from tests.security import town


@pytest.fixture(scope="module")
def scene(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SimpleNamespace]:
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), transaction.atomic(), media, translation.override("en"):
        yield town.build()
        transaction.set_rollback(True)
    cache.clear()


@pytest.fixture(scope="module")
def crowd(scene: SimpleNamespace) -> dict[str, User]:
    assert settings.LANGUAGE_CODE == "en"
    return town.crowd(scene)
