"""What is never emptied, and what a city that cannot be made leaves behind."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from common.errors import DomainError
from common.models import AuditEvent
from config import demo
from governance.models import Jurisdiction
from tests.factories import JurisdictionFactory


@pytest.mark.django_db
def test_a_reset_is_refused_beside_a_real_city(settings):
    settings.DEMO_CITY = True
    JurisdictionFactory()
    with pytest.raises(CommandError, match="another city"):
        call_command("demo_reset")
    assert Jurisdiction.objects.exists()


@pytest.mark.django_db
def test_a_reset_is_refused_on_a_server_for_real_work(settings):
    settings.DEMO_CITY = False
    with pytest.raises(CommandError, match="real work"):
        call_command("demo_reset")


def test_what_cannot_be_built_leaves_the_database_empty(monkeypatch, transactional_db):
    def broken(*_: object) -> None:
        raise DomainError("no")

    monkeypatch.setattr("config.demo.city.Inventory", broken)
    with pytest.raises(DomainError):
        demo.build()
    assert not Jurisdiction.objects.exists()
    assert AuditEvent.objects.exclude(action__startswith="policy").count() == 0
