"""Shared capabilities and function categories, for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from django_filters.filterset import filterset_factory
from django_filters.rest_framework import FilterSet

from catalog.filters import CapabilityFilter
from catalog.models import Capability, FunctionCategory
from catalog.services import capabilities, categories
from common.api.fields import SafeCharField
from common.api.nouns import Changeable, Creatable, Noun, Removable, verb
from common.api.serializers import ModelSerializer, Serializer
from governance.models import User


class Reason(Serializer):
    """Why."""

    reason = SafeCharField(max_length=300)


class CategorySerializer(ModelSerializer):
    """A kind of function, in a tree."""

    class Meta:
        model = FunctionCategory
        fields = ("id", "code", "name", "parent")


class CategoryNoun(Creatable, Changeable, Removable, Noun):
    """Function categories: what modules, functions and capabilities are ordered by."""

    queryset = FunctionCategory.objects.all()
    serializer_class = CategorySerializer
    filterset_class = filterset_factory(FunctionCategory, FilterSet, ["parent"])
    search_fields = ("code", "name")
    ordering_fields = ("code", "name")
    ordering = ("code",)
    permissions: ClassVar = dict.fromkeys(("create", "partial_update", "destroy"), "catalog.manage_functioncategory")

    def create_record(self, *, by: User, **fields: Any) -> FunctionCategory:
        return categories.add(fields, by=by)

    def change_record(self, category: FunctionCategory, *, by: User, **fields: Any) -> FunctionCategory:
        return categories.change(category, fields, by=by)

    def remove_record(self, category: FunctionCategory, *, by: User) -> None:
        categories.remove(category, by=by)


class CapabilitySerializer(ModelSerializer):
    """An entry of the shared-capability catalog; its status is given once and then moves by verbs."""

    class Meta:
        model = Capability
        fields = (
            "id", "code", "name", "kind", "status", "jurisdiction", "provider", "level", "resource", "keywords",
            "categories", "built_centrally", "services_offered", "department_builds", "not_separately",
            "access_mode", "interface_document", "service_level", "capacity", "capacity_unit", "price", "prerequisites",
            "valid_from", "valid_to", "version",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = ("jurisdiction", "version")


class CapabilityChange(CapabilitySerializer):
    """What may be changed of an entry."""

    class Meta(CapabilitySerializer.Meta):
        read_only_fields = (*CapabilitySerializer.Meta.read_only_fields, "status")


class CapabilityNoun(Creatable, Changeable, Noun):
    """What the city builds once for all, and what a department must still build."""

    queryset = Capability.objects.prefetch_related("categories")
    serializer_class = CapabilitySerializer
    filterset_class = CapabilityFilter
    search_fields = ("code", "name", "keywords", "services_offered")
    ordering_fields = ("code", "name", "status", "kind")
    ordering = ("code",)
    permissions: ClassVar = {
        "create": "catalog.add_capability",
        "partial_update": "catalog.manage_capability",
    }

    def get_serializer_class(self) -> Any:
        return CapabilityChange if self.action == "partial_update" else CapabilitySerializer

    def create_record(self, *, by: User, **fields: Any) -> Capability:
        return capabilities.publish(by.acting.department.jurisdiction, fields, by=by)

    def change_record(self, capability: Capability, *, by: User, version: int | None, **fields: Any) -> Capability:
        return capabilities.update(capability, fields, by=by, version=version)

    @verb("catalog.manage_capability")
    def start_building(self, capability: Capability, **order: Any) -> Capability:
        """The central build is under way."""
        return capabilities.start_building(capability, **order)

    @verb("catalog.manage_capability")
    def open_trial(self, capability: Capability, **order: Any) -> Capability:
        """Departments may try it."""
        return capabilities.open_trial(capability, **order)

    @verb("catalog.manage_capability")
    def make_available(self, capability: Capability, **order: Any) -> Capability:
        """It serves every department from now on."""
        return capabilities.make_available(capability, **order)

    @verb("catalog.manage_capability", takes=Reason)
    def restrict(self, capability: Capability, **order: Any) -> Capability:
        """It goes on for those who use it and takes nobody new."""
        return capabilities.restrict(capability, **order)
