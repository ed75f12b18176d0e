"""From the leader's signature to the review: submission, completeness check, correction, acceptance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from common.outbox import enqueue
from governance.models import Membership, Round, User
from governance.queries.policies import policy
from governance.queries.working_days import add_working_days
from governance.states import Role, RoundStatus
from projects.models import Application
from projects.rules import is_clerk_of, is_intake_of, is_judge_of
from projects.services.editing import locked
from projects.services.submission import demand_complete, move, sign_off
from projects.states import APPLICATION_MOVES, ApplicationStatus
from reviews.models import AnnualList, CorrectionItem, CorrectionRequest, Intake
from reviews.queries.lists import outcomes
from reviews.services.register import lock_register
from reviews.states import Outcome

SCREEN = "reviews.tasks.screen_application"
A = ApplicationStatus
Points = Sequence[tuple[str, str]]  # (item, its problem)


@transaction.atomic
def submit(application: Application, *, by: User, version: int | None = None) -> Application:
    """The leader signs off, and the review opens: both or neither; its modules are screened on commit.

    Refused outside the round's days (the authority itself applies until its list is locked), once the list is
    locked, for an incomplete application, and for a renewal of what was not approved or is built already.
    """
    lock_register(application.round.jurisdiction_id)
    application = sign_off(application, by=by, version=version)
    _demand_open(application)
    _demand_renewable(application)
    Intake.objects.get_or_create(application=application)
    enqueue(SCREEN, application_id=application.pk)
    return application


@transaction.atomic
def ask_correction(
    application: Application,
    *,
    items: Points,
    by: User,
    message: str = "",
    due_on: date | None = None,
    version: int | None = None,
) -> CorrectionRequest:
    """The intake officer says what is missing, until when; the review clock stops.

    Without a day the department has the working days of the policy.
    """
    application = _for_intake(application, by, version)
    points = [(item.strip(), problem.strip()) for item, problem in items]
    demand(points and all(item and problem for item, problem in points), _("Name each point and its problem."))
    today = timezone.localdate()
    due_on = due_on or default_due_day(application)
    demand(due_on > today, _("The department needs at least until tomorrow: choose a later day."))
    move(application, A.CORRECTION, "application.correction_asked", by=by, points=len(points), due_on=due_on)
    intake, _is_new = Intake.objects.get_or_create(application=application)
    request = CorrectionRequest.objects.create(intake=intake, message=message.strip(), due_on=due_on, asked_by=by)
    CorrectionItem.objects.bulk_create(
        CorrectionItem(request=request, item=item[:200], problem=problem[:500]) for item, problem in points
    )
    return request


def default_due_day(application: Application) -> date:
    """The day until which a correction that is asked for today is answered."""
    days = policy("correction_days", application.round.jurisdiction_id)
    return add_working_days(timezone.localdate(), days)


@transaction.atomic
def answer_correction(
    application: Application, *, answer: str, by: User, version: int | None = None
) -> CorrectionRequest:
    """The clerk says what was mended; the check goes on, modules are screened anew. Late answers are taken."""
    application = locked(application)
    demand(is_clerk_of(by, application), _("Only a clerk of the department answers a correction."))
    application.demand_version(version)
    APPLICATION_MOVES.check(application.status, A.SUBMITTED)
    demand(application.status == A.CORRECTION, _("No correction is asked for: the leader signs and submits."))
    demand(answer.strip(), _("Say what was changed, point by point."))
    demand_complete(application)
    move(application, A.SUBMITTED, "application.correction_answered", by=by, answer=answer.strip())
    request = CorrectionRequest.objects.get(intake__application=application, answered_at__isnull=True)
    request.answer, request.answered_at, request.answered_by = answer.strip(), timezone.now(), by
    request.save(update_fields=["answer", "answered_at", "answered_by"])
    Intake.objects.filter(application=application).update(screened_at=None)
    enqueue(SCREEN, application_id=application.pk)
    return request


@transaction.atomic
def accept(
    application: Application, *, by: User, reviewer: User | None = None, version: int | None = None
) -> Application:
    """The application is complete: it goes to consolidation, and to a reviewer when one is named."""
    application = _for_intake(application, by, version)
    if reviewer:
        _demand_reviewer(application, reviewer)
    move(application, A.CONSOLIDATION, "application.accepted", by=by, reviewer=str(reviewer or ""))
    intake, _is_new = Intake.objects.get_or_create(application=application)
    intake.assigned_to, intake.accepted_at, intake.accepted_by = reviewer, timezone.now(), by
    intake.save(update_fields=["assigned_to", "accepted_at", "accepted_by"])
    return application


@transaction.atomic
def assign(application: Application, reviewer: User, *, by: User, version: int | None = None) -> Application:
    """Another reviewer takes the application over."""
    application = locked(application)
    demand(
        is_intake_of(by, application) or is_judge_of(by, application),
        _("Only the authority's intake officers, reviewers and heads assign an application."),
    )
    application.demand_version(version)
    demand(
        application.status == A.CONSOLIDATION,
        _("Only an accepted application has a reviewer: accept it first."),
    )
    _demand_reviewer(application, reviewer)
    intake, _is_new = Intake.objects.get_or_create(application=application)
    before, intake.assigned_to = intake.assigned_to, reviewer
    intake.save(update_fields=["assigned_to"])
    application.bump()
    audit.record("application.assigned", application, by=by, before=str(before or ""), after=str(reviewer))
    return application


def _for_intake(application: Application, by: User, version: int | None) -> Application:
    """Lock an application that an intake officer checks now."""
    application = locked(application)
    demand(is_intake_of(by, application), _("Only an intake officer of the authority does this."))
    application.demand_version(version)
    return application


def _demand_open(application: Application) -> None:
    """The round takes applications today."""
    round = Round.objects.select_related("jurisdiction").get(pk=application.round_id)
    annual_list = AnnualList.objects.filter(round=round).first()
    demand(
        annual_list is None or not annual_list.versions.exists(),
        _("The list of this round is locked: apply in the next batch."),
    )
    if round.jurisdiction.authority_id == application.department_id:
        return
    today = timezone.localdate()
    begun = round.opens_on is None or round.opens_on <= today
    demand(
        round.status == RoundStatus.OPEN and begun and (round.closes_on is None or today <= round.closes_on),
        _("The round “%(round)s” does not take applications today.") % {"round": round},
    )


def _demand_renewable(application: Application) -> None:
    """What is renewed stands, unbuilt, on a locked list."""
    renewed = application.renews
    if renewed is None:
        return
    annual_list = AnnualList.objects.filter(round=renewed.round_id).first()
    is_locked = annual_list is not None and annual_list.versions.exists()
    demand(
        is_locked and outcomes([renewed])[renewed.pk] == Outcome.LISTED,
        _("%(number)s stands on no locked list: only an approved, unbuilt application is renewed.")
        % {"number": renewed.number},
    )


def _demand_reviewer(application: Application, reviewer: User) -> None:
    """The one who is named reviews for this authority, and holds no role in the department."""
    roles = Membership.objects.valid().filter(user=reviewer)
    authority = application.round.jurisdiction.authority_id
    demand(
        roles.filter(department=authority, role__in=[Role.REVIEWER, Role.HEAD]).exists() and reviewer.is_active,
        _("%(person)s is no reviewer of the authority: choose another.") % {"person": reviewer},
    )
    demand(
        authority == application.department_id or not roles.filter(department=application.department_id).exists(),
        _("%(person)s holds a role in the department that applies: choose another.") % {"person": reviewer},
    )
