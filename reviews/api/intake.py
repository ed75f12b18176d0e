"""Applications with the verbs that open and lead their review, for programs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.fields import BoundedIntegerField, SafeCharField
from common.api.nouns import verb
from common.api.serializers import ModelSerializer, Serializer
from governance.models import User
from projects.api.applications import ApplicationNoun
from projects.models import Application
from reviews.forms.intake import reviewers
from reviews.models import CorrectionItem, CorrectionRequest
from reviews.queries.clock import clock
from reviews.queries.intake import corrections_of
from reviews.services import intake


class Point(Serializer):
    """One point to mend: the item, and what is wrong with it."""

    item = SafeCharField(max_length=200)
    problem = SafeCharField(max_length=500)


class Correction(Serializer):
    """What is missing; without a day the working days of the policy count."""

    items = serializers.ListField(child=Point(), min_length=1, max_length=50)
    message = SafeCharField(max_length=2000, required=False, allow_blank=True)
    due_on = serializers.DateField(required=False)


class Answer(Serializer):
    """What was mended, point by point."""

    answer = SafeCharField(max_length=5000)


class Acceptance(Serializer):
    """Who reviews it: the account of a reviewer or head of the authority."""

    reviewer = SafeCharField(max_length=150, required=False)


class Assignment(Serializer):
    """Who reviews it from now on."""

    reviewer = SafeCharField(max_length=150)


class PointSerializer(ModelSerializer):
    """A point of a correction."""

    class Meta:
        model = CorrectionItem
        fields = ("item", "problem")
        read_only_fields = fields


class CorrectionSerializer(ModelSerializer):
    """What was asked for, until when, and the department's answer."""

    items = PointSerializer(many=True, read_only=True)
    asked_by = serializers.CharField(read_only=True)
    answered_by = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = CorrectionRequest
        fields = (
            "id", "items", "message", "due_on", "asked_at", "asked_by", "answer", "answered_at", "answered_by",
        )  # fmt: skip
        read_only_fields = fields


class ClockSerializer(serializers.Serializer):
    """The review clock in working days; `paused` is how long it stood still."""

    state = serializers.CharField()
    limit = BoundedIntegerField()
    used = BoundedIntegerField()
    left = BoundedIntegerField()
    paused = BoundedIntegerField()
    due_on = serializers.DateField(allow_null=True)
    is_provisional = serializers.BooleanField()


class ReviewedApplicationNoun(ApplicationNoun):
    """What departments ask for, and the first steps of its review."""

    queryset = Application.objects.select_related("round__jurisdiction").with_amounts()

    @verb("projects.sign_off_application")
    def submit(self, application: Application, **order: Any) -> Application:
        """The leader signs off: submitted to the authority, the review is open."""
        return intake.submit(application, **order)

    @verb("projects.receive_application", takes=Correction)
    def ask_correction(
        self, application: Application, *, items: list[dict[str, str]], **order: Any
    ) -> CorrectionRequest:
        """Return the application to its department with the points to mend; the clock stops."""
        return intake.ask_correction(application, items=[(row["item"], row["problem"]) for row in items], **order)

    @verb("projects.change_application", takes=Answer)
    def answer_correction(self, application: Application, **order: Any) -> CorrectionRequest:
        """The department has mended what was asked for."""
        return intake.answer_correction(application, **order)

    @verb("projects.receive_application", takes=Acceptance)
    def accept(self, application: Application, *, reviewer: str = "", **order: Any) -> Application:
        """Complete: on to consolidation, and to a reviewer when one is named."""
        return intake.accept(application, reviewer=_reviewer(application, reviewer) if reviewer else None, **order)

    @verb("projects.assign_application", takes=Assignment)
    def assign(self, application: Application, *, reviewer: str, **order: Any) -> Application:
        """Give an accepted application to another reviewer."""
        return intake.assign(application, _reviewer(application, reviewer), **order)

    @extend_schema(responses=CorrectionSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def corrections(self, request: Request, pk: str) -> Response:
        """What was asked for and answered, the newest first."""
        return Response(CorrectionSerializer(corrections_of(self.get_object()), many=True).data)

    @extend_schema(responses=ClockSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def clock(self, request: Request, pk: str) -> Response:
        """How much of the review time is used."""
        return Response(ClockSerializer(clock(self.get_object())).data)


def _reviewer(application: Application, account: str) -> User:
    able = reviewers(application.round.jurisdiction.authority_id, {application.department_id})
    found: User | None = able.filter(username=account).first()
    if found is None:
        raise serializers.ValidationError(
            {"reviewer": [_("No reviewer who may take this application has this account.")]}
        )
    return found


NOUNS = {"applications": ReviewedApplicationNoun}
