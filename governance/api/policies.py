"""The numbers of the jurisdiction and its calendar, for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from django_filters.filterset import filterset_factory
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.fields import SafeCharField
from common.api.nouns import Creatable, Noun, Removable
from common.api.serializers import ModelSerializer
from governance.models import CalendarDay, PolicyParameter, User
from governance.policies import PARAMETERS
from governance.queries import policies as queries
from governance.services import calendar, policies

VALUE = {
    "description": "a whole number, an amount or percentage as text, or scores by part: as the parameter's type says",
    "oneOf": [
        {"type": "integer"},
        {"type": "string"},
        {"type": "object", "additionalProperties": {"type": "integer"}},
    ],
}


@extend_schema_field(VALUE)
class ValueField(serializers.JSONField):
    """What `governance.policies` checks against the parameter's type."""


class PolicySerializer(ModelSerializer):
    """A value that was set for a time, and the document that says so."""

    key = serializers.ChoiceField(choices=list(PARAMETERS))
    value = ValueField()

    class Meta:
        model = PolicyParameter
        fields = (
            "id", "jurisdiction", "key", "value", "source_document", "clause", "is_verified", "valid_from", "valid_to",
        )  # fmt: skip
        read_only_fields = ("jurisdiction",)


class InForceSerializer(serializers.Serializer):
    """What counts today, and where it is from."""

    key = serializers.CharField(source="parameter.key")
    name = serializers.CharField(source="parameter.label")
    unit = serializers.CharField(source="parameter.unit")
    value = ValueField()
    origin = serializers.CharField()
    document = serializers.CharField()
    clause = serializers.CharField()
    is_verified = serializers.BooleanField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class PolicyNoun(Creatable, Removable, Noun):
    """Values of the default pack and of the jurisdiction. An earlier value is never rewritten: set a later one."""

    queryset = PolicyParameter.objects.all()
    serializer_class = PolicySerializer
    filterset_class = filterset_factory(PolicyParameter, FilterSet, ["key", "is_verified"])
    ordering_fields = ("key", "valid_from")
    ordering = ("key", "-valid_from")
    permissions: ClassVar = {
        "create": "governance.add_policyparameter",
        "destroy": "governance.manage_policyparameter",
    }

    def create_record(self, *, by: User, key: str, value: Any, source_document: str, **basis: Any) -> PolicyParameter:
        place = by.acting.department.jurisdiction  # type: ignore[union-attr]
        return policies.set_policy(place, key, value, policies.Basis(source_document, **basis), by=by)

    def remove_record(self, parameter: PolicyParameter, *, by: User) -> None:
        policies.withdraw_policy(parameter, by=by)

    @extend_schema(responses=InForceSerializer(many=True), filters=False)
    @action(detail=False, url_path="in-force", pagination_class=None)
    def in_force(self, request: Request) -> Response:
        """Every parameter with the value that counts today where the person acts."""
        acting = request.user.acting  # type: ignore[union-attr]
        rows = queries.in_force(PARAMETERS, acting.department.jurisdiction_id if acting else None)
        return Response(InForceSerializer(rows, many=True).data)


class CalendarDaySerializer(ModelSerializer):
    """A day that is a workday, or none, against the packaged calendar."""

    note = SafeCharField(max_length=200)

    class Meta:
        model = CalendarDay
        fields = ("id", "day", "is_workday", "note")


class CalendarDayNoun(Creatable, Removable, Noun):
    """Where the calendar departs from the packaged one. A day that is set again is overwritten."""

    queryset = CalendarDay.objects.all()
    serializer_class = CalendarDaySerializer
    ordering_fields = ("day",)
    ordering = ("-day",)
    permissions: ClassVar = dict.fromkeys(("list", "retrieve"), "governance.view_calendar") | dict.fromkeys(
        ("create", "destroy"), "governance.manage_calendar"
    )

    def get_queryset(self) -> Any:
        return CalendarDay.objects.all()

    def create_record(self, *, by: User, day: Any, **fields: Any) -> CalendarDay:
        return calendar.set_day(day, **fields, by=by)

    def remove_record(self, day: CalendarDay, *, by: User) -> None:
        calendar.remove_day(day, by=by)
