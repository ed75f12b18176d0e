"""Tokens of programs: hashed in the database, with an end, revocable, never in an address."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import serializers
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from common import tokens
from common.api.authentication import TokenAuthentication
from common.api.fields import BoundedIntegerField
from common.api.nouns import Noun
from common.api.serializers import Serializer


class TokenOrder(Serializer):
    """How long the token is to live."""

    hours = BoundedIntegerField(
        min_value=1, max_value=settings.API_TOKEN_LONGEST_HOURS, default=settings.API_TOKEN_HOURS
    )


class TokenSerializer(serializers.ModelSerializer):
    """A token as its owner sees it later: never the token itself."""

    id = serializers.CharField(source="token_key")

    class Meta:
        model = AuthToken
        fields = ("id", "created", "expiry")
        read_only_fields = fields


class NewTokenSerializer(TokenSerializer):
    """The one time that the token itself is told."""

    token = serializers.CharField(read_only=True)

    class Meta:
        model = AuthToken
        fields = ("id", "token", "created", "expiry")
        read_only_fields = fields


class TokenViewSet(Noun):
    """The person's own tokens: make one with a password or a signed-in session, list them, end them."""

    queryset = AuthToken.objects.all()
    serializer_class = TokenSerializer
    ordering = ("-created",)
    lookup_value_regex = "[0-9a-f]{15}"
    authentication_classes = (TokenAuthentication, SessionAuthentication, BasicAuthentication)

    def get_queryset(self) -> QuerySet:
        return tokens.tokens_of(self.request.user)

    def get_object(self) -> AuthToken:
        return get_object_or_404(self.get_queryset(), token_key=self.kwargs["pk"])

    # No Idempotency-Key here: it would keep the token itself in the database.
    @extend_schema(request=TokenOrder, responses={201: NewTokenSerializer})
    def create(self, request: Request) -> Response:
        """Make a token. It is told this once; lost, it is ended and another one made."""
        if isinstance(request.auth, AuthToken):
            raise PermissionDenied(_("A token makes no tokens: send name and password, or sign in."))
        order = self.read(TokenOrder)
        record, token = tokens.make_token(request.user, order["hours"])
        record.token = token
        return Response(NewTokenSerializer(record).data, status=201)

    def destroy(self, request: Request, pk: str) -> Response:
        """End a token at once."""
        tokens.end_token(request.user, self.get_object().token_key)
        return Response(status=204)
