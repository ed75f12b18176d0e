"""Screenings of rounds, for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.api.fields import BoundedIntegerField
from common.api.nouns import Creatable, Noun
from common.api.serializers import ModelSerializer
from governance.models import Round, User
from reviews.filters import ScreeningFilter
from reviews.models import Screening
from reviews.queries.screening import progress
from reviews.services.screening import jobs


class ProgressSerializer(serializers.Serializer):
    """The step that is done now, how many of its parts have ended, and what share of the whole that is."""

    step = serializers.CharField()
    done = BoundedIntegerField()
    all = BoundedIntegerField()
    percent = BoundedIntegerField()
    minutes_left = BoundedIntegerField(allow_null=True)
    given_up = BoundedIntegerField()


class ScreeningSerializer(ModelSerializer):
    """One comparison of a round with everything; its findings are read at findings/?round=."""

    progress = serializers.SerializerMethodField()

    class Meta:
        model = Screening
        fields = ("id", "round", "state", "asked_at", "asked_by", "finished_at", "model_id", "is_degraded", "progress")
        read_only_fields = ("state", "asked_at", "asked_by", "finished_at", "model_id", "is_degraded")

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, screening: Screening) -> Any:
        return ProgressSerializer(progress(screening)).data


class ScreeningNoun(Creatable, Noun):
    """Screenings; to make one is to start it."""

    queryset = Screening.objects.select_related("round", "asked_by").prefetch_related("chunks")
    serializer_class = ScreeningSerializer
    filterset_class = ScreeningFilter
    ordering_fields = ("asked_at",)
    ordering = ("-id",)
    create_within = "round"
    permissions: ClassVar = {"create": "reviews.consolidate_round", "retrieve": "reviews.view_screening"}

    def create_record(self, *, by: User, round: Round) -> Screening:
        return jobs.start(round, by=by)


NOUNS = {"screenings": ScreeningNoun}
