"""Systems of the inventory, their functions and their history, for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from django_filters.filterset import filterset_factory
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.capabilities import Reason
from catalog.filters import InventoryFilter
from catalog.models import System, SystemFunction, SystemVersion
from catalog.services import functions, systems
from catalog.states import SystemStatus
from common.api.fields import SafeCharField
from common.api.nouns import Changeable, Creatable, Noun, Removable, verb
from common.api.serializers import ModelSerializer, Serializer
from governance.models import User


class InsideSerializer(ModelSerializer):
    """Money, use, deployment, security, contacts and fate of a system."""

    completeness = serializers.IntegerField(read_only=True)

    class Meta:
        model = System
        fields = (
            "office", "contact", "is_classified", "first_built_on", "accepted_on", "parent", "depends_on", "used_by",
            "planned_fate", "absorbed_into", "replaced_by", "fate_on", "attested_on", "attested_by", "completeness",
            "build_cost", "yearly_operating_cost", "funding_source", "vendor", "operator", "warranty_until",
            "user_level", "user_group", "registered_users", "monthly_active_users", "last_used_on", "service_items",
            "network", "cloud_node", "vcpu", "memory_gib", "storage_gib", "mean_cpu_percent", "technology",
            "is_domestic", "mlps_level", "mlps_filing", "mlps_tested_on", "mlps_result", "cryptography_assessed_on",
            "has_personal_data",
        )  # fmt: skip
        read_only_fields = ("attested_on", "attested_by")

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is None:  # null is only ever read: there is nothing that one may see
            self.fail("null")
        return super().run_validation(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The whole entry is checked by its own serializer."""
        return attrs


class SystemSerializer(ModelSerializer):
    """A system; `inside` is null for those who may only see name, owner and functions."""

    functions: Any = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)
    inside = InsideSerializer(source="*", required=False, allow_null=True)

    class Meta:
        model = System
        fields: tuple[str, ...] = (
            "id", "code", "name", "former_name", "short_name", "owner", "tag", "domain", "status", "description",
            "functions", "inside", "version",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = ("version",)

    def to_representation(self, instance: System) -> Any:
        shown = super().to_representation(instance)
        if not self.context["request"].user.has_perm("catalog.view_system_inside", instance):
            shown["inside"] = None
        return shown

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return super().validate(systems.settled(attrs, self.instance or System()))


class SystemChange(SystemSerializer):
    """What may be changed of an entry, and why."""

    reason = SafeCharField(max_length=300, write_only=True)

    class Meta(SystemSerializer.Meta):
        fields = (*SystemSerializer.Meta.fields, "reason")
        read_only_fields = (*SystemSerializer.Meta.read_only_fields, "status")


class Attestation(Serializer):
    """What is to be noted with it."""

    note = SafeCharField(max_length=300, required=False, allow_blank=True)


class SystemMove(Reason):
    """The next state, and why."""

    to = serializers.ChoiceField(SystemStatus.choices)


class SystemNoun(Creatable, Changeable, Noun):
    """The inventory of information systems."""

    queryset = System.objects.select_related("owner").prefetch_related("functions", "used_by", "depends_on")
    serializer_class = SystemSerializer
    filterset_class = InventoryFilter
    search_fields = ("code", "name", "description", "functions__name")
    ordering_fields = ("code", "name")
    ordering = ("code",)
    create_within = "owner"
    permissions: ClassVar = {
        "create": "catalog.register_system",
        "partial_update": "catalog.change_system",
    }

    def get_serializer_class(self) -> Any:
        return SystemChange if self.action == "partial_update" else SystemSerializer

    def create_record(self, *, by: User, owner: Any, **fields: Any) -> System:
        return systems.register(owner, fields, by=by)

    def change_record(
        self, system: System, *, by: User, version: int | None, reason: str = "", **fields: Any
    ) -> System:
        if fields.get("owner", system.owner) != system.owner:
            self.demand("catalog.register_system", fields["owner"])
        return systems.update(system, fields, by=by, reason=reason, version=version)

    @verb("catalog.change_system", takes=Attestation)
    def attest(self, system: System, **order: Any) -> System:
        """Confirm for this year that the entry is true."""
        return systems.attest(system, **order)

    @verb("catalog.change_system", takes=SystemMove)
    def move(self, system: System, *, to: str, **order: Any) -> System:
        """Take the system to its next state."""
        return systems.move(system, SystemStatus(to), **order)


class FunctionSerializer(ModelSerializer):
    """A function of a system, in its owner's words."""

    class Meta:
        model = SystemFunction
        fields = ("id", "system", "name", "description", "category")
        read_only_fields: tuple[str, ...] = ()


class FunctionChange(FunctionSerializer):
    """What may be changed of a function."""

    class Meta(FunctionSerializer.Meta):
        read_only_fields = ("system",)


class FunctionNoun(Creatable, Changeable, Removable, Noun):
    """Functions of systems: duplicates are compared with them."""

    queryset = SystemFunction.objects.select_related("system__owner")
    serializer_class = FunctionSerializer
    filterset_class = filterset_factory(SystemFunction, FilterSet, ["system", "category"])
    search_fields = ("name", "description")
    ordering_fields = ("name",)
    ordering = ("pk",)
    part_of = "system"
    create_within = "system"
    permissions: ClassVar = {
        "create": "catalog.change_system",
        "partial_update": "catalog.change_systemfunction",
        "destroy": "catalog.change_systemfunction",
    }

    def get_serializer_class(self) -> Any:
        return FunctionChange if self.action == "partial_update" else FunctionSerializer

    def create_record(self, *, by: User, version: int | None, system: System, **fields: Any) -> SystemFunction:
        return functions.add(system, fields, by=by, version=version)

    def change_record(
        self, function: SystemFunction, *, by: User, version: int | None, **fields: Any
    ) -> SystemFunction:
        return functions.edit(function, fields, by=by, version=version)

    def remove_record(self, function: SystemFunction, *, by: User, version: int | None) -> None:
        functions.remove(function, by=by, version=version)


class VersionSerializer(ModelSerializer):
    """What the entry said before it became this version, and why it changed."""

    by = serializers.CharField(read_only=True)
    before = extend_schema_field({"type": "object", "additionalProperties": True})(serializers.JSONField)(
        read_only=True
    )

    class Meta:
        model = SystemVersion
        fields = ("id", "system", "number", "at", "by", "reason", "before")
        read_only_fields = fields


class VersionNoun(Noun):
    """The history of entries whose inside one sees."""

    queryset = SystemVersion.objects.select_related("by")
    serializer_class = VersionSerializer
    filterset_class = filterset_factory(SystemVersion, FilterSet, ["system"])
    ordering_fields = ("number", "at")
