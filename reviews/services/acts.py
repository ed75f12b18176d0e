"""The life of an act: propose, take back, confirm; then ask, contest, settle, undo."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit
from common.errors import DomainError, demand
from common.numbering import next_number
from governance.models import Department, User
from governance.queries.policies import policy
from governance.queries.working_days import add_working_days
from projects.models import Line
from reviews.models import Act, ActEditor, Disposition, Opinion
from reviews.queries.decisions import dependants, interests_of, standing_of
from reviews.queries.eyes import why_not_ask_undo, why_not_confirm, why_not_settle, why_not_undo
from reviews.queries.standing import stand, total_of
from reviews.services import requests
from reviews.services.checks import check, demand_fit, demand_judge
from reviews.services.register import disturb, lock_register
from reviews.states import ACT_MOVES, DISPOSITION_MOVES, OPINION_MOVES, ActStatus, DispositionState, OpinionState

D = DispositionState


def _held(act: Act, version: int | None = None) -> Act:
    lock_register(act.jurisdiction_id)
    act = Act.objects.locked(act.pk)
    act.demand_version(version)
    return act


def _locked(act: Act, version: int | None) -> tuple[Act, list[Disposition]]:
    act = _held(act, version)
    # sorted here: a database that orders by a column costs Django a look at every column of every place
    rows = act.dispositions.loaded().prefetch_related("line__base_links").order_by()
    return act, sorted(rows, key=lambda d: d.pk)


@transaction.atomic
def propose(act: Act, *, by: User, version: int | None = None) -> Act:
    """Hand a plan to a colleague; its lines stand in no other proposal meanwhile."""
    act, dispositions = _locked(act, version)
    ACT_MOVES.check(act.status, ActStatus.PROPOSED)
    demand(dispositions, _("The plan decides nothing yet."))
    demand(act.reason.strip(), _("An act has a reason: write it first."))
    demand_judge(by, interests_of(act, dispositions))
    check(act, dispositions)
    act.status, act.proposed_by, act.proposed_at = ActStatus.PROPOSED, by, timezone.now()
    act.bump("status", "proposed_by", "proposed_at")
    audit.record("act.proposed", act, by=by, lines=len(dispositions))
    return act


@transaction.atomic
def take_back(act: Act, *, by: User, reason: str = "", version: int | None = None) -> Act:
    """Turn a proposal into a plan again: by its author to edit it, or sent back by a colleague."""
    act = _held(act, version)
    demand(act.status == ActStatus.PROPOSED, _("Only a proposal is taken back."))
    demand(by.is_judge_of(act.jurisdiction_id), _("Only a reviewer or head of the authority does this."))
    act.status, act.proposed_by, act.proposed_at = ActStatus.PLANNED, None, None
    act.bump("status", "proposed_by", "proposed_at")
    ActEditor.objects.get_or_create(act=act, user=by)
    audit.record("act.taken_back", act, by=by, reason=reason)
    return act


@transaction.atomic
def confirm(act: Act, *, by: User, version: int | None = None) -> Act:
    """Another person makes the act live; every touched department is then asked for its opinion.

    Refused to whoever proposed or edited it, holds a role in a touched department or drafted
    an application in it, and when what was proposed does not fit any more.
    """
    act, dispositions = _locked(act, version)
    ACT_MOVES.check(act.status, ActStatus.CONFIRMED)
    interests = interests_of(act, dispositions)
    _demand_may(why_not_confirm(by, act, interests))
    check(act, dispositions)
    lines = [d.line_id for d in dispositions]
    act.before = _money(lines)
    _make_live(dispositions)
    act.after = _money(lines)
    act.status, act.confirmed_by, act.confirmed_at = ActStatus.CONFIRMED, by, timezone.now()
    act.order = next_number("act-order")
    act.opinions_due_on = _opinions_due(act) if interests.departments else None
    act.bump("status", "confirmed_by", "confirmed_at", "order", "before", "after", "opinions_due_on")
    Opinion.objects.bulk_create(Opinion(act=act, department_id=pk) for pk in sorted(interests.departments))
    disturb(lines)
    requests.follow(lines, by=by, reason=act.number)
    audit.record("act.confirmed", act, by=by, before=act.before, after=act.after)
    return act


def _demand_may(why_not: str) -> None:
    demand(not why_not, why_not)


def _make_live(dispositions: list[Disposition]) -> None:
    standing = standing_of(d.line_id for d in dispositions)
    for d in dispositions:
        if old := standing.get(d.line_id):
            d.supersedes = old
            _move(old, D.SUPERSEDED)
    for d in dispositions:
        _move(d, D.LIVE)


def _move(d: Disposition, to: DispositionState) -> None:
    DISPOSITION_MOVES.check(d.state, to)
    d.state = to
    d.save(update_fields=["state", "supersedes"])


def _money(lines: Iterable[int]) -> dict[str, str]:
    return total_of(stand(Line.objects.filter(pk__in=list(lines)))).as_dict()


def _opinions_due(act: Act) -> date:
    return add_working_days(timezone.localdate(), policy("opinion_days", act.jurisdiction))


# ---- opinions (征求意见)


@transaction.atomic
def agree(act: Act, department: Department, *, by: User, text: str = "") -> Opinion:
    """A touched department has nothing against the act."""
    act = _held(act)
    return _answer(act, department, OpinionState.AGREED, by=by, text=text)


@transaction.atomic
def contest(act: Act, department: Department, *, by: User, text: str) -> Opinion:
    """异议: a touched department objects and says why; a third person decides, and no list is locked meanwhile."""
    act = _held(act)
    demand(text.strip(), _("An objection says why."))
    demand(act.is_standing, _("No opinion of this department is due."))
    opinion = _answer(act, department, OpinionState.OBJECTED, by=by, text=text)
    if act.status != ActStatus.CONTESTED:
        ACT_MOVES.check(act.status, ActStatus.CONTESTED)
        act.status = ActStatus.CONTESTED
        act.bump("status")
    return opinion


def _answer(act: Act, department: Department, to: OpinionState, *, by: User, text: str) -> Opinion:
    opinion = Opinion.objects.awaiting().filter(act=act, department=department).first()
    if opinion is None:
        raise DomainError(_("No opinion of this department is due."))
    OPINION_MOVES.check(opinion.state, to)
    opinion.state, opinion.text, opinion.given_by, opinion.given_at = to, text, by, timezone.now()
    opinion.save()
    audit.record(f"opinion.{to}", act, by=by, department=department.code, text=text)
    return opinion


@transaction.atomic
def close_opinions(act: Act, *, today: date | None = None) -> int:
    """The working days have passed: silence is agreement. A clock calls this; early it is refused."""
    act = _held(act)
    demand(act.status == ActStatus.CONFIRMED, _("There is no opinion to close."))
    today = today or timezone.localdate()
    demand(act.opinions_due_on is None or act.opinions_due_on < today, _("The departments still have time to answer."))
    closed = act.opinions.awaiting().update(state=OpinionState.SILENT)
    if closed:
        audit.record("opinions.closed", act, by=None, silent=closed)
    return closed


@transaction.atomic
def settle(act: Act, *, uphold: bool, by: User, reason: str, version: int | None = None) -> Act:
    """A third person decides a contested act: it stands, or it is undone."""
    act, dispositions = _locked(act, version)
    _demand_may(why_not_settle(by, act, interests_of(act, dispositions)))
    demand(reason.strip(), _("Say why the objection is followed or not."))
    act.settled_by = by
    if uphold:
        act.status = ActStatus.CONFIRMED
        act.bump("status", "settled_by")
    else:
        _undo(act, dispositions, by=by)
    audit.record("act.settled", act, by=by, upheld=uphold, reason=reason)
    return act


# ---- undo: two persons


@transaction.atomic
def ask_undo(act: Act, *, by: User, version: int | None = None) -> Act:
    """The first of two persons: a confirmed act should be undone."""
    act, dispositions = _locked(act, version)
    _demand_may(why_not_ask_undo(by, act, interests_of(act, dispositions)))
    act.undo_asked_by, act.undo_asked_at = by, timezone.now()
    act.bump("undo_asked_by", "undo_asked_at")
    audit.record("act.undo_asked", act, by=by)
    return act


@transaction.atomic
def undo(act: Act, *, by: User, version: int | None = None) -> Act:
    """The second person undoes the act as a whole; what it superseded stands again.

    Refused while a later live act depends on it (the refusal names it), and on a locked list.
    """
    act, dispositions = _locked(act, version)
    _demand_may(why_not_undo(by, act, interests_of(act, dispositions)))
    _undo(act, dispositions, by=by)
    audit.record("act.undone", act, by=by)
    return act


def _undo(act: Act, dispositions: list[Disposition], *, by: User) -> None:
    demand(not act.is_sealed, _("The act stands on a locked list: only an adjustment act changes it."))
    later = dependants(act)
    demand(not later, _("A later act depends on it; undo that one first:"), items=[a.number for a in later])
    disturb(d.line_id for d in dispositions)
    restored = [d.supersedes for d in dispositions if d.state == D.LIVE and d.supersedes]
    for d in dispositions:
        if d.state in {D.LIVE, D.SUPERSEDED}:
            _move(d, D.UNDONE)
    ACT_MOVES.check(act.status, ActStatus.UNDONE)
    act.status = ActStatus.UNDONE
    act.bump("status", "settled_by")
    _restore([old.pk for old in restored if old.state == D.SUPERSEDED])
    requests.follow((d.line_id for d in dispositions), by=by, reason=act.number)


def _restore(pks: list[int]) -> None:
    """What was superseded stands again, unless what it went into has moved on meanwhile."""
    for old in Disposition.objects.filter(pk__in=pks):
        _move(old, D.LIVE)
    for old in Disposition.objects.filter(pk__in=pks).loaded().order_by("pk"):
        leans = [pk for pk in (old.target_line_id, old.line.serves_id, *old.line.base_ids) if pk]
        try:
            demand_fit(old, standing_of(leans).get)
        except DomainError:
            reopen(old)


def reopen(d: Disposition) -> None:
    """The target is gone: the line is open again, and its determination stale."""
    if d.state == D.LIVE:
        disturb([d.line_id])
        audit.record("line.reopened", d.line, by=None, act=d.act.number, into=str(d.target or ""))
    _move(d, D.REOPENED)
