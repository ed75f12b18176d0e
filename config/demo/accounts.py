"""Who can sign in to the demonstration city, and where nobody can."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from governance.models import User

PASSWORD = "jiangcheng-demo"  # noqa: S105  published in the README; refused on every public server


class DemoPasswordGuard:
    """Stands before all ways to sign in: the published password opens nothing on a public server."""

    def authenticate(self, request: HttpRequest | None, password: str | None = None, **_credentials: Any) -> None:
        if settings.PUBLIC and password == PASSWORD:
            raise PermissionDenied


@cache
def person(username: str) -> User:
    """Somebody of the city, with the roles that they hold; read once while the city is built."""
    return User.objects.get(username=username)
