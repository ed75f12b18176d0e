"""OpenAPI of nouns and verbs: headers, refusals, and what each verb takes and gives."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from common.api.nouns import Noun
from common.api.problems import MEDIA_TYPE, TITLES

ALWAYS = (400, 401, 403, 406, 429)
WRITES = (409, 413, 415, 422)
VERSIONED = (412, 428)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "examples": ['"7"']},
    OpenApiParameter.HEADER,
    required=True,
    description=_("the ETag of the record as you saw it"),
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    description=_("a key of your own: sent again with it, the request is answered and not done again"),
)


class ErrorSerializer(serializers.Serializer):
    """What is wrong with one field (`pointer`) or one parameter (`parameter`)."""

    pointer = serializers.CharField(required=False)
    parameter = serializers.CharField(required=False)
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """A refusal (RFC 9457): `code` for programs, `detail` for people."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    items = serializers.ListField(child=serializers.CharField(), required=False)
    errors = ErrorSerializer(many=True, required=False)  # type: ignore[assignment]
    request_id = serializers.CharField()


class NounSchema(AutoSchema):
    """Reads `takes`, `gives` and `is_write` of the views."""

    @property
    def handler(self) -> Any:
        return getattr(self.view, getattr(self.view, "action", None) or "", None)

    @property
    def is_write(self) -> bool:
        return getattr(self.handler, "is_write", False)

    @property
    def is_versioned(self) -> bool:
        on_record = "{id}" in self.path
        return self.is_write and on_record and isinstance(self.view, Noun) and self.view.is_versioned()

    def get_operation_id(self) -> str:
        name = super().get_operation_id()
        return name.removesuffix("_create") if self.is_verb else name

    def get_override_parameters(self) -> list[Any]:
        return [*([IF_MATCH] if self.is_versioned else []), *([IDEMPOTENCY_KEY] if self.is_write else [])]

    def get_request_serializer(self) -> Any:
        takes = getattr(self.view, "takes", None)
        if takes is not None:
            return takes if takes._declared_fields else None
        return super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        if (gives := getattr(self.view, "gives", None)) is not None:
            return {200: gives}
        if self.is_verb:
            gone = OpenApiResponse(description=_("Done; you no longer see the record."))
            return {200: super().get_response_serializers(), 204: gone}
        return super().get_response_serializers()

    @property
    def is_verb(self) -> bool:
        return self.is_write and getattr(self.view, "takes", None) is not None

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        problem = self.resolve_serializer(ProblemSerializer, direction).ref
        codes = [*ALWAYS, *([404] if "{" in self.path else [])]
        codes += [*(WRITES if self.is_write else ()), *(VERSIONED if self.is_versioned else ())]
        refusals = {
            str(code): {"description": str(TITLES[code]), "content": {MEDIA_TYPE: {"schema": problem}}}
            for code in sorted(codes)
        }
        return {**super()._get_response_bodies(direction), **refusals}


class TokenScheme(OpenApiAuthenticationExtension):
    """Tokens in the header Authorization."""

    target_class = "common.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": str(_("“Token ” and the token: POST /api/v1/auth/tokens/ gives one.")),
        }
