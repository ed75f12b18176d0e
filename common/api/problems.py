"""Every refusal of the API as a problem document (RFC 9457), in words of the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

import structlog
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.settings import api_settings

from common.errors import DomainError, Stale
from common.request import current_request_id

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
BUSY = {"55P03", "40P01", "40001"}  # lock not available, deadlock, serialization failure
TITLES = {
    400: gettext_lazy("The request is not valid"),
    401: gettext_lazy("Sign in first"),
    403: gettext_lazy("You may not do this"),
    404: gettext_lazy("There is nothing here"),
    405: gettext_lazy("This is not done with this address"),
    406: gettext_lazy("This form of answer is not offered"),
    409: gettext_lazy("A rule does not allow this"),
    412: gettext_lazy("The record changed meanwhile"),
    413: gettext_lazy("The request is too large"),
    415: gettext_lazy("This form of request is not read"),
    422: gettext_lazy("The key was used for another request"),
    428: gettext_lazy("Say which version you saw"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("A fault on our side: tell the people on duty the request’s number"),
    503: gettext_lazy("Not available at the moment"),
}


@dataclass
class Problem:
    """What a program reads (`code`, `status`) and what a person reads (`title`, `detail`)."""

    status: int
    code: str
    detail: str
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        return {
            "type": f"urn:tongchou:problem:{self.code}",
            "title": str(TITLES.get(self.status, "")),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **self.more,
            "request_id": current_request_id(),
        }

    def response(self) -> Response:
        return Response(self.body(), status=self.status, headers=self.headers, content_type=MEDIA_TYPE)


class Refusal(exceptions.APIException):
    """A refusal of HTTP's own that no rule of the business knows."""

    def __init__(self, status: int, code: str, detail: object) -> None:
        super().__init__(str(detail), code)
        self.status_code = status


class ParameterError(exceptions.ValidationError):
    """Something in the address after the question mark is wrong."""


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; what is not known here stays a fault of ours and is logged as such."""
    problem = problem_of(error)
    if problem is None:
        return None
    request = context.get("request")
    if isinstance(error, Stale) and request is not None and "If-Match" not in request.headers:
        problem.status = 409
    if problem.status in {401, 403}:
        log.warning("api.refused", status=problem.status, path=getattr(request, "path", ""))
    return problem.response()


@singledispatch
def problem_of(error: Exception) -> Problem | None:
    """The problem that tells of an exception, or None for one that must not happen."""
    return None


@problem_of.register
def of_rule(error: DomainError) -> Problem:
    return Problem(409, error.code, str(error.args[0]), {"items": error.items} if error.items else {})


@problem_of.register
def of_stale(error: Stale) -> Problem:
    return Problem(412, error.code, str(error.args[0]))


@problem_of.register
def of_http(error: exceptions.APIException) -> Problem:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    code = getattr(error.detail, "code", error.default_code)
    return Problem(error.status_code, code, str(error.detail), headers=headers)


@problem_of.register
def of_fields(error: exceptions.ValidationError) -> Problem:
    found = list(_by_pointer(error))
    return Problem(400, "invalid", _("Some fields are not right: see the errors."), {"errors": found})


@problem_of.register
def of_parameters(error: ParameterError) -> Problem:
    found = [{**entry, "parameter": entry.pop("pointer")[2:]} for entry in _by_pointer(error)]
    detail = _("Some parameters of the address are not right: see the errors.")
    return Problem(400, "parameter", detail, {"errors": found})


@problem_of.register
def of_model(error: DjangoValidationError) -> Problem:
    return of_fields(exceptions.ValidationError(as_serializer_error(error)))


@problem_of.register
def of_nothing(error: Http404) -> Problem:
    return Problem(404, "not_found", _("This address does not exist, or you may not see what is there."))


@problem_of.register
def of_permission(error: PermissionDenied) -> Problem:
    return Problem(403, "permission_denied", str(error) or _("Your role does not allow this."))


@problem_of.register(MultiPartParserError)
@problem_of.register(SuspiciousOperation)
@problem_of.register(BadRequest)
@problem_of.register(DataError)
def of_nonsense(error: Exception) -> Problem:
    return Problem(400, "invalid", _("This request cannot be read."))


@problem_of.register
def of_size(error: RequestDataTooBig) -> Problem:
    return Problem(413, "too_large", _("The request is larger than this address takes."))


@problem_of.register
def of_integrity(error: IntegrityError) -> Problem:
    log.warning("api.integrity", error=str(error))
    return Problem(409, "integrity", _("The database refused this, for it contradicts another record: look again."))


@problem_of.register
def of_database(error: OperationalError) -> Problem:
    log.error("api.database", error=str(error))
    if getattr(error.__cause__, "pgcode", "") in BUSY or "locked" in str(error):
        detail = _("Somebody else is working on this record at this moment: try again.")
        return Problem(409, "busy", detail, headers={"Retry-After": "1"})
    return Problem(503, "unavailable", _("The database does not answer at the moment: try again."))


def _by_pointer(error: exceptions.ValidationError) -> Iterator[dict[str, str]]:
    """One entry per sentence, with the JSON pointer of its field."""
    waiting: list[tuple[str, Any]] = [("#", error.detail)]
    while waiting:
        pointer, node = waiting.pop(0)
        if isinstance(node, dict):
            waiting += [(_step(pointer, name), part) for name, part in node.items()]
        elif isinstance(node, list) and any(isinstance(part, dict) for part in node):
            waiting += [(_step(pointer, str(at)), part) for at, part in enumerate(node)]
        elif isinstance(node, list):
            waiting += [(pointer, part) for part in node]
        else:
            yield {"pointer": pointer, "code": getattr(node, "code", "invalid"), "detail": str(node)}


def _step(pointer: str, name: str) -> str:
    if name in {api_settings.NON_FIELD_ERRORS_KEY, NON_FIELD_ERRORS}:
        return pointer
    return f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
