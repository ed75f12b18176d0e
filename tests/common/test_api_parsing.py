from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError

from common.api.parsing import LARGEST_UPLOAD, LONGEST, BoundedMultiPartParser, StrictJSONParser
from tests.api import V1, Program, refused
from tests.factories import city

HOSTILE = {
    "empty object of another kind": b"[]",
    "null": b"null",
    "a text": b'"a"',
    "not json": b"{",
    "two": b"{} {}",
    "not utf-8": b'{"a": "\xff"}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "duplicate name": b'{"a": 1, "a": 2}',
    "duplicate name inside": b'{"a": {"b": 1, "b": 1}}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "1e400": b'{"a": 1e400}',
    "25 digits": b'{"a": 1234567890123456789012345}',
    "beyond 64 bits": b'{"a": 9223372036854775808}',
    "5000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "NUL": b'{"a": "x\\u0000"}',
    "NUL in a name": b'{"a\\u0000": 1}',
    "half a surrogate pair": b'{"a": "\\ud800"}',
    "half a pair deep inside": b'{"a": [{"b": ["\\udfff"]}]}',
    "depth": b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}",
    "depth 10000": b'{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "raw control character": b'{"a": "\x01"}',
}


def parse(body):
    return StrictJSONParser().parse(io.BytesIO(body))


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_json_is_refused_in_words(body):
    with pytest.raises(ParseError) as refusal:
        parse(body)
    assert str(refusal.value.detail)


@pytest.mark.django_db
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_json_never_reaches_a_noun(body):
    program = Program(city().people.head)
    refused(program.generic("POST", V1 + "rounds/", body, content_type="application/json"), 400, "parse_error")


def test_what_people_mean_passes():
    body = '{"名": "江城 😀\\n", "n": -9223372036854775807, "f": 0.5, "l": [null, true, {"a": []}]}'.encode()
    assert parse(body) == {"名": "江城 😀\n", "n": -(2**63) + 1, "f": 0.5, "l": [None, True, {"a": []}]}


def test_a_body_has_a_largest_size():
    with pytest.raises(RequestDataTooBig):
        parse(b'{"a": "' + b"x" * LONGEST + b'"}')


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_413():
    body = b'{"name": "' + b"x" * LONGEST + b'"}'
    program = Program(city().people.head)
    refused(program.generic("POST", V1 + "rounds/", body, content_type="application/json"), 413, "too_large")


def test_an_upload_has_a_largest_size():
    stream = SimpleNamespace(META={"CONTENT_LENGTH": str(LARGEST_UPLOAD + 1)})
    with pytest.raises(RequestDataTooBig):
        BoundedMultiPartParser().parse(stream, "multipart/form-data; boundary=x")
