"""Amounts that are still unknown, for programs."""

from __future__ import annotations

from typing import Any

from rest_framework.serializers import CharField

from common.api.fields import MoneyField
from common.api.nouns import Noun, verb
from common.api.serializers import ModelSerializer, Serializer
from projects.models import Line
from reviews.queries.gaps import gaps
from reviews.services.gaps import supply


class GapSerializer(ModelSerializer):
    """A line whose amount its department still owes."""

    reference = CharField(read_only=True)

    class Meta:
        model = Line
        fields = ("id", "reference", "application", "kind", "name", "declared")
        read_only_fields = fields


class SuppliedAmount(Serializer):
    amount = MoneyField(min_value=0)


class GapNoun(Noun):
    """Lines of submitted applications of unknown amount."""

    queryset = gaps().select_related("application")
    serializer_class = GapSerializer
    part_of = "application"
    ordering_fields = ("id",)
    ordering = ("id",)

    @verb("projects.change_line", takes=SuppliedAmount, gives=GapSerializer)
    def supply(self, line: Line, **order: Any) -> Line:
        """Say the amount; rates of it follow."""
        return supply(line, order.pop("amount"), **order)


NOUNS = {"unknown-amounts": GapNoun}
