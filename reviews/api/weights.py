"""Weights that were learnt from verdicts, for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from common.api.nouns import Noun, verb
from common.api.serializers import ModelSerializer
from reviews.filters import WeightsFilter
from reviews.models import MatchWeights
from reviews.services import weights


class WeightsSerializer(ModelSerializer):
    """What was learnt once: the weights, from how many verdicts, and the figures before and after."""

    name = serializers.CharField(source="__str__", read_only=True)
    learnt_by = serializers.CharField(read_only=True, allow_null=True)
    activated_by = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = MatchWeights
        fields = (
            "id", "jurisdiction", "number", "name", "state", "values", "model_id", "parent", "verdicts",
            "last_verdict", "figures", "learnt_at", "learnt_by", "activated_at", "activated_by",
        )  # fmt: skip
        read_only_fields = fields


class WeightsNoun(Noun):
    """Weights of the comparison; without any in use, those that ship compare."""

    queryset = MatchWeights.objects.loaded()
    serializer_class = WeightsSerializer
    filterset_class = WeightsFilter
    ordering_fields = ("learnt_at",)
    ordering = ("-id",)
    permissions: ClassVar = {"retrieve": "reviews.view_matchweights"}

    @verb("reviews.choose_matchweights")
    def activate(self, row: MatchWeights, **order: Any) -> MatchWeights:
        """Put them in use: screenings and suggestions compare with them from now on."""
        return weights.activate(row, **order)


NOUNS = {"match-weights": WeightsNoun}
