"""Ending a whole application: withdraw by its department; reject, defer, escalate by two persons.

In the same transaction every decision that pays into the application is reopened.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from common.outbox import enqueue
from governance.models import FundingSource, Round, User
from projects.models import Application, Line, LineBase, LineSource
from projects.states import APPLICATION_MOVES, ApplicationStatus
from reviews.models import AnnualList, Disposition, EndRequest, Intake
from reviews.queries.decisions import interests_in
from reviews.services import requests
from reviews.services.acts import reopen
from reviews.services.checks import demand_judge
from reviews.services.intake import SCREEN
from reviews.services.notices import number_notices
from reviews.services.register import lock_register
from reviews.states import DISPOSITION_MOVES, DispositionState

A = ApplicationStatus
STANDS = [DispositionState.LIVE, DispositionState.SUPERSEDED]


@transaction.atomic
def withdraw(application: Application, *, by: User, reason: str, version: int | None = None) -> Application:
    """The department takes its application back; not after the list is locked."""
    application = _locked(application, version)
    acting = by.acting
    demand(
        acting is not None and acting.department_id == application.department_id,
        _("Only its own department withdraws an application."),
    )
    demand(reason.strip(), _("Say why the application is withdrawn."))
    return _end(application, A.WITHDRAWN, by=by, reason=reason)


@transaction.atomic
def ask_end(
    application: Application,
    to: str,
    *,
    by: User,
    reason: str,
    to_round: Round | None = None,
    version: int | None = None,
) -> EndRequest:
    """The first of two persons: the application should be rejected, deferred or escalated."""
    application = _locked(application, version)
    demand(to in {A.REJECTED, A.DEFERRED, A.ESCALATED}, _("An application is rejected, deferred or escalated."))
    APPLICATION_MOVES.check(application.status, to)
    _demand_unlocked(application)
    demand_judge(by, interests_in(application))
    demand(reason.strip(), _("Say why the application ends."))
    demand(
        not application.end_requests.filter(closed_at__isnull=True).exists(),
        _("A colleague has asked for an end already: grant or refuse that request."),
    )
    if to == A.ESCALATED:
        _demand_upper(application, to_round)
    request = EndRequest.objects.create(application=application, to=to, to_round=to_round, reason=reason, asked_by=by)
    audit.record("application.end_asked", application, by=by, to=to, reason=reason)
    return request


@transaction.atomic
def grant_end(request: EndRequest, *, by: User) -> Application:
    """The second person carries the end out; an escalated application is asked for again one level up."""
    application, request = _open_request(request)
    demand(by.pk != request.asked_by_id, _("Two persons are needed: a colleague must do it."))
    demand_judge(by, interests_in(application))
    _close(request, granted=True, by=by)
    if request.to == A.ESCALATED:
        demand(request.to_round is not None, _("Name the round of the upper level."))
        return _escalate(application, request.to_round, by=by, reason=request.reason)  # type: ignore[arg-type]
    return _end(application, ApplicationStatus(request.to), by=by, reason=request.reason)


@transaction.atomic
def refuse_end(request: EndRequest, *, by: User) -> EndRequest:
    """The application goes on; also its author takes a request back so."""
    application, request = _open_request(request)
    demand(by.is_judge_of(application.round.jurisdiction_id), _("Only a reviewer or head of the authority does this."))
    _close(request, granted=False, by=by)
    audit.record("application.end_refused", application, by=by)
    return request


def _open_request(request: EndRequest) -> tuple[Application, EndRequest]:
    application = _locked(request.application, None)
    request = EndRequest.objects.select_for_update().get(pk=request.pk)
    demand(request.closed_at is None, _("A colleague has closed this request already."))
    return application, request


def _close(request: EndRequest, *, granted: bool, by: User) -> None:
    request.closed_at, request.closed_by, request.is_granted = timezone.now(), by, granted
    request.save(update_fields=["closed_at", "closed_by", "is_granted"])


def _locked(application: Application, version: int | None) -> Application:
    lock_register(application.round.jurisdiction_id)
    application = Application.objects.select_related("round", "department").locked(application.pk)
    application.demand_version(version)
    return application


def _demand_unlocked(application: Application) -> None:
    annual_list = AnnualList.objects.filter(round=application.round_id).first()
    demand(
        annual_list is None or not annual_list.versions.exists(),
        _("The list is locked: only an adjustment act changes it."),
    )


def _demand_upper(application: Application, to: Round | None) -> None:
    lower = application.round.jurisdiction
    demand(to is not None and to.jurisdiction_id == lower.parent_id, _("Escalate to a round of the next level up."))
    assert to is not None
    annual_list = AnnualList.objects.filter(round=to).first()
    demand(annual_list is None or not annual_list.versions.exists(), _("The list of that round is locked."))


def _end(application: Application, to: ApplicationStatus, *, by: User, reason: str) -> Application:
    APPLICATION_MOVES.check(application.status, to)
    _demand_unlocked(application)
    before, application.status = application.status, to
    application.ended_at, application.ended_by, application.end_reason = timezone.now(), by, reason
    application.status_since = application.ended_at
    application.bump("status", "ended_at", "ended_by", "end_reason", "status_since")
    _leave_list(application)
    for d in Disposition.objects.filter(line__application=application, state__in=STANDS):
        DISPOSITION_MOVES.check(d.state, DispositionState.ENDED)
        d.state = DispositionState.ENDED
        d.save(update_fields=["state"])
    paying = Disposition.objects.filter(target_line__application=application, state__in=STANDS)
    reopened = list(paying.exclude(line__application=application).loaded().order_by("pk"))
    for d in reopened:
        reopen(d)
    requests.leave(application, by=by, reason=reason)
    requests.follow((d.line_id for d in reopened), by=by, reason=application.number)
    application.end_requests.filter(closed_at__isnull=True).update(closed_at=timezone.now(), closed_by=by)
    audit.record(f"application.{to}", application, by=by, before=before, reason=reason)
    if to != ApplicationStatus.WITHDRAWN:  # the department's own step needs no notice
        number_notices(application.round.jurisdiction, [application], by=by)
    return application


def _leave_list(application: Application) -> None:
    determined = getattr(application, "determined", None)
    if determined is None:
        return
    annual_list = determined.annual_list
    determined.delete()
    if not annual_list.is_stale:
        annual_list.is_stale = True
        annual_list.bump("is_stale")


def _escalate(old: Application, to: Round, *, by: User, reason: str) -> Application:
    """Ask the upper jurisdiction instead: a new application there, this one ends."""
    _demand_upper(old, to)
    lock_register(old.round.jurisdiction_id, to.jurisdiction_id)
    lines = list(old.lines.with_money().order_by("pk"))
    _end(old, A.ESCALATED, by=by, reason=reason)
    new = Application.objects.get(pk=old.pk)
    new.pk, new._state.adding = None, True
    new.number, new.round, new.escalated_from = f"{old.number}-S", to, old
    new.status, new.submitted_at, new.status_since = A.SUBMITTED, timezone.now(), timezone.now()
    new.ended_at, new.ended_by, new.end_reason, new.version = None, None, "", 1
    new.continues = new.renews = None
    new.save()
    _copy_lines(lines, new, to)
    Intake.objects.create(application=new)
    enqueue(SCREEN, application_id=new.pk)
    audit.record("application.escalated_here", new, by=by, source=old.number)
    return new


def _copy_lines(lines: list[Line], to: Application, round: Round) -> None:
    copies: dict[int, Line] = {}
    for line in lines:
        copy = Line.objects.get(pk=line.pk)
        copy.pk, copy._state.adding, copy.application = None, True, to
        copy.serves, copy.builds = None, None
        copy.save()
        copies[line.pk] = copy
        for row in line.sources.all():
            LineSource.objects.create(
                line=copy, source=_same_source(row.source, round), year=row.year, amount=row.amount
            )
    for line in lines:
        if line.serves_id:
            copies[line.pk].serves = copies[line.serves_id]
            copies[line.pk].save(update_fields=["serves"])
        LineBase.objects.bulk_create(LineBase(line=copies[line.pk], base=copies[pk]) for pk in line.base_ids)


def _same_source(source: FundingSource, round: Round) -> FundingSource:
    """The upper jurisdiction's source of the same code."""
    found, _created = FundingSource.objects.get_or_create(
        jurisdiction=round.jurisdiction,
        code=source.code,
        defaults={"name": source.name, "kind": source.kind, "purpose": source.purpose},
    )
    return found
