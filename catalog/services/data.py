"""Cataloguing data resources, and taking them into the city data pool."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import DataItem, DataResource
from catalog.services import entries
from catalog.states import SharingClass
from common import audit
from common.errors import demand
from governance.models import Department, User

Items = Sequence[entries.Values]


@transaction.atomic
def register(provider: Department, values: entries.Values, *, by: User, items: Items = ()) -> DataResource:
    """Catalogue a data set with its items."""
    resource = DataResource(provider=provider)
    entries.create(resource, values)
    _write_items(resource, items)
    audit.record("data.register", resource, by=by, items=len(items))
    return resource


@transaction.atomic
def update(
    resource: DataResource,
    values: entries.Values,
    *,
    by: User,
    items: Items | None = None,
    version: int | None = None,
) -> DataResource:
    """Change the entry; ``items``, when given, replaces the list of items."""
    resource = _locked(resource, version)
    before = entries.change(resource, values)
    demand(
        resource.pooled_since is None or resource.sharing != SharingClass.NONE,
        _("The resource is in the city data pool, so it is shared: it cannot become “not shared”."),
    )
    listed = list(resource.items.values(*ITEM_FIELDS))
    if items is not None and listed != [_full(item) for item in items]:
        before["items"] = [item["name"] for item in listed]
    if before:
        fields = {name: was for name, was in before.items() if name != "items"}
        entries.save(resource, values, fields)
        if "items" in before:
            _write_items(resource, items or ())
        audit.record("data.update", resource, by=by, before=before)
    return resource


@transaction.atomic
def pool(resource: DataResource, *, by: User, on: date | None = None, version: int | None = None) -> DataResource:
    """Note that the city data pool holds the resource. Refused for what is not shared or has no items."""
    resource = _locked(resource, version)
    today = timezone.localdate()
    demand(
        resource.pooled_since is None,
        _("The city data pool has held this resource since %(day)s.") % {"day": resource.pooled_since},
    )
    demand(
        resource.sharing != SharingClass.NONE,
        _("This resource is not shared: change its sharing class before it goes into the pool."),
    )
    demand(resource.items.exists(), _("List the resource's items before it goes into the pool."))
    demand(on is None or on <= today, _("The day on which the pool took it in lies in the future."))
    resource.pooled_since = on or today
    resource.bump("pooled_since")
    audit.record("data.pool", resource, by=by, on=resource.pooled_since.isoformat())
    return resource


ITEM_FIELDS = ("name", "type", "length", "is_key", "sensitivity")


def _locked(resource: DataResource, version: int | None) -> DataResource:
    resource = DataResource.objects.locked(resource.pk)
    resource.demand_version(version)
    return resource


def _full(item: entries.Values) -> dict[str, Any]:
    blank = {"name": "", "type": "", "length": None, "is_key": False, "sensitivity": ""}
    return {**blank, **{name: item[name] for name in ITEM_FIELDS if name in item}}


def _write_items(resource: DataResource, items: Items) -> None:
    resource.items.all().delete()
    for item in items:
        row = DataItem(resource=resource, **_full(item))
        entries.check(row)
        row.save()
