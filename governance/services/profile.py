"""What people decide for themselves: the role they act in, their name and language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from governance.models import User
from governance.queries.sessions import sign_ins
from governance.services import records


@transaction.atomic
def act_as(user: User, membership: int) -> User:
    """Act in another of one's own roles. Refused: a role that is not one's own, or not valid today."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    chosen = next((role for role in user.roles if role.pk == membership), None)
    demand(chosen is not None, _("You do not hold this role today: choose one of the roles in the menu."))
    if user.acting_membership_id != membership:
        user.acting_membership = chosen
        user.save(update_fields=["acting_membership"])
        audit.record("user.acts_as", user, by=user, role=str(chosen))
    return user


@transaction.atomic
def change_profile(user: User, *, display_name: str, phone: str, **wishes: Any) -> User:
    """Change what colleagues see; the wishes are `language`, `money_unit` and the `muted` kinds of notifications."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    changes = {"display_name": display_name.strip(), "phone": phone.strip(), **wishes}
    return records.change(user, changes, by=user)


@transaction.atomic
def choose_language(user: User, language: str) -> User:
    """Remember the language for the next sign-in; one that pages do not speak changes nothing."""
    if language in dict(settings.LANGUAGES) and language != user.language:
        user.language = language
        user.save(update_fields=["language"])
    return user


@transaction.atomic
def sign_out_elsewhere(user: User, this: str | None) -> int:
    """End all sessions of the person but this one: on the next page there they have to sign in. How many it were."""
    others = [one.key for one in sign_ins(user, this) if not one.is_this]
    if others:
        Session.objects.filter(pk__in=others).delete()
        audit.record("user.signed_out_elsewhere", user, by=user, sessions=len(others))
    return len(others)


@transaction.atomic
def note_password_change(user: User) -> None:
    """A line in the audit trail for every new password."""
    audit.record("user.password_changed", user, by=user)


@transaction.atomic
def note_sign_in(user: User) -> None:
    """A line in the audit trail for every sign-in."""
    audit.record("user.signed_in", user, by=user)
