"""The application's way through its statuses; who may send it on is the caller's and each verb's question."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import demand
from governance.models import User
from projects.models import Application
from projects.queries.completeness import blocking
from projects.rules import is_clerk_of, is_leader_of
from projects.services.drafts import demand_takes
from projects.services.editing import locked, noted
from projects.states import APPLICATION_MOVES, ApplicationStatus

A = ApplicationStatus


@transaction.atomic
def ask_sign_off(application: Application, *, by: User, version: int | None = None) -> Application:
    """The clerk hands the draft to the department's leader. Refused with the list of what is missing."""
    application = locked(application)
    demand(is_clerk_of(by, application), _("Only a clerk of the department asks for sign-off."))
    application.demand_version(version)
    APPLICATION_MOVES.check(application.status, A.SIGN_OFF)
    demand_takes(application.round, application.department)
    demand_complete(application)
    return move(application, A.SIGN_OFF, "application.sign_off_asked", by=by)


@transaction.atomic
def send_back(application: Application, *, reason: str, by: User, version: int | None = None) -> Application:
    """The leader does not sign yet: the clerk has it again, with a reason."""
    application = locked(application)
    demand(is_leader_of(by, application), _("Only the department's leader sends it back."))
    application.demand_version(version)
    demand(reason.strip(), _("Say what has to be changed."))
    return move(application, A.DRAFT, "application.sent_back", by=by, reason=reason.strip())


def sign_off(application: Application, *, by: User, version: int | None = None) -> Application:
    """The leader signs: stamped and submitted. Called inside the transaction that opens the review."""
    application = locked(application)
    demand(is_leader_of(by, application), _("Only the department's leader signs off."))
    application.demand_version(version)
    APPLICATION_MOVES.check(application.status, A.SUBMITTED)
    demand(application.status == A.SIGN_OFF, _("The clerk answers a correction; nothing is signed again."))
    demand_complete(application)
    now = timezone.now()
    application.signed_off_at, application.signed_off_by, application.submitted_at = now, by, now
    return move(application, A.SUBMITTED, "application.submitted", by=by)


def demand_complete(application: Application) -> None:
    """Refuse an application that lacks something, and say all that it lacks."""
    missing = blocking(application)
    demand(
        not missing,
        _("Something is still missing:"),
        items=[problem.sentence for problem in missing],
    )


def move(application: Application, to: ApplicationStatus, action: str, *, by: User, **details: Any) -> Application:
    """Send a locked application on: the table is checked, the moment noted, the trail written."""
    before = application.status
    APPLICATION_MOVES.check(before, to)
    application.status, application.status_since = to, timezone.now()
    application.save()
    return noted(application, action, by=by, before=before, after=to, **details)
