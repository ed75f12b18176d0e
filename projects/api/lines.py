"""Lines with their money by source and year, and the data that they use."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from catalog.models import DataResource
from common.api.fields import BoundedIntegerField, MoneyField
from common.api.nouns import Changeable, Creatable, Noun, Removable, verb
from common.api.serializers import ModelSerializer, Serializer, VisibleRelatedField
from governance.models import FundingSource, User
from projects.filters import LineFilter
from projects.models import Application, Line, LineData
from projects.services import lines, papers
from projects.states import DataAccess


class ShareSerializer(Serializer):
    """What one source pays in one year."""

    source = VisibleRelatedField(queryset=FundingSource.objects.all())
    year = BoundedIntegerField(min_value=2000, max_value=2200)
    amount = MoneyField(min_value=0)


class DataUseSerializer(ModelSerializer):
    """A data resource that the line reads or writes."""

    class Meta:
        model = LineData
        fields = ("resource", "access")
        read_only_fields = fields


class LineSerializer(ModelSerializer):
    """A functional module or another cost item.

    `declared` is null while it is unknown; `sources` add up to it, and follow it in proportion when they are left
    out. An item with `rate` and `base` takes its amount and sources from its base.
    """

    sources = ShareSerializer(many=True, required=False)
    base = VisibleRelatedField(many=True, queryset=Line.objects.all(), required=False)
    data = DataUseSerializer(many=True, read_only=True, source="data_links")  # type: ignore[assignment]
    declared = MoneyField(required=False, allow_null=True, min_value=0)

    class Meta:
        model = Line
        fields: tuple[str, ...] = (
            "id", "application", "sequence", "kind", "name", "description", "declared", "sources", "subsystem",
            "function_level_1", "function_level_2", "function_level_3", "scene", "change", "category", "capability",
            "catalog_answer", "decline_reason", "interfaces", "function_points", "person_months", "specification",
            "unit", "quantity", "unit_price", "price_basis", "is_domestic", "serves", "rate", "base", "builds",
            "earmarks", "data",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = ("sequence",)

    def validate_sources(self, rows: list[dict[str, Any]]) -> dict[tuple[int, int], Decimal]:
        found: dict[tuple[int, int], Decimal] = {}
        for row in rows:
            key = (row["source"].pk, row["year"])
            if key in found:
                raise serializers.ValidationError(_("Name each source once a year."))
            found[key] = row["amount"]
        return found


class LineChange(LineSerializer):
    """What may be changed of a line."""

    class Meta(LineSerializer.Meta):
        read_only_fields = (*LineSerializer.Meta.read_only_fields, "application")


class DataUse(Serializer):
    """Which data resource, and how."""

    resource = VisibleRelatedField(queryset=DataResource.objects.all())
    access = serializers.ChoiceField(DataAccess.choices)


class LineNoun(Creatable, Changeable, Removable, Noun):
    """Functional modules and other cost items; the version is that of their application."""

    queryset = Line.objects.select_related("application").prefetch_related("sources", "base", "earmarks", "data_links")
    serializer_class = LineSerializer
    filterset_class = LineFilter
    search_fields = ("name", "description")
    ordering_fields = ("sequence", "declared")
    ordering = ("application", "sequence")
    part_of = "application"
    create_within = "application"
    permissions: ClassVar = {
        "create": "projects.change_application",
        "partial_update": "projects.change_line",
        "destroy": "projects.change_line",
    }

    def get_serializer_class(self) -> Any:
        return LineChange if self.action == "partial_update" else LineSerializer

    def create_record(self, *, by: User, version: int | None, application: Application, **fields: Any) -> Line:
        return lines.add_line(application, fields, by=by, version=version)

    def change_record(self, line: Line, *, by: User, version: int | None, **fields: Any) -> Line:
        return lines.update_line(line, fields, by=by, version=version)

    def remove_record(self, line: Line, *, by: User, version: int | None) -> None:
        lines.remove_line(line, by=by, version=version)

    @verb("projects.change_line", takes=DataUse)
    def link_data(self, line: Line, *, resource: DataResource, access: str, **order: Any) -> LineData:
        """Say that the line reads or writes a data resource."""
        return papers.link_data(line, resource, access, **order)

    @verb("projects.change_line", takes=DataUse)
    def unlink_data(self, line: Line, *, resource: DataResource, access: str, **order: Any) -> Line:
        """The line no longer uses the data resource so."""
        link = line.data_links.filter(resource=resource, access=access).first()
        if link is not None:
            papers.unlink_data(link, **order)
        return line
