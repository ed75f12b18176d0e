"""Findings of the machine and verdicts of people, for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import OuterRef, Subquery
from rest_framework import serializers

from common.api.fields import SafeCharField
from common.api.nouns import Creatable, Noun, verb
from common.api.serializers import ModelSerializer, Serializer, VisibleRelatedField
from governance.models import User
from governance.states import Role
from projects.models import Line
from reviews.filters import FindingFilter, VerdictFilter
from reviews.models import Finding, PairVerdict
from reviews.services import verdicts
from reviews.states import Verdict

SAID = PairVerdict.objects.filter(
    pair_key=OuterRef("pair_key"), jurisdiction=OuterRef("line__application__round__jurisdiction")
)


class FindingSerializer(ModelSerializer):
    """What the machine found beside a module; without a match it could not compute an answer.

    `verdict` is what a person of the authority said; departments do not read it.
    """

    verdict = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = Finding
        fields = (
            "id", "line", "pool", "band", "score", "other_line", "function", "capability", "pair_key", "verdict",
            "evidence", "model_id", "found_at",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, finding: Finding) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(finding)
        reader = self.context["request"].user
        return shown | {"verdict": None} if reader.has_role(Role.CLERK, Role.LEADER) else shown


class Judgement(Serializer):
    """Duplicate, related or different, and why."""

    verdict = serializers.ChoiceField(Verdict.choices)
    reason = SafeCharField(max_length=500, required=False, allow_blank=True)


class FindingNoun(Noun):
    """Findings: advice, never a decision."""

    queryset = Finding.objects.select_related("line__application__round", "other_line__application").annotate(
        verdict=Subquery(SAID.values("verdict")[:1])
    )
    serializer_class = FindingSerializer
    filterset_class = FindingFilter
    ordering_fields = ("score", "found_at")
    ordering = ("-id",)
    permissions: ClassVar = {"retrieve": "reviews.view_finding"}

    @verb("reviews.judge_finding", takes=Judgement)
    def judge(self, finding: Finding, **order: Any) -> PairVerdict:
        """Say what the two texts are to each other; it holds for the same texts in later screenings too."""
        return verdicts.judge(finding, order.pop("verdict"), **order)


class VerdictSerializer(ModelSerializer):
    """What a person says of an unordered pair of texts. Made by naming two modules."""

    line = VisibleRelatedField(
        queryset=Line.objects.select_related("application__round__jurisdiction"), write_only=True
    )
    other = VisibleRelatedField(queryset=Line.objects.select_related("application__round"), write_only=True)
    by = serializers.CharField(read_only=True)

    class Meta:
        model = PairVerdict
        fields = ("id", "pair_key", "verdict", "reason", "left", "right", "at", "by", "line", "other")
        read_only_fields = ("pair_key", "left", "right", "at")


class VerdictNoun(Creatable, Noun):
    """Verdicts of the jurisdiction; a pair that is judged again is overwritten."""

    queryset = PairVerdict.objects.select_related("by")
    serializer_class = VerdictSerializer
    filterset_class = VerdictFilter
    ordering_fields = ("at",)
    ordering = ("-id",)
    permissions: ClassVar = {"create": "reviews.add_act", "retrieve": "reviews.view_pairverdict"}

    def create_record(self, *, by: User, line: Line, other: Line, verdict: str, reason: str = "") -> PairVerdict:
        return verdicts.judge_pair(line, other, verdict, by=by, reason=reason)


NOUNS = {"findings": FindingNoun, "verdicts": VerdictNoun}
