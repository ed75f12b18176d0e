"""From an empty page to a draft, and away with it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from governance.models import Department, Round, User
from governance.services.numbers import next_record_number
from governance.states import Role, RoundStatus
from projects.models import Application, Project
from projects.rules import is_clerk_of, is_leader_of
from projects.services.attachments import forget_files
from projects.services.editing import assigned, cleaned, locked, noted, opened
from projects.states import APPLICATION_MOVES, ApplicationStatus

HEADER = frozenset({
    "name", "kind", "category", "domain", "build_mode", "office", "leader", "contact", "months", "starts_on",
    "ends_on", "network", "is_classified", "is_urgent", "urgency_reason", "in_five_year_plan", "previous_phase",
    "yearly_operating_cost", "operating_cost_avoided", "system", "continues", "renews",
})  # fmt: skip


@transaction.atomic
def create_application(round: Round, *, by: User, **header: Any) -> Application:
    """Begin a draft of the clerk's department in a round that takes applications.

    Refused when the person is no clerk, or the round belongs to another jurisdiction or is closed
    (the authority itself applies until the list is locked).
    """
    acting = by.acting
    demand(acting is not None and acting.role == Role.CLERK, _("Only a department's clerk begins an application."))
    department = acting.department  # type: ignore[union-attr]
    demand_takes(round, department)
    application = Application(
        number=next_record_number("SB", round.jurisdiction, round.year), round=round, department=department, drafter=by
    )
    assigned(application, header, HEADER)
    _demand_links(application)
    cleaned(application)
    application.save()
    audit.record("application.created", application, by=by, round=str(round))
    return application


def demand_takes(round: Round, department: Department) -> None:
    """Refuse a round in which this department cannot prepare an application."""
    demand(
        round.jurisdiction_id == department.jurisdiction_id,
        _("This round belongs to another jurisdiction: choose one of your own."),
    )
    own = round.jurisdiction.authority_id == department.pk
    demand(
        own or round.status != RoundStatus.CLOSED,
        _("The round “%(round)s” is closed: apply in the next one.") % {"round": round},
    )


@transaction.atomic
def update_header(
    application: Application, changes: dict[str, Any], *, by: User, version: int | None = None
) -> Application:
    """Change the fields of the application's first page."""
    application = opened(application, by=by, version=version)
    moved = assigned(application, changes, HEADER)
    if not moved:
        return application
    _demand_links(application)
    cleaned(application)
    application.save(update_fields=list(moved))
    return noted(application, "application.changed", by=by, changes=moved)


@transaction.atomic
def delete_draft(application: Application, *, by: User, version: int | None = None) -> None:
    """Throw away a draft that was never submitted; its number is not given out again."""
    application = opened(application, by=by, version=version)
    demand(
        application.submitted_at is None and application.status == ApplicationStatus.DRAFT,
        _("This application was submitted: withdraw it instead."),
    )
    audit.record("application.deleted", application, by=by)
    forget_files(application.attachments.all())
    application.delete()


@transaction.atomic
def withdraw_draft(application: Application, *, reason: str, by: User, version: int | None = None) -> Application:
    """End an application that was not submitted yet, and keep it to be read."""
    application = locked(application)
    demand(
        is_clerk_of(by, application) or is_leader_of(by, application),
        _("Only its own department withdraws an application."),
    )
    application.demand_version(version)
    demand(application.submitted_at is None, _("This application is under review: withdraw it there."))
    APPLICATION_MOVES.check(application.status, ApplicationStatus.WITHDRAWN)
    demand(reason.strip(), _("Say why the application is withdrawn."))
    now = timezone.now()
    application.status, application.status_since = ApplicationStatus.WITHDRAWN, now
    application.ended_at, application.ended_by, application.end_reason = now, by, reason.strip()[:500]
    application.save()
    return noted(application, "application.withdrawn", by=by, reason=reason)


def _demand_links(application: Application) -> None:
    """What the application continues, renews or operates is its own department's, or open to all."""
    if project := application.continues:
        demand(
            project.lead_id == application.department_id,
            _("Only a project that your own department leads is continued."),
        )
    if renewed := application.renews:
        demand(
            renewed.department_id == application.department_id and renewed.pk != application.pk,
            _("Only an application of your own department is renewed."),
        )
        demand(
            Project.objects.filter(application=renewed).exists(),
            _("%(number)s was not approved: only an approved, unbuilt application is renewed.")
            % {"number": renewed.number},
        )
    if system := application.system:
        demand(
            system.owner.jurisdiction_id == application.round.jurisdiction_id,
            _("The system operated belongs to another jurisdiction."),
        )
