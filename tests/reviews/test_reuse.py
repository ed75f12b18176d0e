from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from governance.models import User
from projects.states import ApplicationStatus
from reviews.models import CapabilityRequest, Disposition, Finding
from reviews.queries.reuse import worth
from reviews.services.plan import Choice
from tests import scenes
from tests.factories import ApplicationFactory, CapabilityFactory, LineFactory, SystemFactory, city
from tests.governance.pages import as_, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return city()


@pytest.fixture
def capability(here):
    return CapabilityFactory(jurisdiction=here.jurisdiction, name="地图服务")


def used(here, capability, department, **purpose):
    clerk = department.memberships.first().user
    decided = {"decided_at": timezone.now(), "decided_by": here.people.catalog}
    return CapabilityRequest.objects.create(
        capability=capability, department=department, purpose="接入", asked_by=clerk, status="granted", quota=1,
        **decided, **purpose,
    )  # fmt: skip


def of(user, capability):
    found = worth(User.objects.get(pk=user.pk))
    return found, next(row for row in found.rows if row.pk == capability.pk)


def running(here, department):
    return ApplicationFactory(round=here.round, department=department, status=ApplicationStatus.CONSOLIDATION)


def test_uses_by_systems_are_counted_for_everybody(here, capability):
    used(here, capability, here.health, system=SystemFactory(owner=here.health))
    used(here, capability, here.police, system=SystemFactory(owner=here.police))
    found, row = of(here.people.transport, capability)
    assert (row.uses, row.departments, found.uses, found.departments, found.own) == (2, 2, 2, 2, 0)


def test_the_use_by_another_departments_application_is_not_even_a_number(here, capability):
    used(here, capability, here.police, application=running(here, here.police))
    assert of(here.people.transport, capability)[1].uses == 0
    assert of(here.people.police, capability)[1].uses == 1
    assert of(here.people.li, capability)[1].uses == 1


def test_what_was_stripped_is_saved_for_those_who_see_it(here, capability):
    line = LineFactory(application=running(here, here.police), declared=Decimal("100000.00"))
    scenes.decide(here, Choice(line.pk, "strip", capability=capability.pk))

    saved = Disposition.objects.live().get(kind="strip").saved
    assert saved > 0
    assert of(here.people.li, capability)[1].saved == saved
    assert of(here.people.police, capability)[0].modules == 1
    assert of(here.people.transport, capability)[0].saved == 0


def test_modules_of_ones_own_that_would_fit_are_named_to_nobody_else(here, capability):
    line = LineFactory(application=running(here, here.police))
    Finding.objects.create(line=line, capability=capability, pool="catalog", band="likely", pair_key="a")
    assert of(here.people.police, capability)[1].fitting == 1
    assert of(here.people.transport, capability)[1].fitting == 0
    line.capability, line.catalog_answer = capability, "use"
    line.save()
    assert of(here.people.police, capability)[1].fitting == 0


def test_the_page_has_every_capability_and_the_part_fills_the_cards(here, capability):
    used(here, capability, here.health, system=SystemFactory(owner=here.health))
    CapabilityFactory(jurisdiction=here.jurisdiction, name="统一支付")
    client = as_(here.people.police)
    page = text(client.get(reverse("reviews:capability-reuse")))
    assert "地图服务" in page and "统一支付" in page
    part = text(client.get(reverse("reviews:capability-reuse"), headers={"HX-Request": "true"}))
    assert f'id="use-{capability.pk}" hx-swap-oob="true"' in part
    assert part.count("hx-swap-oob") == 1


def test_the_figures_ask_the_same_queries_for_one_capability_and_three(here, capability):
    counts, client = [], as_(here.people.police)
    client.get(reverse("reviews:capability-reuse"))
    for more in (1, 2):
        for _n in range(more):
            each = CapabilityFactory(jurisdiction=here.jurisdiction)
            used(here, each, here.police, system=SystemFactory(owner=here.police))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("reviews:capability-reuse"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_without_a_role_there_is_nothing_to_count(here):
    nobody = User.objects.create(username="nobody")
    assert as_(nobody).get(reverse("reviews:capability-reuse")).status_code == 403
