"""A person's own tokens."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from knox.models import AuthToken

from governance.models import User


def tokens_of(user: User) -> Any:
    """Those that are valid now, the newest first."""
    return AuthToken.objects.filter(user=user.pk, expiry__gt=timezone.now()).order_by("-created")
