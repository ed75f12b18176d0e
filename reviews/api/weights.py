"""Weights that were learnt from verdicts, for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from common.api.fields import BoundedIntegerField
from common.api.nouns import Noun, verb
from common.api.serializers import ModelSerializer, Serializer
from governance.models import User
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
            "last_verdict", "figures", "learnt_at", "learnt_by", "activated_at", "activated_by", "version",
        )  # fmt: skip
        read_only_fields = fields


class LearningSerializer(Serializer):
    """The workers learn from so many verdicts; what comes of it is the next row, a candidate or refused."""

    verdicts = BoundedIntegerField()


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

    @verb("reviews.choose_matchweights")
    def roll_back(self, row: MatchWeights, **order: Any) -> MatchWeights | None:
        """Set these aside, which are in use: those before them are in use again, or those that ship."""
        return weights.roll_back(row.jurisdiction, seen=row.pk, **order)

    @verb("reviews.learn_matchweights", gives=LearningSerializer, detail=False)
    def learn(self, *, by: User) -> dict[str, int]:
        """Learn now from all verdicts of the jurisdiction in which the person acts."""
        assert by.acting is not None
        return {"verdicts": weights.ask_to_learn(by.acting.department.jurisdiction, by=by)}


NOUNS = {"match-weights": WeightsNoun}
