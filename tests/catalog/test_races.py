"""Two people press at once: the first is heard, the second reads why not."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import SystemVersion
from catalog.services import capabilities, data, functions, systems
from tests.factories import CapabilityFactory, DataResourceFactory, SystemFactory, SystemFunctionFactory, city
from tests.races.racing import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def both(act: Callable[[], Any]) -> list[str]:
    """How the same act ended for the first and for the second."""
    return ["done" if told.won else told.refusal.code for told in race(act, act)]


def test_an_entry_is_attested_once():
    place = city()
    system = SystemFunctionFactory(system__owner=place.transport).system

    assert both(lambda: systems.attest(system, by=place.people.transport)) == ["done", "rule"]
    assert SystemVersion.objects.count() == 1


def test_two_changes_of_what_both_saw_are_one_change_and_one_refusal():
    place = city()
    system = SystemFactory(owner=place.transport)

    def change():
        systems.update(system, {"office": "科技处"}, by=place.people.transport, reason="改", version=1)

    assert both(change) == ["done", "stale"]


def test_two_functions_added_at_once_are_two_versions():
    place = city()
    system = SystemFactory(owner=place.transport)
    words = iter(("巡查", "工单"))

    assert both(lambda: functions.add(system, {"name": next(words)}, by=place.people.transport)) == ["done", "done"]
    assert sorted(SystemVersion.objects.values_list("number", flat=True)) == [2, 3]


def test_a_capability_is_retired_once():
    place = city()
    entry = CapabilityFactory(jurisdiction=place.jurisdiction)

    assert both(lambda: capabilities.retire(entry, by=place.people.catalog, reason="到期")) == ["done", "state"]


def test_a_resource_goes_into_the_pool_once():
    place = city()
    resource = DataResourceFactory(provider=place.transport)
    resource.items.create(name="桩号")

    assert both(lambda: data.pool(resource, by=place.people.transport)) == ["done", "rule"]
