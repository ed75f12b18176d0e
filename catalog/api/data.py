"""Data resources, for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from catalog.filters import DataResourceFilter
from catalog.models import DataItem, DataResource
from catalog.services import data
from common.api.nouns import Changeable, Creatable, Noun, verb
from common.api.serializers import ModelSerializer, Serializer
from governance.models import User


class ItemSerializer(ModelSerializer):
    """One field of a data resource."""

    class Meta:
        model = DataItem
        fields = ("name", "type", "length", "is_key", "sensitivity")


class DataResourceSerializer(ModelSerializer):
    """A data set with its items; `items`, when sent, replaces the list."""

    items = ItemSerializer(many=True, required=False)

    class Meta:
        model = DataResource
        fields = (
            "id", "code", "name", "provider", "system", "summary", "format", "sharing", "legal_basis", "openness",
            "update_cycle", "published_on", "pooled_since", "quality_percent", "items", "version",
        )  # fmt: skip
        read_only_fields = ("pooled_since", "version")


class Pooling(Serializer):
    """From when on; empty means today."""

    on = serializers.DateField(required=False)


class DataResourceNoun(Creatable, Changeable, Noun):
    """The data catalogue."""

    queryset = DataResource.objects.select_related("provider").prefetch_related("items")
    serializer_class = DataResourceSerializer
    filterset_class = DataResourceFilter
    search_fields = ("code", "name", "summary", "items__name")
    ordering_fields = ("code", "name", "pooled_since")
    ordering = ("code",)
    create_within = "provider"
    permissions: ClassVar = {
        "create": "catalog.register_dataresource",
        "partial_update": "catalog.change_dataresource",
    }

    def create_record(self, *, by: User, provider: Any, **fields: Any) -> DataResource:
        items = fields.pop("items", ())
        return data.register(provider, fields, by=by, items=items)

    def change_record(self, resource: DataResource, *, by: User, version: int | None, **fields: Any) -> DataResource:
        items = fields.pop("items", None)
        if fields.get("provider", resource.provider) != resource.provider:
            self.demand("catalog.register_dataresource", fields["provider"])
        return data.update(resource, fields, by=by, items=items, version=version)

    @verb("catalog.change_dataresource", takes=Pooling)
    def pool(self, resource: DataResource, **order: Any) -> DataResource:
        """Note that the city data pool holds the resource."""
        return data.pool(resource, **order)
