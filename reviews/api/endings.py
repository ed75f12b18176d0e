"""Ending applications, for programs: withdrawn by the department; rejected, deferred or escalated by two persons."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from common.api.fields import SafeCharField
from common.api.nouns import Creatable, Noun, verb
from common.api.serializers import ModelSerializer, Serializer, VisibleRelatedField
from governance.models import Round, User
from governance.models.rounds import RoundQuerySet
from projects.models import Application
from reviews.api.intake import ReviewedApplicationNoun
from reviews.filters import EndRequestFilter
from reviews.models import EndRequest
from reviews.models.endings import ENDS
from reviews.services import endings


class Withdrawal(Serializer):
    """Why."""

    reason = SafeCharField(max_length=500)


class UpperRoundField(VisibleRelatedField):
    """A round of the next level up: the one record of another jurisdiction that is named from below."""

    def get_queryset(self) -> RoundQuerySet:
        request = self.context.get("request")
        acting = request.user.acting if request else None
        return Round.objects.above(acting.department.jurisdiction) if acting else Round.objects.none()


class EndRequestSerializer(ModelSerializer):
    """What one person asks and a colleague carries out or refuses; an escalation names a round of the upper level."""

    to = serializers.ChoiceField(ENDS)
    to_round = UpperRoundField(queryset=Round.objects.all(), required=False, allow_null=True)
    asked_by = serializers.CharField(read_only=True)
    closed_by = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = EndRequest
        fields = (
            "id", "application", "to", "to_round", "reason", "asked_at", "asked_by", "closed_at", "closed_by", "is_granted",
        )  # fmt: skip
        read_only_fields = ("asked_at", "closed_at", "is_granted")


class EndRequestNoun(Creatable, Noun):
    """Requests to end applications; the version is that of the application."""

    queryset = EndRequest.objects.select_related("application__round__jurisdiction", "asked_by", "closed_by")
    serializer_class = EndRequestSerializer
    filterset_class = EndRequestFilter
    part_of = "application"
    create_within = "application"
    ordering_fields = ("asked_at", "closed_at")
    ordering = ("-id",)
    permissions: ClassVar = {"create": "projects.end_application", "retrieve": "reviews.view_endrequest"}

    def create_record(self, *, by: User, application: Application, to: str, **order: Any) -> EndRequest:
        return endings.ask_end(application, to, by=by, **order)

    @verb("reviews.close_endrequest")
    def grant(self, request: EndRequest, *, by: User, version: int | None) -> Application:
        """Carry the end out, as the second person; what goes into the application is open again."""
        return endings.grant_end(request, by=by)

    @verb("reviews.close_endrequest")
    def refuse(self, request: EndRequest, *, by: User, version: int | None) -> EndRequest:
        """The application goes on; also its author takes a request back so."""
        return endings.refuse_end(request, by=by)


class ApplicationNoun(ReviewedApplicationNoun):
    """What departments ask for, its review, and its end."""

    @verb("projects.withdraw_application", takes=Withdrawal)
    def withdraw(self, application: Application, **order: Any) -> Application:
        """The department takes its application back; it stays to be read."""
        return endings.withdraw(application, **order)


NOUNS = {"end-requests": EndRequestNoun, "applications": ApplicationNoun}
