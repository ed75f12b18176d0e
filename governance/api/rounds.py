"""Rounds of applications, for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from django_filters.filterset import filterset_factory
from django_filters.rest_framework import FilterSet

from common.api.nouns import Changeable, Creatable, Noun, verb
from common.api.serializers import ModelSerializer
from governance.models import Round, User
from governance.services import rounds


class RoundSerializer(ModelSerializer):
    """A batch of a jurisdiction-year."""

    class Meta:
        model = Round
        fields = ("id", "jurisdiction", "year", "batch", "name", "status", "opens_on", "closes_on", "version")
        read_only_fields = ("jurisdiction", "status", "version")


class RoundNoun(Creatable, Changeable, Noun):
    """Batches of the year: applications are made to them while they are open."""

    queryset = Round.objects.all()
    serializer_class = RoundSerializer
    filterset_class = filterset_factory(Round, FilterSet, ["year", "batch", "status"])
    search_fields = ("name",)
    ordering_fields = ("year", "batch", "opens_on", "closes_on")
    ordering = ("-year", "-batch")
    permissions: ClassVar = {"create": "governance.add_round", "partial_update": "governance.manage_round"}

    def create_record(self, *, by: User, **fields: Any) -> Round:
        return rounds.create_round(Round(jurisdiction=by.acting.department.jurisdiction, **fields), by=by)  # type: ignore[union-attr]

    def change_record(self, round: Round, *, by: User, version: int | None, **fields: Any) -> Round:
        return rounds.update_round(round, fields, by=by, version=version)

    @verb("governance.manage_round")
    def open(self, round: Round, *, by: User, version: int | None) -> Round:
        """Let departments apply, until the closing day."""
        return rounds.open_round(round, by=by, version=version)

    @verb("governance.manage_round")
    def close(self, round: Round, *, by: User, version: int | None) -> Round:
        """Take no more applications."""
        return rounds.close_round(round, by=by, version=version)
