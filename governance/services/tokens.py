"""Tokens by which programs act as a person: told once, kept as a hash, ended at any time."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken
from knox.settings import knox_settings

from common import audit
from common.errors import demand
from governance.models import User
from governance.queries.tokens import tokens_of


@transaction.atomic
def make_token(user: User, hours: int) -> str:
    """Make a token of one's own; returns it, and nobody sees it again. Refused: one more than a person may have."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # the count holds until this is over
    demand(
        tokens_of(user).count() < knox_settings.TOKEN_LIMIT_PER_USER,
        _("You have as many tokens as one person may have: end one first."),
    )
    record, token = AuthToken.objects.create(user, timedelta(hours=hours))
    audit.record("token.created", user, by=user, token=record.token_key, expiry=record.expiry)
    return str(token)


@transaction.atomic
def end_token(user: User, key: str) -> None:
    """End a token of one's own at once. Refused: one that has ended, or is somebody else's."""
    record = tokens_of(user).filter(token_key=key).first()
    demand(record, _("This token has ended already."))
    audit.record("token.ended", user, by=user, token=key, expiry=timezone.now())
    record.delete()
