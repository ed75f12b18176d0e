"""What departments say to acts, for programs."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from common.api.nouns import Noun
from common.api.serializers import ModelSerializer
from reviews.filters import OpinionFilter
from reviews.models import Opinion


class OpinionSerializer(ModelSerializer):
    """An opinion that is awaited or given; it is given at the act (`agree`, `contest`)."""

    act_number = serializers.CharField(source="act.number", read_only=True)
    due_on = serializers.DateField(source="act.opinions_due_on", read_only=True, allow_null=True)
    given_by = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = Opinion
        fields = ("id", "act", "act_number", "department", "state", "text", "due_on", "given_at", "given_by")
        read_only_fields = fields


class OpinionNoun(Noun):
    """Opinions of departments; a department reads its own."""

    queryset = Opinion.objects.select_related("act", "given_by")
    serializer_class = OpinionSerializer
    filterset_class = OpinionFilter
    ordering_fields = ("given_at",)
    ordering = ("-id",)
    permissions: ClassVar = {"list": "reviews.list_acts", "retrieve": "reviews.view_opinion"}


NOUNS = {"opinions": OpinionNoun}
