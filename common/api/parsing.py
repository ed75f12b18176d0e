"""JSON as RFC 8259 means it, and nothing that a database, a browser or a later reader chokes on."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import JSONRenderer

LONGEST = 2 * 1024 * 1024  # bytes: a submission with hundreds of modules has a tenth of it
LARGEST_UPLOAD = 64 * 1024 * 1024  # the largest attachment and what stands around it
DEEPEST = 32
LARGEST = 2**63 - 1


class StrictJSONParser(BaseParser):
    """One JSON object, in UTF-8.

    Refused: duplicate names, NaN and infinities, numbers beyond 64 bits, NUL and lone
    surrogates in texts, nesting deeper than 32, more than 2 MiB.
    """

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        body = stream.read(LONGEST + 1)
        if len(body) > LONGEST:
            raise RequestDataTooBig
        try:
            data = json.loads(
                body.decode(),
                object_pairs_hook=_once_each,
                parse_constant=_no_constant,
                parse_float=_finite,
                parse_int=_bounded,
            )
        except RecursionError as error:
            raise ParseError(_("This JSON is nested too deeply.")) from error
        except ValueError as error:
            raise ParseError(_("This is not valid JSON: %(reason)s.") % {"reason": str(error).rstrip(".")}) from error
        if not isinstance(data, dict):
            raise ParseError(_("Send a JSON object: {…}."))
        _inspect(data)
        return data


class BoundedMultiPartParser(MultiPartParser):
    """A form with files, of a size that is said beforehand."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        if int(stream.META.get("CONTENT_LENGTH") or 0) > LARGEST_UPLOAD:
            raise RequestDataTooBig
        return super().parse(stream, media_type, parser_context)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _finite(text: str) -> float:
    if math.isinf(number := float(text)):
        raise ValueError(f"{text[:20]} is too large")
    return number


def _bounded(text: str) -> int:
    if len(text) > 20 or abs(number := int(text)) > LARGEST:
        raise ValueError(f"{text[:20]}… is too large")
    return number


def _inspect(data: dict[str, Any]) -> None:
    """Refuse depth and impossible characters wherever they are, names included."""
    for text in _texts(data):
        if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise ParseError(_("A text contains a character that is not allowed (NUL or half a surrogate pair)."))


def _texts(data: dict[str, Any]) -> Iterator[str]:
    waiting: list[tuple[Any, int]] = [(data, 1)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict | list):
            if depth > DEEPEST:
                raise ParseError(_("This JSON is nested too deeply."))
            parts = [*node, *node.values()] if isinstance(node, dict) else node
            waiting += [(part, depth + 1) for part in parts]
