"""Tokens by which programs act as a person: told once, kept as a hash, ended at any time.

The page and the interface for programs both call these.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken
from knox.settings import knox_settings

from common import audit
from common.errors import demand


def tokens_of(user: Any) -> Any:
    """The person's tokens that are valid now, the newest first."""
    return AuthToken.objects.filter(user=user.pk, expiry__gt=timezone.now()).order_by("-created")


@transaction.atomic
def make_token(user: Any, hours: int) -> tuple[AuthToken, str]:
    """Make a token of one's own: its record, and the token itself, which nobody sees again.

    Refused: one more than a person may have.
    """
    get_user_model().objects.select_for_update(of=("self",)).get(pk=user.pk)  # two at once: the second counts anew
    demand(
        tokens_of(user).count() < knox_settings.TOKEN_LIMIT_PER_USER,
        _("You have as many tokens as one person may have: end one first."),
    )
    record, token = AuthToken.objects.create(user, timedelta(hours=hours))
    audit.record("token.created", user, by=user, token=record.token_key, expiry=record.expiry)
    return record, str(token)


@transaction.atomic
def end_token(user: Any, key: str) -> None:
    """End a token of one's own at once. Refused: one that has ended, or is somebody else's."""
    record = tokens_of(user).filter(token_key=key).first()
    demand(record, _("This token has ended already."))
    audit.record("token.ended", user, by=user, token=key)
    record.delete()
