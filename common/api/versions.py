"""ETag and If-Match: the integer version of a governed record (RFC 9110)."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from common.api.problems import Refusal
from common.models import Governed

_TAG = re.compile(r'\s*(W/)?"([^"]*)"\s*', re.ASCII)


def etag(record: Governed) -> str:
    return f'"{record.version}"'


def seen_version(request: Request, record: Governed, *, required: bool = True) -> int | None:
    """The version that the caller saw, for the service to compare under its lock.

    428 without If-Match, 412 when it is not the version of now; None for `*`.
    """
    header = request.headers.get("If-Match")
    if header is None:
        if required:
            raise Refusal(428, "version_required", _("Read the record first and send its ETag in the header If-Match."))
        return None
    if header.strip() == "*":
        return None
    # A weak tag never matches here; a tag that is no number is one that was never given out.
    seen = {int(tag) for weak, tag in _tags(header) if not weak and re.fullmatch(r"\d{1,9}", tag, re.ASCII)}
    if record.version in seen:
        return record.version
    record.demand_version(min(seen, default=0))
    return None


def _tags(header: str) -> list[tuple[str, str]]:
    parts = [_TAG.fullmatch(part) for part in header.split(",")]
    if not all(parts):
        raise ParseError(_('If-Match is an ETag in quotation marks, like "7".'))
    return [(part[1] or "", part[2]) for part in parts if part]
