"""The person who asks: who they are, what they may act as, and as what they act."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.fields import BoundedIntegerField
from common.api.nouns import ApiViewSet, verb
from common.api.serializers import ModelSerializer, Serializer
from governance.models import Membership, User
from governance.services import profile


class OwnMembershipSerializer(ModelSerializer):
    """A role of one's own that holds today."""

    department_name = serializers.CharField(source="department.name", read_only=True)
    jurisdiction = serializers.IntegerField(source="department.jurisdiction_id", read_only=True)
    role_name = serializers.CharField(source="get_role_display", read_only=True)

    class Meta:
        model = Membership
        fields = ("id", "department", "department_name", "jurisdiction", "role", "role_name", "valid_to")
        read_only_fields = fields


@extend_schema_serializer(many=False)
class MeSerializer(ModelSerializer):
    """Oneself, with every role that holds today; `acting` is the one whose permissions count now."""

    acting = OwnMembershipSerializer(read_only=True, allow_null=True)
    memberships = OwnMembershipSerializer(source="roles", many=True, read_only=True)

    class Meta:
        model = User
        fields = ("id", "username", "display_name", "language", "acting", "memberships")
        read_only_fields = fields


class ActAs(Serializer):
    """Which of one's own roles."""

    membership = BoundedIntegerField(min_value=1)


class MeNoun(ApiViewSet):
    """Oneself."""

    queryset = User.objects.all()
    serializer_class = MeSerializer

    @extend_schema(operation_id="me_retrieve", responses=MeSerializer)
    def list(self, request: Request) -> Response:
        """Who I am, which roles I hold and in which I act."""
        return Response(self.get_serializer(request.user).data)

    @verb("", takes=ActAs, gives=MeSerializer, detail=False)
    def act_as(self, *, by: Any, membership: int) -> User:
        """Act in another of my roles, here and on the pages."""
        return profile.act_as(by, membership)
