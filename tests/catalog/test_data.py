"""Verbs of the data catalogue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import DataResource
from catalog.services import data
from catalog.states import SharingClass
from common.errors import DomainError, Stale
from common.models import AuditEvent
from tests.factories import DataResourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(place):
    """A clerk of the transport department."""
    return place.people.transport


ITEMS = [{"name": "路段编号", "type": "字符", "length": 20, "is_key": True}, {"name": "里程"}]


def names(resource):
    return list(resource.items.values_list("name", flat=True))


def test_registering_catalogues_a_resource_with_its_items(place, keeper):
    resource = data.register(place.transport, {"code": "JT-D1", "name": "路段基础信息"}, by=keeper, items=ITEMS)

    assert names(resource) == ["路段编号", "里程"]
    assert resource.items.get(is_key=True).length == 20
    assert AuditEvent.objects.get().details == {"items": 2}


def test_not_sharing_needs_its_legal_basis(place, keeper):
    with pytest.raises(DomainError, match="Name the legal basis"):
        data.register(place.transport, {"code": "JT-D1", "name": "名单", "sharing": SharingClass.NONE}, by=keeper)
    assert not DataResource.objects.exists()


def test_two_items_of_one_name_are_refused_and_nothing_is_written(place, keeper):
    with pytest.raises(DomainError, match="item of this name already"):
        data.register(place.transport, {"code": "JT-D1", "name": "路段"}, by=keeper, items=[ITEMS[0], ITEMS[0]])
    assert not DataResource.objects.exists()


def test_an_update_replaces_the_items_only_when_they_are_given(place, keeper):
    resource = data.register(place.transport, {"code": "JT-D1", "name": "路段"}, by=keeper, items=ITEMS)

    data.update(resource, {"summary": "国省干线"}, by=keeper, version=1)
    assert names(resource) == ["路段编号", "里程"]
    changed = data.update(resource, {}, by=keeper, items=[{"name": "桩号"}], version=2)

    assert names(changed) == ["桩号"]
    assert changed.version == 3
    last = AuditEvent.objects.first()
    assert last.details["before"] == {"items": ["路段编号", "里程"]}


def test_an_update_without_a_difference_changes_nothing(place, keeper):
    resource = data.register(place.transport, {"code": "JT-D1", "name": "路段"}, by=keeper, items=ITEMS)

    assert data.update(resource, {"name": "路段"}, by=keeper, items=ITEMS).version == 1


def test_an_update_of_an_entry_that_changed_meanwhile_is_refused(place, keeper):
    with pytest.raises(Stale):
        data.update(DataResourceFactory(provider=place.transport), {"name": "新"}, by=keeper, version=5)


def test_pooling_notes_the_day_once(place, keeper):
    resource = data.register(place.transport, {"code": "JT-D1", "name": "路段"}, by=keeper, items=ITEMS)

    assert data.pool(resource, by=keeper, version=1).pooled_since == timezone.localdate()
    with pytest.raises(DomainError, match="has held this resource since"):
        data.pool(resource, by=keeper)


def test_pooling_needs_items_and_a_day_that_has_come(place, keeper):
    bare = DataResourceFactory(provider=place.transport)
    with pytest.raises(DomainError, match="List the resource's items"):
        data.pool(bare, by=keeper)

    resource = data.register(place.transport, {"code": "JT-D1", "name": "路段"}, by=keeper, items=ITEMS)
    with pytest.raises(DomainError, match="lies in the future"):
        data.pool(resource, by=keeper, on=timezone.localdate() + timedelta(days=1))


def test_what_is_not_shared_does_not_go_into_the_pool(place, keeper):
    secret = DataResourceFactory(provider=place.transport, sharing=SharingClass.NONE, legal_basis="保密法")

    with pytest.raises(DomainError, match="change its sharing class"):
        data.pool(secret, by=keeper)


def test_what_is_in_the_pool_stays_shared(place, keeper):
    resource = data.register(place.transport, {"code": "JT-D1", "name": "路段"}, by=keeper, items=ITEMS)
    data.pool(resource, by=keeper)

    with pytest.raises(DomainError, match="cannot become"):
        data.update(resource, {"sharing": SharingClass.NONE, "legal_basis": "x"}, by=keeper)
