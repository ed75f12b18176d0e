"""How long a sign-in lasts."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

AGENT = 300  # characters of a browser's name for itself, for the list of one's own sessions
STEP = 60  # seconds between two writes of a busy session


class SessionClockMiddleware:
    """Move the idle limit on while a person works, and end every session after the longest time.

    Saving the session with each request would cost each page a write; once a minute is enough.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            self.tick(request)
        return self.get_response(request)

    def tick(self, request: HttpRequest) -> None:
        session, now = request.session, int(time.time())
        began = session.setdefault("began", now)
        session.setdefault("agent", request.headers.get("User-Agent", "")[:AGENT])
        if now - began > settings.SESSION_LONGEST.total_seconds():
            logout(request)
        elif now - session.get("seen", 0) >= STEP:
            session["seen"] = now
