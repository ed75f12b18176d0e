"""Acts, for programs: plan, edit, propose, take back, confirm, ask for the undo, undo, settle, discard; opinions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Capability, System
from common.api.fields import BoundedIntegerField, MoneyField, SafeCharField
from common.api.nouns import Changeable, Creatable, Noun, verb
from common.api.serializers import ModelSerializer, Serializer, VisibleRelatedField
from common.money import ZERO
from governance.models import User
from governance.states import Role
from projects.models import Line
from reviews.filters import ActFilter
from reviews.models import Act, Condition, Disposition, DispositionMoney, Opinion
from reviews.queries.decisions import live_of
from reviews.queries.effect import Effect, effect
from reviews.queries.opinions import Concern, concerns
from reviews.queries.overview import target_words
from reviews.services import acts
from reviews.services import plan as plans
from reviews.services.plan import Choice
from reviews.states import DispositionKind, MoneyPart

MOST = 500  # lines of one plan
ASKED = frozenset({Role.CLERK, Role.LEADER})


class ConditionSerializer(ModelSerializer):
    """What a kept line must still fulfil, best with a day."""

    class Meta:
        model = Condition
        fields = ("text", "due_on")


class PaidShareSerializer(ModelSerializer):
    """What one funding source pays of the own or the transferred part."""

    source = serializers.CharField(source="source.code", read_only=True)

    class Meta:
        model = DispositionMoney
        fields = ("part", "source", "amount")
        read_only_fields = fields


class DispositionSerializer(ModelSerializer):
    """What becomes of one line. `target` says where it goes in words; ids of others' lines are for the authority."""

    reference = serializers.CharField(source="line.reference", read_only=True)
    declared = MoneyField(source="line.declared", read_only=True)
    target = serializers.SerializerMethodField()
    conditions = ConditionSerializer(many=True, read_only=True)
    shares = PaidShareSerializer(many=True, read_only=True)

    class Meta:
        model = Disposition
        fields = (
            "line", "reference", "kind", "state", "declared", "own", "moved", "saved", "target", "target_line",
            "target_component", "capability", "system", "note", "conditions", "shares",
        )  # fmt: skip
        read_only_fields = fields

    def get_target(self, d: Disposition) -> str:
        return target_words(d)

    def to_representation(self, d: Disposition) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(d)
        return shown | {"target_line": None, "note": ""} if self.context.get("is_asked") else shown


class IncomingSerializer(serializers.Serializer):
    """What comes into a module of the asked department, or (`ends`) stops coming."""

    place = serializers.CharField()
    amount = MoneyField()
    ends = serializers.BooleanField()


class GivenOpinionSerializer(ModelSerializer):
    """What a touched department says."""

    class Meta:
        model = Opinion
        fields = ("department", "state", "text", "given_at")
        read_only_fields = fields


class ChoiceSerializer(Serializer):
    """What is planned for one line; `own` left out is computed, `moved_sources` are amounts by source code."""

    line = VisibleRelatedField(queryset=Line.objects.all())
    kind = serializers.ChoiceField(DispositionKind.choices)
    own = MoneyField(min_value=0, required=False, allow_null=True)
    moved = MoneyField(min_value=0, required=False)
    target_line = VisibleRelatedField(queryset=Line.objects.all(), required=False, allow_null=True)
    target_component = BoundedIntegerField(min_value=1, required=False, allow_null=True)
    capability = VisibleRelatedField(queryset=Capability.objects.all(), required=False, allow_null=True)
    system = VisibleRelatedField(queryset=System.objects.all(), required=False, allow_null=True)
    moved_sources = serializers.DictField(child=MoneyField(min_value=0), required=False, allow_null=True)
    conditions = ConditionSerializer(many=True, required=False)
    note = SafeCharField(max_length=500, required=False, allow_blank=True)


def _choices(rows: Iterable[dict[str, Any]]) -> list[Choice]:
    return [
        Choice(
            line=row["line"].pk,
            kind=row["kind"],
            own=row.get("own"),
            moved=row.get("moved", ZERO),
            target_component=row.get("target_component"),
            moved_sources=row.get("moved_sources") or None,
            conditions=tuple((one["text"], one.get("due_on")) for one in row.get("conditions", ())),
            note=row.get("note", ""),
            **{name: row[name].pk for name in ("target_line", "capability", "system") if row.get(name)},
        )
        for row in rows
    ]


