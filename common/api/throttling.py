"""How many requests a minute: each token by itself, and each person over all tokens and pages."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

MINUTE = 60


class PersonThrottle(BaseThrottle):
    """Counts in the calendar minute, so that a request costs one number and not a list of moments."""

    name = "person"

    def allow_request(self, request: Request, view: Any) -> bool:
        who, limit = self.who(request), settings.API_LIMITS[self.name]
        if who is None or limit is None:
            return True
        key = f"throttle:{self.name}:{who}:{int(time.time()) // MINUTE}"
        cache.add(key, 0, 2 * MINUTE)
        return bool(cache.incr(key) <= limit)

    def who(self, request: Request) -> object:
        return request.user.pk

    def wait(self) -> float:
        return MINUTE - time.time() % MINUTE


class TokenThrottle(PersonThrottle):
    name = "token"

    def who(self, request: Request) -> object:
        return getattr(request.auth, "digest", None)
