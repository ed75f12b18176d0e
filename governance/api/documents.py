"""The offices' own Word templates, for programs. They are tried out on the page, where the result is looked at."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.http import FileResponse
from django_filters.filterset import filterset_factory
from django_filters.rest_framework import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from common.api.files import AnyType
from common.api.nouns import Noun, verb
from common.api.serializers import ModelSerializer, Serializer
from common.documents.sending import WORD
from common.http import sent_file
from governance.models import DocumentTemplate, User
from governance.services import documents
from governance.states import DocumentKind

MAY = "governance.manage_documenttemplate"


class DocumentTemplateSerializer(ModelSerializer):
    """A Word template for one official document in one language."""

    uploaded_by = serializers.CharField(read_only=True)

    class Meta:
        model = DocumentTemplate
        fields = (
            "id", "jurisdiction", "kind", "language", "filename", "size", "sha256", "uploaded_by", "uploaded_at",
            "tried_at", "is_current",
        )  # fmt: skip
        read_only_fields = fields


class TemplateUpload(Serializer):
    """For which document, in which language, and the file."""

    kind = serializers.ChoiceField(choices=DocumentKind.choices)
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    file = serializers.FileField(max_length=1000)


class DocumentTemplateNoun(Noun):
    """Own Word templates of the jurisdiction; without one in force a document is written into the shipped one."""

    queryset = DocumentTemplate.objects.select_related("uploaded_by")
    serializer_class = DocumentTemplateSerializer
    filterset_class = filterset_factory(DocumentTemplate, FilterSet, ["kind", "language", "is_current"])
    ordering_fields = ("id", "uploaded_at")
    ordering = ("-id",)
    permissions: ClassVar = {}

    @verb("governance.add_documenttemplate", takes=TemplateUpload, detail=False, upload=True)
    def upload(self, *, by: User, kind: str, language: str, file: Any) -> DocumentTemplate:
        """Bring a template; it is in force when it was tried on a record and activated."""
        place = by.acting.department.jurisdiction  # type: ignore[union-attr]
        return documents.upload_template(place, kind, language, file.name, file.read(), by=by)

    @verb(MAY)
    def activate(self, template: DocumentTemplate, *, by: User) -> DocumentTemplate:
        """Put a template that was tried out in force."""
        return documents.activate_template(template, by=by)

    @verb(MAY)
    def withdraw(self, template: DocumentTemplate, *, by: User) -> DocumentTemplate:
        """Take the template out of force."""
        return documents.withdraw_template(template, by=by)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True, pagination_class=None, content_negotiation_class=AnyType)
    def file(self, request: Request, pk: str) -> FileResponse:
        """The contents, as a download."""
        found = self.get_object()
        return sent_file(found.file, name=found.filename, content_type=WORD)
