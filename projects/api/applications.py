"""Applications as departments draft them: header, what is missing, sign-off."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.fields import BoundedIntegerField, MoneyField, SafeCharField
from common.api.nouns import Changeable, Creatable, Noun, Removable, verb
from common.api.serializers import ModelSerializer, Serializer, VisibleRelatedField
from governance.models import Round, User
from projects.api.papers import AttachmentSerializer
from projects.filters import ApplicationFilter
from projects.models import Application, Attachment
from projects.queries.completeness import problems
from projects.services import attachments, drafts, lines, papers, submission
from projects.services.copying import copy_application
from projects.services.pasting import paste_rows
from projects.services.undoing import undo_lines
from projects.states import SectionKey


class ApplicationSerializer(ModelSerializer):
    """An application: its header, how far it has come, and the sums of all its lines in yuan."""

    declared = MoneyField(read_only=True)
    modules = BoundedIntegerField(read_only=True)
    unknown = BoundedIntegerField(read_only=True)

    class Meta:
        model = Application
        fields: tuple[str, ...] = (
            "id", "number", "round", "department", "name", "kind", "category", "domain", "build_mode", "status",
            "office", "leader", "contact", "months", "starts_on", "ends_on", "network", "is_classified", "is_urgent",
            "urgency_reason", "in_five_year_plan", "previous_phase", "yearly_operating_cost",
            "operating_cost_avoided", "system", "continues", "renews", "escalated_from", "signed_off_at",
            "submitted_at", "ended_at", "end_reason", "status_since", "declared", "modules", "unknown", "version",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = (
            "number", "department", "status", "escalated_from", "signed_off_at", "submitted_at", "ended_at",
            "end_reason", "status_since", "version",
        )  # fmt: skip


class ApplicationChange(ApplicationSerializer):
    """What may be changed of a draft or a correction."""

    class Meta(ApplicationSerializer.Meta):
        read_only_fields = (*ApplicationSerializer.Meta.read_only_fields, "round")


class SendingBack(Serializer):
    """Why."""

    reason = SafeCharField(max_length=2000)


class Order(Serializer):
    """All lines of the application, by id, in the order wanted."""

    order = serializers.ListField(child=BoundedIntegerField(min_value=1), max_length=2000)


class Chapter(Serializer):
    """One chapter; an empty text takes it away."""

    key = serializers.ChoiceField(SectionKey.choices)
    text = SafeCharField(max_length=20_000, allow_blank=True)


class Chapters(Serializer):
    """Chapters to write; those left out stay."""

    sections = serializers.ListField(child=Chapter(), max_length=len(SectionKey))


class Block(Serializer):
    """Rows as a spreadsheet copies them: tabs between cells."""

    text = SafeCharField(max_length=2_000_000, trim_whitespace=False)
    modules = serializers.BooleanField(default=True)
    unit = serializers.ChoiceField([("yuan", "yuan"), ("wan", "wan")], default="yuan")


class Upload(Serializer):
    """A file, and what it is."""

    file = serializers.FileField(max_length=1000)
    title = SafeCharField(max_length=200, required=False, allow_blank=True)


class Copy(Serializer):
    """Into which round, and under which name."""

    round = VisibleRelatedField(queryset=Round.objects.all())
    name = SafeCharField(max_length=300, required=False, allow_blank=True)


class Made(ModelSerializer):
    """The draft that was made."""

    class Meta:
        model = Application
        fields = ("id", "number", "version")
        read_only_fields = fields


class CheckSerializer(serializers.Serializer):
    """One thing that is missing; `anchor` is the field, chapter or line (line-12)."""

    place = serializers.CharField()
    anchor = serializers.CharField()
    sentence = serializers.CharField()
    is_blocking = serializers.BooleanField()


class ApplicationNoun(Creatable, Changeable, Removable, Noun):
    """What departments ask for: drafts of one's own department, and what was submitted."""

    queryset = Application.objects.with_amounts()
    serializer_class = ApplicationSerializer
    filterset_class = ApplicationFilter
    search_fields = ("number", "name")
    ordering_fields = ("number", "name", "submitted_at", "status_since")
    ordering = ("-number",)
    permissions: ClassVar = {
        "create": "projects.add_application",
        "partial_update": "projects.change_application",
        "destroy": "projects.change_application",
    }

    def get_serializer_class(self) -> Any:
        return ApplicationChange if self.action == "partial_update" else ApplicationSerializer

    def create_record(self, *, by: User, round: Round, **header: Any) -> Application:
        return drafts.create_application(round, by=by, **header)

    def change_record(self, application: Application, *, by: User, version: int | None, **header: Any) -> Application:
        return drafts.update_header(application, header, by=by, version=version)

    def remove_record(self, application: Application, *, by: User, version: int | None) -> None:
        drafts.delete_draft(application, by=by, version=version)

    @extend_schema(responses=CheckSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def checks(self, request: Request, pk: str) -> Response:
        """What is still missing; whatever is blocking keeps the application from being submitted."""
        return Response(CheckSerializer(problems(self.get_object()), many=True).data)

    @verb("projects.change_application", takes=Chapters)
    def write_sections(self, application: Application, *, sections: list[dict[str, str]], **order: Any) -> Application:
        """Write chapters of the narrative."""
        return papers.write_sections(application, {row["key"]: row["text"] for row in sections}, **order)

    @verb("projects.change_application", takes=Order)
    def reorder(self, application: Application, *, order: list[int], **by: Any) -> Application:
        """Number the lines of a draft anew."""
        return lines.reorder(application, order, **by)

    @verb("projects.change_application")
    def undo_lines(self, application: Application, **order: Any) -> Application:
        """Take back one's own last change of a draft's lines."""
        return undo_lines(application, **order)

    @verb("projects.change_application", takes=Block)
    def paste(self, application: Application, *, text: str, **order: Any) -> Application:
        """Add the rows of a spreadsheet as lines: all of them, or none."""
        paste_rows(application, text, **order)
        return application

    @verb("projects.change_application", takes=Upload, gives=AttachmentSerializer, upload=True)
    def attach(self, application: Application, *, file: Any, title: str = "", **order: Any) -> Attachment:
        """Keep a file with the application."""
        return attachments.attach(application, file, title=title, **order)

    @verb("projects.change_application", takes=Copy, gives=Made)
    def copy(
        self, application: Application, *, round: Round, by: User, version: int | None, name: str = ""
    ) -> Application:
        """Begin a draft with everything that this application said."""
        application.demand_version(version)
        return copy_application(application, round, name=name, by=by)

    @verb("projects.change_application")
    def ask_sign_off(self, application: Application, **order: Any) -> Application:
        """Hand a complete draft to the department's leader."""
        return submission.ask_sign_off(application, **order)

    @verb("projects.sign_off_application", takes=SendingBack)
    def send_back(self, application: Application, **order: Any) -> Application:
        """The leader gives the draft back to the clerk."""
        return submission.send_back(application, **order)