def _choices_of(act: Act) -> list[Choice]:
    """The plan as it stands, for a change of its words alone."""
    rows = act.dispositions.loaded().prefetch_related("conditions")
    return [
        Choice(
            line=d.line_id,
            kind=d.kind,
            own=d.own,
            moved=d.moved,
            target_line=d.target_line_id if d.kind == DispositionKind.MERGE else None,
            target_component=d.target_component_id,
            capability=d.capability_id,
            system=d.system_id,
            moved_sources=d.money(MoneyPart.MOVED) if d.moved else None,
            conditions=tuple((c.text, c.due_on) for c in d.conditions.all()),
            note=d.note,
        )
        for d in rows
    ]


class ActSerializer(ModelSerializer):
    """The decisions that are made together. A department reads its own lines, and what comes into its modules."""

    created_by = serializers.CharField(read_only=True)
    proposed_by = serializers.CharField(read_only=True, allow_null=True)
    confirmed_by = serializers.CharField(read_only=True, allow_null=True)
    undo_asked_by = serializers.CharField(read_only=True, allow_null=True)
    settled_by = serializers.CharField(read_only=True, allow_null=True)
    dispositions = serializers.SerializerMethodField()
    incoming = serializers.SerializerMethodField()
    opinions = serializers.SerializerMethodField()
    choices = serializers.ListField(child=ChoiceSerializer(), write_only=True, min_length=1, max_length=MOST)

    INTERNAL: ClassVar = (
        "created_by", "proposed_by", "confirmed_by", "undo_asked_by", "undo_asked_at", "settled_by", "before", "after",
    )  # fmt: skip

    class Meta:
        model = Act
        fields = (
            "id", "number", "title", "reason", "status", "created_by", "proposed_at", "proposed_by", "confirmed_at",
            "confirmed_by", "opinions_due_on", "undo_asked_at", "undo_asked_by", "settled_by", "is_sealed", "before",
            "after", "dispositions", "incoming", "opinions", "choices", "version",
        )  # fmt: skip
        read_only_fields = (
            "number", "status", "proposed_at", "confirmed_at", "opinions_due_on", "undo_asked_at", "is_sealed",
            "before", "after", "version",
        )  # fmt: skip

    @extend_schema_field(DispositionSerializer(many=True))
    def get_dispositions(self, act: Act) -> Any:
        concern = self._concern(act)
        rows = [row.d for row in concern.rows] if concern else act.dispositions.all()
        return DispositionSerializer(rows, many=True, context={"is_asked": concern is not None}).data

    @extend_schema_field(IncomingSerializer(many=True))
    def get_incoming(self, act: Act) -> Any:
        concern = self._concern(act)
        return IncomingSerializer(concern.incoming if concern else [], many=True).data

    @extend_schema_field(GivenOpinionSerializer(many=True))
    def get_opinions(self, act: Act) -> Any:
        own = self._department()
        rows = [row for row in act.opinions.all() if own is None or row.department_id == own]
        return GivenOpinionSerializer(rows, many=True).data

    def to_representation(self, act: Act) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(act)
        return shown if self._department() is None else shown | dict.fromkeys(self.INTERNAL)

    def _department(self) -> int | None:
        """The department that reads, when it is not the authority."""
        user = self.context["request"].user
        return user.acting.department_id if user.has_role(*ASKED) else None

    def _concern(self, act: Act) -> Concern | None:
        """What the act says to the department that reads; all acts of a page are looked up together."""
        department = self._department()
        if department is None:
            return None
        known: dict[int, Concern] = self.context.setdefault("concerns", {})
        if act.pk not in known:
            page = self.parent.instance if self.parent is not None else [act]
            known.update(concerns(page, department))
        return known[act.pk]


class TakingBack(Serializer):
    """What has to be changed."""

    reason = SafeCharField(max_length=2000)


class Settlement(Serializer):
    """Whether the act stands, and why."""

    uphold = serializers.BooleanField()
    reason = SafeCharField(max_length=2000)


class Words(Serializer):
    """What the department wants to say."""

    text = SafeCharField(max_length=2000, required=False, allow_blank=True)


class Objection(Serializer):
    """Why the department objects."""

    text = SafeCharField(max_length=2000)


