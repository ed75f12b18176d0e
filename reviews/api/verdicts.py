"""Findings of the machine and verdicts of people, for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import OuterRef, Subquery
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.api.fields import BoundedIntegerField, SafeCharField
from common.api.nouns import Creatable, Noun, verb
from common.api.serializers import ModelSerializer, Serializer, VisibleRelatedField
from governance.models import User
from governance.states import Role
from projects.models import Line
from reviews.filters import FindingFilter, VerdictFilter
from reviews.models import Finding, PairVerdict
from reviews.queries.alike import alike
from reviews.services import verdicts
from reviews.states import Verdict

SAID = PairVerdict.objects.filter(
    pair_key=OuterRef("pair_key"), jurisdiction=OuterRef("line__application__round__jurisdiction")
)

SAYS = {"verdict": "verdict", "verdict_by": "by__display_name", "verdict_at": "at", "verdict_reason": "reason"}


class NamedSerializer(serializers.Serializer):
    """An entry of the catalog."""

    id = BoundedIntegerField()
    code = serializers.CharField()
    name = serializers.CharField()


class AlikeSerializer(serializers.Serializer):
    """Data that both use, and capabilities that both are like."""

    resources = NamedSerializer(many=True)
    capabilities = NamedSerializer(many=True)


class FindingSerializer(ModelSerializer):
    """What the machine found beside a module; without a match it could not compute an answer.

    `evidence` has the words that say the same with their likeness and weight (`aligned`), what did not count
    (`removed_a`, `removed_b`), the parts of the score (`match.parts`), and the versions of `model`, `weights` and
    `engine`. `shared` is read one finding at a time; in a list it is null. `verdict` is what a person of the authority
    said, when and who; departments do not read it.
    """

    verdict = serializers.CharField(read_only=True, allow_null=True)
    verdict_by = serializers.CharField(read_only=True, allow_null=True)
    verdict_at = serializers.DateTimeField(read_only=True, allow_null=True)
    verdict_reason = serializers.CharField(read_only=True, allow_null=True)
    shared = serializers.SerializerMethodField()

    class Meta:
        model = Finding
        fields = (
            "id", "line", "pool", "band", "score", "other_line", "function", "capability", "pair_key", "verdict",
            "verdict_by", "verdict_at", "verdict_reason", "shared", "evidence", "model_id", "found_at",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, finding: Finding) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(finding)
        reader = self.context["request"].user
        return shown | dict.fromkeys(SAYS) if reader.has_role(Role.CLERK, Role.LEADER) else shown

    @extend_schema_field(AlikeSerializer(allow_null=True))
    def get_shared(self, finding: Finding) -> Any:
        return None if self.context["view"].action == "list" else AlikeSerializer(alike(finding)).data


class Judgement(Serializer):
    """Duplicate, related or different, and why."""

    verdict = serializers.ChoiceField(Verdict.choices)
    reason = SafeCharField(max_length=500, required=False, allow_blank=True)


class FindingNoun(Noun):
    """Findings: advice, never a decision."""

    queryset = Finding.objects.select_related(
        "line__application__round", "other_line__application", "function"
    ).annotate(**{name: Subquery(SAID.values(field)[:1]) for name, field in SAYS.items()})
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
