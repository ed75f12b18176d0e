"""The same key, the same answer: a write that is sent twice happens once.

The key is kept in the transaction of its effect, so that either both exist or neither. An answer
that refused leaves no key behind: sent again, the request is looked at anew.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files import File
from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.problems import Refusal
from common.models import IdempotencyKey

KEPT = ("ETag", "Location")
LIFETIME = timedelta(days=2)


def once(request: Request, effect: Callable[[], Response]) -> HttpResponseBase:
    """Run `effect`, or give the answer that it gave under this key. Inside the transaction of the effect."""
    if (key := request.headers.get("Idempotency-Key")) is None:
        return effect()
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        raise ParseError(_("Idempotency-Key is 1 to 255 visible ASCII characters."))
    route, fingerprint = f"{request.method} {request.path}", _fingerprint(request.data)
    _hold(f"{request.user.pk} {route} {key}")
    kept = IdempotencyKey.objects.filter(user_id=request.user.pk, route=route, key=key).first()
    if kept is None:
        response = effect()
        kept = IdempotencyKey.objects.create(
            user_id=request.user.pk,
            route=route,
            key=key,
            fingerprint=fingerprint,
            status=response.status_code,
            headers={name: response[name] for name in KEPT if name in response},
            body="" if response.data is None else JSONRenderer().render(response.data).decode(),
        )
    elif kept.fingerprint != fingerprint:
        raise Refusal(422, "key_reused", _("This key was used for another request: take a new one."))
    return HttpResponse(kept.body, status=kept.status, headers=kept.headers, content_type="application/json")


def _hold(name: str) -> None:
    """Refuse at once while the first request with this key is under way (SQLite lets the second wait)."""
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        (mine,) = cursor.fetchone()
    if not mine:
        raise Refusal(409, "in_flight", _("The first request with this key is still under way: ask again in a moment."))


def _fingerprint(data: Any) -> str:
    """The same for the same fields, however they were written; uploads by their content."""
    plain = dict(data.lists()) if hasattr(data, "lists") else data
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=_digest).encode()).hexdigest()


def _digest(value: Any) -> str:
    if not isinstance(value, File):
        raise TypeError(f"{value!r} cannot be compared")
    value.seek(0)
    digest = hashlib.file_digest(value.file, "sha256").hexdigest()  # type: ignore[arg-type]
    value.seek(0)
    return f"{value.name} {digest}"


def forget_old_keys() -> int:
    """Delete the keys of two days ago; says how many. A clock calls this, any number of times."""
    old = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - LIFETIME)
    return old.delete()[0]
