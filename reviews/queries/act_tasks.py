"""What acts and endings wait for: a colleague to confirm, a third person to settle, a department's opinion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime

from django.db.models import Case, Exists, F, OuterRef, Q, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.tasks import Task
from governance.models import User
from governance.queries.working_days import calendar
from governance.states import Role
from projects.models import Application
from projects.states import UNDER_WAY
from reviews.models import Act, Disposition, EndRequest, Opinion
from reviews.queries.decisions import Interests, interests_among, interests_in
from reviews.queries.eyes import conflict, why_not_confirm, why_not_settle, why_not_undo
from reviews.states import ActStatus, DispositionState, OpinionState

MOST = 100
EYES: Mapping[str, Callable[[User, Act, Interests], str]] = {
    ActStatus.PROPOSED: why_not_confirm,
    ActStatus.CONTESTED: why_not_settle,
    ActStatus.CONFIRMED: why_not_undo,
}
FOR_OTHERS = Q(status__in=[ActStatus.PROPOSED, ActStatus.CONTESTED]) | Q(
    status=ActStatus.CONFIRMED, undo_asked_by__isnull=False
)


def act_tasks(user: User) -> list[Task]:
    """What waits for the person in the role that they act in."""
    if user.has_role(Role.CLERK, Role.LEADER):
        return list(_opinions(user))
    acting = user.acting
    if acting is None or not user.is_judge_of(acting.department.jurisdiction_id):
        return []
    acts = _waiting(user, FOR_OTHERS | Q(status=ActStatus.PLANNED, created_by=user))
    open_acts = _open_to(user, acts)
    tasks = [
        *_to_confirm(open_acts[ActStatus.PROPOSED]),
        *_to_settle(open_acts[ActStatus.CONTESTED]),
        *_to_undo(open_acts[ActStatus.CONFIRMED]),
    ]
    return [*tasks, *_ends(user), *_reopened(user), *_own_plans(acts)]


def to_confirm(user: User) -> list[Act]:
    """Proposals that the person may confirm; never one's own."""
    return _open_to(user, _waiting(user, Q(status=ActStatus.PROPOSED)))[ActStatus.PROPOSED]


def _waiting(user: User, which: Q) -> list[Act]:
    """Acts in sight that wait for somebody: of each state those that have waited longest; two queries."""
    since = Case(When(status=ActStatus.PLANNED, then=F("updated_at")), default=F("proposed_at"))
    place = Window(RowNumber(), partition_by="status", order_by=[since, "pk"])
    rows = Act.objects.visible_to(user).filter(which).annotate(place=place).filter(place__lte=MOST)
    rows = rows.select_related("jurisdiction", "proposed_by", "undo_asked_by").prefetch_related("editors")
    return list(rows.order_by("place"))


def _open_to(user: User, acts: Iterable[Act]) -> dict[str, list[Act]]:
    """Those of these acts that the person may decide, by their state."""
    acts = [act for act in acts if act.status in EYES]
    interests = interests_among(acts)
    found: dict[str, list[Act]] = {status: [] for status in EYES}
    for act in acts:
        if not EYES[act.status](user, act, interests[act.pk]):
            found[act.status].append(act)
    return found


def _to_confirm(acts: Iterable[Act]) -> Iterator[Task]:
    for act in acts:
        yield Task(
            verb=_("Confirm a proposal"),
            title=str(act),
            url=reverse("reviews:act", args=[act.pk]),
            since=_day(act.proposed_at),
            from_whom=str(act.proposed_by or ""),
            button=_("See to it"),
        )


def _to_settle(acts: Iterable[Act]) -> Iterator[Task]:
    words = {
        o.act_id: o
        for o in Opinion.objects.filter(act__in=acts, state=OpinionState.OBJECTED).select_related("department")
    }
    for act in acts:
        objection = words.get(act.pk)
        yield Task(
            verb=_("Decide a contested act as a third person"),
            title=str(act),
            url=reverse("reviews:act", args=[act.pk]),
            since=_day(objection.given_at) if objection else None,
            from_whom=str(objection.department) if objection else "",
            note=objection.text[:200] if objection else "",
            button=_("Decide"),
            urgent=True,
        )


def _to_undo(acts: Iterable[Act]) -> Iterator[Task]:
    for act in acts:
        yield Task(
            verb=_("Undo an act: a colleague asks for it"),
            title=str(act),
            url=reverse("reviews:act", args=[act.pk]),
            since=_day(act.undo_asked_at),
            from_whom=str(act.undo_asked_by or ""),
            button=_("See to it"),
        )


def _ends(user: User) -> Iterator[Task]:
    """Requests of colleagues to end an application."""
    rows = EndRequest.objects.visible_to(user).open().exclude(asked_by=user)
    rows = rows.select_related("application__round__jurisdiction", "asked_by")
    for row in rows.order_by("asked_at")[:MOST]:
        if not conflict(user, interests_in(row.application)):
            yield Task(
                verb=_("Decide whether an application ends: %(end)s") % {"end": row.get_to_display()},
                title=str(row.application),
                url=reverse("reviews:end", args=[row.application.number]),
                since=_day(row.asked_at),
                from_whom=str(row.asked_by),
                note=row.reason,
                button=_("Decide"),
            )


def _reopened(user: User) -> Iterator[Task]:
    """Lines whose target is gone and that nobody has decided anew: one task an application."""
    applications = Application.objects.visible_to(user).filter(status__in=UNDER_WAY)
    later = Disposition.objects.live().filter(line=OuterRef("line"))
    rows = Disposition.objects.filter(
        ~Exists(later), state=DispositionState.REOPENED, line__application__in=applications
    ).select_related("line__application__department", "line__application__round")
    found: dict[int, dict[int, Disposition]] = {}
    for d in rows.order_by("line__application__number", "pk"):
        found.setdefault(d.line.application_id, {})[d.line_id] = d
    for lines in list(found.values())[:MOST]:
        application = next(iter(lines.values())).line.application
        address = reverse("reviews:workbench", args=[application.round_id])
        yield Task(
            verb=ngettext(
                "Decide %(n)s line anew: its target is gone",
                "Decide %(n)s lines anew: their target is gone",
                len(lines),
            )
            % {"n": len(lines)},
            title=str(application),
            url=f"{address}?application={application.pk}",
            from_whom=str(application.department),
            note="; ".join(str(d.line) for d in lines.values()),
            button=_("Decide"),
        )


def _own_plans(acts: Iterable[Act]) -> Iterator[Task]:
    """Plans that the person began, or that a colleague sent back."""
    for act in acts:
        if act.status != ActStatus.PLANNED:
            continue
        yield Task(
            verb=_("Finish a plan"),
            title=str(act),
            url=reverse("reviews:act", args=[act.pk]),
            since=_day(act.updated_at),
            button=_("Open"),
        )


def _opinions(user: User) -> Iterator[Task]:
    days, today = calendar(), timezone.localdate()
    rows = Opinion.objects.visible_to(user).awaiting().select_related("act")
    for row in rows.order_by("act__opinions_due_on", "pk")[:MOST]:
        on: date | None = row.act.opinions_due_on
        yield Task(
            verb=_("Give an opinion on a decision"),
            title=str(row.act),
            url=reverse("reviews:act", args=[row.act_id]),
            since=_day(row.act.confirmed_at),
            note=_("No answer in time is agreement."),
            due_on=on,
            days_left=days.between(today, on) if on else None,
            is_provisional=bool(on and days.is_provisional(on.year)),
            button=_("Answer"),
        )


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None
