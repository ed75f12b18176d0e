"""Chapters, bases, systems named and files of applications."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import FileResponse
from django_filters.filterset import filterset_factory
from django_filters.rest_framework import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from catalog.models import System
from common.api.files import AnyType
from common.api.nouns import Changeable, Creatable, Noun, Removable
from common.api.serializers import ModelSerializer
from common.http import sent_file
from governance.models import User
from projects.models import Application, ApplicationBasis, ApplicationSection, ApplicationSystem, Attachment
from projects.services import attachments, papers

MAY_CHANGE = "projects.change_part"


class SectionSerializer(ModelSerializer):
    """One chapter; written by the application's verb `write-sections`."""

    title = serializers.CharField(source="get_key_display", read_only=True)

    class Meta:
        model = ApplicationSection
        fields = ("id", "application", "key", "title", "text")
        read_only_fields = fields


class SectionNoun(Noun):
    """Chapters of applications."""

    queryset = ApplicationSection.objects.all()
    serializer_class = SectionSerializer
    filterset_class = filterset_factory(ApplicationSection, FilterSet, ["application", "key"])
    ordering = ("pk",)


class BasisSerializer(ModelSerializer):
    """A document on which the application rests."""

    class Meta:
        model = ApplicationBasis
        fields = ("id", "application", "document", "number", "level", "clause")
        read_only_fields: tuple[str, ...] = ()


class BasisChange(BasisSerializer):
    """What may be changed of it."""

    class Meta(BasisSerializer.Meta):
        read_only_fields = ("application",)


class BasisNoun(Creatable, Changeable, Removable, Noun):
    """Documents on which applications rest."""

    queryset = ApplicationBasis.objects.select_related("application")
    serializer_class = BasisSerializer
    filterset_class = filterset_factory(ApplicationBasis, FilterSet, ["application"])
    ordering = ("pk",)
    part_of = "application"
    create_within = "application"
    permissions: ClassVar = {
        "create": "projects.change_application",
        "partial_update": MAY_CHANGE,
        "destroy": MAY_CHANGE,
    }

    def get_serializer_class(self) -> Any:
        return BasisChange if self.action == "partial_update" else BasisSerializer

    def create_record(
        self, *, by: User, version: int | None, application: Application, **fields: Any
    ) -> ApplicationBasis:
        return papers.add_basis(application, fields, by=by, version=version)

    def change_record(
        self, basis: ApplicationBasis, *, by: User, version: int | None, **fields: Any
    ) -> ApplicationBasis:
        return papers.update_basis(basis, fields, by=by, version=version)

    def remove_record(self, basis: ApplicationBasis, *, by: User, version: int | None) -> None:
        papers.remove_basis(basis, by=by, version=version)


class NamedSystemSerializer(ModelSerializer):
    """A system of the inventory that the application names."""

    class Meta:
        model = ApplicationSystem
        fields = ("id", "application", "system", "part")

    def get_unique_together_validators(self) -> list[Any]:
        return []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Naming a system twice changes nothing: no constraint is tried."""
        return attrs


class NamedSystemNoun(Creatable, Removable, Noun):
    """Systems that applications start from, absorb, replace or retire."""

    queryset = ApplicationSystem.objects.select_related("application")
    serializer_class = NamedSystemSerializer
    filterset_class = filterset_factory(ApplicationSystem, FilterSet, ["application", "system", "part"])
    ordering = ("pk",)
    part_of = "application"
    create_within = "application"
    permissions: ClassVar = {"create": "projects.change_application", "destroy": MAY_CHANGE}

    def create_record(
        self, *, by: User, version: int | None, application: Application, system: System, part: str
    ) -> ApplicationSystem:
        return papers.name_system(application, system, part, by=by, version=version)

    def remove_record(self, link: ApplicationSystem, *, by: User, version: int | None) -> None:
        papers.unname_system(link, by=by, version=version)


class AttachmentSerializer(ModelSerializer):
    """A file of an application; sent by the application's verb `attach`, fetched by `file`."""

    uploaded_by = serializers.CharField(read_only=True)

    class Meta:
        model = Attachment
        fields = (
            "id",
            "application",
            "title",
            "filename",
            "content_type",
            "size",
            "sha256",
            "uploaded_by",
            "uploaded_at",
        )
        read_only_fields = fields


class AttachmentNoun(Removable, Noun):
    """Files of applications, for those who see the application."""

    queryset = Attachment.objects.select_related("application", "uploaded_by")
    serializer_class = AttachmentSerializer
    filterset_class = filterset_factory(Attachment, FilterSet, ["application"])
    ordering = ("pk",)
    part_of = "application"
    permissions: ClassVar = {"destroy": MAY_CHANGE}

    def remove_record(self, attachment: Attachment, *, by: User, version: int | None) -> None:
        attachments.remove_attachment(attachment, by=by, version=version)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True, pagination_class=None, content_negotiation_class=AnyType)
    def file(self, request: Request, pk: str) -> FileResponse:
        """The contents, as a download."""
        found = self.get_object()
        return sent_file(found.file, name=found.filename, content_type=found.content_type)