class Draft(Serializer):
    """A plan that is only computed."""

    choices = serializers.ListField(child=ChoiceSerializer(), min_length=1, max_length=MOST)


class ChangeSerializer(serializers.Serializer):
    """Money of a project or department before and after."""

    label = serializers.CharField()
    before = MoneyField()
    after = MoneyField()


class EffectSerializer(serializers.Serializer):
    """declared = own + transferred + saved, and who has how much before and after."""

    declared = MoneyField(source="parts.declared")
    own = MoneyField(source="parts.own")
    transferred = MoneyField(source="parts.transferred")
    saved = MoneyField(source="parts.saved_total")
    projects = ChangeSerializer(many=True)
    departments = ChangeSerializer(many=True)


class ActNoun(Creatable, Changeable, Noun):
    """Acts: planned by one person, confirmed by another, undone as a whole by two."""

    queryset = Act.objects.select_related(
        "created_by", "proposed_by", "confirmed_by", "undo_asked_by", "settled_by"
    ).prefetch_related(
        "opinions",
        "dispositions__conditions",
        "dispositions__shares__source",
        "dispositions__capability",
        "dispositions__system",
        "dispositions__line__application",
        "dispositions__target_line__application__department",
        "dispositions__target_component__project",
    )
    serializer_class = ActSerializer
    filterset_class = ActFilter
    search_fields = ("number", "title")
    ordering_fields = ("number", "order", "proposed_at", "confirmed_at", "opinions_due_on")
    ordering = ("-id",)
    permissions: ClassVar = {
        "create": "reviews.add_act",
        "partial_update": "reviews.decide_act",
        "list": "reviews.list_acts",
        "retrieve": "reviews.view_act",
    }

    def create_record(self, *, by: User, choices: Any, reason: str = "", title: str = "") -> Act:
        return plans.plan(reason, _choices(choices), by=by, title=title)

    def change_record(self, act: Act, *, by: User, version: int | None, **fields: Any) -> Act:
        rows = fields.pop("choices", None)
        return plans.edit(act, _choices(rows) if rows else _choices_of(act), by=by, version=version, **fields)

    @verb("reviews.add_act", takes=Draft, gives=EffectSerializer, detail=False)
    def preview(self, *, by: User, choices: Any) -> Effect:
        """Money before and after a plan that is not stored."""
        drafts = plans.draft(_choices(choices))
        return effect(drafts, live_of(d.line.pk for d in drafts))

    @verb("reviews.decide_act")
    def propose(self, act: Act, **order: Any) -> Act:
        """Hand the plan to a colleague; its lines stand in no other proposal meanwhile."""
        return acts.propose(act, **order)

    @verb("reviews.decide_act", takes=TakingBack)
    def take_back(self, act: Act, **order: Any) -> Act:
        """Turn the proposal into a plan again, by its author or sent back by a colleague."""
        return acts.take_back(act, **order)

    @verb("reviews.decide_act")
    def confirm(self, act: Act, **order: Any) -> Act:
        """Make the act live, by somebody who neither wrote nor proposed it; the touched departments are asked."""
        return acts.confirm(act, **order)

    @verb("reviews.decide_act")
    def ask_undo(self, act: Act, **order: Any) -> Act:
        """The first of two persons: the act should be undone."""
        return acts.ask_undo(act, **order)

    @verb("reviews.decide_act")
    def undo(self, act: Act, **order: Any) -> Act:
        """The second person undoes the act as a whole."""
        return acts.undo(act, **order)

    @verb("reviews.decide_act", takes=Settlement)
    def settle(self, act: Act, **order: Any) -> Act:
        """A third person decides a contested act."""
        return acts.settle(act, **order)

    @verb("reviews.decide_act")
    def discard(self, act: Act, **order: Any) -> Act:
        """Give a plan up."""
        return plans.discard(act, **order)

    @verb("reviews.give_opinion", takes=Words)
    def agree(self, act: Act, *, by: User, version: int | None, text: str = "") -> Opinion:
        """The department that is acted for has nothing against it."""
        return acts.agree(act, by.acting.department, by=by, text=text)

    @verb("reviews.give_opinion", takes=Objection)
    def contest(self, act: Act, *, by: User, version: int | None, text: str) -> Opinion:
        """The department that is acted for objects; a third person decides."""
        return acts.contest(act, by.acting.department, by=by, text=text)


NOUNS = {"acts": ActNoun}
