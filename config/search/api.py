"""The search, for programs."""

from __future__ import annotations

from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.nouns import ApiViewSet
from common.api.problems import ParameterError
from common.api.serializers import Serializer
from common.search import LONGEST
from config.search import queries
from governance.models import User


class HitSerializer(Serializer):
    """One record; `url` is its page."""

    title = serializers.CharField()
    number = serializers.CharField()
    text = serializers.CharField()
    whose = serializers.CharField()
    state = serializers.CharField()
    url = serializers.CharField()


class GroupSerializer(Serializer):
    """One kind of record: how many there are, and the first of them."""

    kind = serializers.CharField(source="key")
    label = serializers.CharField()
    count = serializers.IntegerField()
    hits = HitSerializer(many=True)


@extend_schema_serializer(many=False)
class SearchSerializer(Serializer):
    """What was found by words, and what says the same in other words; `by_meaning` is null without a model."""

    count = serializers.IntegerField()
    by_words = GroupSerializer(many=True)
    by_meaning = GroupSerializer(many=True, allow_null=True)
    is_complete = serializers.BooleanField()


class SearchNoun(ApiViewSet):
    """Everything that one may see, by words and by meaning."""

    queryset = User.objects.none()
    serializer_class = SearchSerializer

    def parameters(self) -> set[str]:
        return {"q", "kind"}

    @extend_schema(
        operation_id="search",
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, required=True, description=_("words, each of which must be found")),
            OpenApiParameter("kind", OpenApiTypes.STR, description=_("up to 50 hits of this kind instead of five")),
        ],
        responses=SearchSerializer,
    )
    def list(self, request: Request) -> Response:
        """Search."""
        text = request.query_params.get("q", "")
        words = queries.read(text)
        if not words or len(text) > LONGEST:
            raise ParameterError({"q": [f"1–{LONGEST}"]})
        person = cast(User, request.user)
        result = queries.by_words(person, words, request.query_params.get("kind", ""))
        near = queries.by_meaning(person, words)
        found: dict[str, Any] = {
            "count": result.count,
            "by_words": result.groups,
            "by_meaning": None if near.is_degraded else near.groups,
            "is_complete": near.is_complete,
        }
        return Response(SearchSerializer(found).data)
