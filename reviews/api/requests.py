"""Capabilities with how they end, and the requests for them, for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from catalog.api.capabilities import CapabilityNoun, Reason
from catalog.models import Capability
from common.api.fields import BoundedIntegerField, SafeCharField
from common.api.nouns import Creatable, Noun, verb
from common.api.serializers import ModelSerializer, Serializer
from governance.models import User
from reviews.filters import CapabilityRequestFilter
from reviews.models import CapabilityRequest
from reviews.models.requests import LARGEST_QUOTA
from reviews.services import requests, retiring


class RequestGrant(Serializer):
    """How much; left out, as much as was asked for."""

    quota = BoundedIntegerField(min_value=1, max_value=LARGEST_QUOTA, required=False, allow_null=True)


class RequestReason(Serializer):
    """Why."""

    reason = SafeCharField(max_length=500)


class UseRequestSerializer(ModelSerializer):
    """Who wants to use a capability for which of `system` and `application`; `line` and `act` say what opened it."""

    asked_by = serializers.CharField(read_only=True)
    decided_by = serializers.CharField(read_only=True, allow_null=True)
    ended_by = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = CapabilityRequest
        fields = (
            "id", "capability", "department", "system", "application", "line", "act", "quota", "purpose", "status",
            "reason", "asked_at", "asked_by", "decided_at", "decided_by",
            "ended_at", "ended_by", "version",
        )  # fmt: skip
        read_only_fields = (
            "department", "line", "act", "status", "reason", "asked_at", "decided_at", "ended_at", "version",
        )  # fmt: skip


class CapabilityRequestNoun(Creatable, Noun):
    """Requests for shared capabilities: a clerk asks, the catalog manager decides."""

    queryset = CapabilityRequest.objects.select_related(
        "capability__jurisdiction", "department__jurisdiction", "asked_by", "decided_by", "ended_by"
    )
    serializer_class = UseRequestSerializer
    filterset_class = CapabilityRequestFilter
    create_within = "capability"
    ordering_fields = ("asked_at", "decided_at", "ended_at")
    ordering = ("-id",)
    permissions: ClassVar = {
        "list": "reviews.list_capabilityrequests",
        "retrieve": "reviews.view_capabilityrequest",
        "create": "reviews.add_capabilityrequest",
    }

    def create_record(self, *, by: User, **fields: Any) -> CapabilityRequest:
        return requests.ask(fields.pop("capability"), by=by, **fields)

    @verb("reviews.decide_capabilityrequest", takes=RequestGrant)
    def grant(self, request: CapabilityRequest, **order: Any) -> CapabilityRequest:
        """The use is granted; refused beyond what is free."""
        return requests.grant(request, **order)

    @verb("reviews.decide_capabilityrequest", takes=RequestReason)
    def refuse(self, request: CapabilityRequest, **order: Any) -> CapabilityRequest:
        """The use is refused; the department reads why."""
        return requests.refuse(request, **order)

    @verb("reviews.end_capabilityrequest", takes=RequestReason)
    def end(self, request: CapabilityRequest, **order: Any) -> CapabilityRequest:
        """It is not needed any more: what was granted is free again."""
        return requests.end(request, **order)


class UsedCapabilityNoun(CapabilityNoun):
    """What the city builds once for all, and what a department must still build."""

    @verb("catalog.manage_capability", takes=Reason)
    def retire(self, capability: Capability, **order: Any) -> Capability:
        """It ends; refused while requests for it are open, or systems are to be replaced by it."""
        return retiring.retire(capability, **order)


NOUNS = {"capabilities": UsedCapabilityNoun, "capability-requests": CapabilityRequestNoun}
