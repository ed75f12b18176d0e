"""A list of three rows asks as much as a list of one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import FunctionCategory, SystemVersion
from tests.api import Program
from tests.catalog.pages import at
from tests.factories import CapabilityFactory, DataResourceFactory, SystemFactory, SystemFunctionFactory

pytestmark = pytest.mark.django_db


def rows(place, count):
    """`count` more of everything, each with parts of its own; returns the last system."""
    for _n in range(count):
        top = SystemFactory(owner=place.transport)
        capability = CapabilityFactory(jurisdiction=place.jurisdiction)
        capability.categories.add(FunctionCategory.objects.create(code=capability.code, name="类"))
        system = SystemFunctionFactory(
            system__owner=place.transport, system__planned_fate="absorb", system__absorbed_into=top
        ).system
        system.used_by.add(place.police)
        system.depends_on.add(top)
        resource = DataResourceFactory(provider=place.transport, system=system)
        resource.items.create(name="桩号")
        SystemVersion.objects.create(
            system=system, number=2, by=place.people.transport, reason="改名", before={"name": "旧"}
        )
    return system


PAGES = {"capabilities": 9, "systems": 9, "system-directory": 8, "data": 8}


@pytest.mark.parametrize("page_name", PAGES)
def test_a_list_asks_the_same_queries_for_one_row_and_three(place, clerk, page_name):
    counts = []
    clerk.get(at(page_name))  # the session is written once
    for more in (1, 2):
        rows(place, more)
        with CaptureQueriesContext(connection) as asked:
            assert clerk.get(at(page_name)).status_code == 200
        counts.append(len(asked))

    assert counts == [PAGES[page_name]] * 2


ADDRESSES = {
    "function-categories": 4,
    "capabilities": 5,
    "systems": 7,
    "system-functions": 4,
    "system-versions": 4,
    "data-resources": 5,
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_list_of_the_api_asks_the_same_queries_for_one_row_and_three(place, address):
    counts, program = [], Program(place.people.transport)
    program.read(f"{address}/")
    for more in (1, 2):
        rows(place, more)
        with CaptureQueriesContext(connection) as asked:
            assert len(program.read(f"{address}/")["results"]) >= more
        counts.append(len(asked))

    assert counts == [ADDRESSES[address]] * 2


RECORDS = {"system": 9, "system-functions": 5, "system-inside": 5, "system-versions": 9}


@pytest.mark.parametrize("page_name", RECORDS)
def test_a_record_asks_the_same_queries_for_one_part_and_three(place, clerk, page_name):
    system, counts = rows(place, 1), []
    url = at(page_name, system.pk)
    clerk.get(url)
    for more in (0, 2):
        for number in range(more):
            part = rows(place, 1)
            SystemFunctionFactory(system=system)
            system.depends_on.add(part)
            system.used_by.add(part.owner)
            DataResourceFactory(provider=place.transport, system=system)
            SystemVersion.objects.create(
                system=system, number=number + 3, by=place.people.health, reason="改名", before={"name": "旧"}
            )
        with CaptureQueriesContext(connection) as asked:
            assert clerk.get(url).status_code == 200
        counts.append(len(asked))

    assert counts == [RECORDS[page_name]] * 2
