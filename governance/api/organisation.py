"""Jurisdictions, departments and funding sources, for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from django_filters.filterset import filterset_factory
from django_filters.rest_framework import FilterSet

from common.api.nouns import Changeable, Creatable, Noun
from common.api.serializers import ModelSerializer
from governance.models import Department, FundingSource, Jurisdiction, User
from governance.services import organisation


class JurisdictionSerializer(ModelSerializer):
    """A city, district or province."""

    class Meta:
        model = Jurisdiction
        fields = ("id", "code", "name", "level", "currency", "parent", "authority")
        read_only_fields = ("code", "currency", "parent", "authority")


class JurisdictionNoun(Changeable, Noun):
    """Cities, districts and provinces, with their big-data authority."""

    queryset = Jurisdiction.objects.all()
    serializer_class = JurisdictionSerializer
    search_fields = ("code", "name")
    ordering_fields = ("code", "name")
    ordering = ("code",)
    permissions: ClassVar = {"partial_update": "governance.manage_jurisdiction"}

    def change_record(self, jurisdiction: Jurisdiction, *, by: User, **fields: Any) -> Jurisdiction:
        return organisation.change_jurisdiction(jurisdiction, fields, by=by)


class DepartmentSerializer(ModelSerializer):
    """A department of a jurisdiction; new ones belong to the one that their maker acts in."""

    class Meta:
        model = Department
        fields = ("id", "jurisdiction", "code", "name", "short_name", "kind", "parent", "document_mark", "is_active")
        read_only_fields = ("jurisdiction",)


class DepartmentNoun(Creatable, Changeable, Noun):
    """Units that apply, take part, provide or govern."""

    queryset = Department.objects.all()
    serializer_class = DepartmentSerializer
    filterset_class = filterset_factory(Department, FilterSet, ["jurisdiction", "kind", "parent", "is_active"])
    search_fields = ("code", "name", "short_name")
    ordering_fields = ("code", "name")
    ordering = ("code",)
    permissions: ClassVar = {
        "create": "governance.add_department",
        "partial_update": "governance.manage_department",
    }

    def create_record(self, *, by: User, **fields: Any) -> Department:
        return organisation.add_department(Department(jurisdiction=_place(by), **fields), by=by)

    def change_record(self, department: Department, *, by: User, **fields: Any) -> Department:
        return organisation.change_department(department, fields, by=by)


class SourceSerializer(ModelSerializer):
    """Where money comes from; earmarked superior money names its purpose."""

    class Meta:
        model = FundingSource
        fields = ("id", "jurisdiction", "code", "name", "kind", "purpose", "is_active")
        read_only_fields = ("jurisdiction",)


class SourceNoun(Creatable, Changeable, Noun):
    """Where the money of a jurisdiction comes from."""

    queryset = FundingSource.objects.all()
    serializer_class = SourceSerializer
    filterset_class = filterset_factory(FundingSource, FilterSet, ["kind", "is_active"])
    search_fields = ("code", "name", "purpose")
    ordering_fields = ("code", "name")
    ordering = ("code",)
    permissions: ClassVar = {
        "create": "governance.add_fundingsource",
        "partial_update": "governance.manage_fundingsource",
    }

    def create_record(self, *, by: User, **fields: Any) -> FundingSource:
        return organisation.add_source(FundingSource(jurisdiction=_place(by), **fields), by=by)

    def change_record(self, source: FundingSource, *, by: User, **fields: Any) -> FundingSource:
        return organisation.change_source(source, fields, by=by)


def _place(user: User) -> Jurisdiction:
    """Where a person who passed the permission acts."""
    return user.acting.department.jurisdiction  # type: ignore[union-attr]
