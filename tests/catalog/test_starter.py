"""The starter set."""

import re

import pytest

from catalog.models import Capability, FunctionCategory
from catalog.services import starter
from catalog.states import CapabilityKind
from common.errors import DomainError
from common.models import AuditEvent
from tests.factories import JurisdictionFactory, city

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[一-鿿]")


def test_the_starter_set_has_26_written_entries_and_a_tree_of_categories():
    place = city()

    new = starter.load(place.jurisdiction, by=place.people.catalog)

    assert len(new) == 26
    assert FunctionCategory.objects.filter(parent=None).count() == 12
    assert FunctionCategory.objects.exclude(parent=None).count() == 47
    for entry in Capability.objects.prefetch_related("categories"):
        assert entry.categories.all(), entry
        for text in (entry.built_centrally, entry.services_offered, entry.department_builds, entry.not_separately):
            assert CHINESE.search(text), entry
            assert text.count("\n") >= 1, entry
        assert entry.provider == place.bureau
        assert entry.resource
        assert entry.keywords
    assert {entry.kind for entry in new} == set(CapabilityKind.values)


def test_a_second_run_adds_nothing_and_leaves_what_was_changed():
    place = city()
    starter.load(place.jurisdiction)
    Capability.objects.filter(code="city-NL014").update(name="本市地图")
    FunctionCategory.objects.filter(code="F01").update(name="身份")

    assert starter.load(place.jurisdiction) == []

    assert Capability.objects.count() == 26
    assert Capability.objects.get(code="city-NL014").name == "本市地图"
    assert FunctionCategory.objects.get(code="F01").name == "身份"


def test_two_jurisdictions_have_their_own_entries_under_the_same_categories():
    starter.load(city("one").jurisdiction)
    count = FunctionCategory.objects.count()

    assert len(starter.load(city("two").jurisdiction)) == 26
    assert FunctionCategory.objects.count() == count


def test_the_starter_set_needs_an_authority():
    with pytest.raises(DomainError, match="authority"):
        starter.load(JurisdictionFactory())


def test_loading_by_a_clock_is_audited_as_the_system():
    starter.load(city().jurisdiction)

    assert AuditEvent.objects.filter(action="capability.publish", actor_code="system").count() == 26
