"""The table of subscriptions: which line of the audit trail concerns whom.

Services know nothing of it: what they write into the trail is enough. The person who did it is never told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q
from django.urls import reverse

from budgets.models import Budget
from governance.models import Membership, Round
from governance.states import NotificationKind as Kind
from governance.states import Role
from projects.models import Application
from reviews.models import Act, AnnualList, CapabilityRequest, MatchWeights
from reviews.states import WeightsState

Audience = Callable[[Any], Q]


@dataclass(frozen=True)
class Subscription:
    """Of which kind it is, whom it concerns, which detail of the line says why, and whether who asked is told too."""

    kind: Kind
    whom: Audience
    says: str = ""
    tells_asker: bool = False


def members(department: int, *roles: Role) -> Q:
    return Q(department=department, role__in=roles)


def everybody(jurisdiction: int, *roles: Role) -> Q:
    return Q(department__jurisdiction=jurisdiction, role__in=roles)


def clerks(application: Application) -> Q:
    return members(application.department_id, Role.CLERK)


def leaders(application: Application) -> Q:
    return members(application.department_id, Role.LEADER)


def applicants(application: Application) -> Q:
    return clerks(application) | leaders(application)


def intake(application: Application) -> Q:
    return everybody(application.round.jurisdiction_id, Role.INTAKE)


def received(application: Application) -> Q:
    """A leader's signature is news for the clerk and for the intake officers."""
    return clerks(application) | intake(application)


def makers(act: Act) -> Q:
    """Who planned, proposed or confirmed the act."""
    people = {*act.editors.values_list("user", flat=True), act.created_by_id, act.proposed_by_id, act.confirmed_by_id}
    return everybody(act.jurisdiction_id, Role.REVIEWER, Role.HEAD) & Q(user__in=people - {None})


def confirmers(act: Act) -> Q:
    """Who may confirm the act: those of the authority who did not make it."""
    judges = everybody(act.jurisdiction_id, Role.REVIEWER, Role.HEAD)
    return judges & ~Q(user__in=act.editors.values("user")) & ~Q(user=act.proposed_by_id)


def touched(act: Act) -> Q:
    """The departments that the act touches."""
    return Q(department__in=act.opinions.values("department"), role__in=[Role.CLERK, Role.LEADER])


def askers(request: CapabilityRequest) -> Q:
    return members(request.department_id, Role.CLERK, Role.LEADER)


def grantors(request: CapabilityRequest) -> Q:
    return everybody(request.capability.jurisdiction_id, Role.CATALOG)


def readers_of_list(annual_list: AnnualList) -> Q:
    roles = (Role.CLERK, Role.LEADER, Role.FINANCE, Role.REVIEWER, Role.HEAD)
    return everybody(annual_list.round.jurisdiction_id, *roles)


def heads(budget: Budget) -> Q:
    return everybody(budget.jurisdiction_id, Role.HEAD)


def treasurers(budget: Budget) -> Q:
    return everybody(budget.jurisdiction_id, Role.HEAD, Role.FINANCE)


def applying(round: Round) -> Q:
    return everybody(round.jurisdiction_id, Role.CLERK, Role.LEADER, Role.INTAKE)


def choosers(weights: MatchWeights) -> Q:
    """The head, while what was learnt waits to be put in use; nobody when it did not pass the gate."""
    waits = weights.state == WeightsState.CANDIDATE
    return everybody(weights.jurisdiction_id, Role.HEAD) if waits else Q(pk__in=[])


def holder(membership: Membership) -> Q:
    return Q(pk=membership.pk)


S = Subscription
SUBSCRIPTIONS: Mapping[str, tuple[Subscription, ...]] = {
    "application.sign_off_asked": (S(Kind.APPLICATION, leaders),),
    "application.sent_back": (S(Kind.APPLICATION, clerks, says="reason"),),
    "application.submitted": (S(Kind.APPLICATION, received),),
    "application.correction_asked": (S(Kind.APPLICATION, applicants),),
    "application.correction_answered": (S(Kind.APPLICATION, intake, says="answer"),),
    "application.accepted": (S(Kind.APPLICATION, applicants),),
    "application.rejected": (S(Kind.APPLICATION, applicants, says="reason"),),
    "application.deferred": (S(Kind.APPLICATION, applicants, says="reason"),),
    "application.escalated": (S(Kind.APPLICATION, applicants, says="reason"),),
    "act.proposed": (S(Kind.ACT, confirmers),),
    "act.confirmed": (S(Kind.ACT, makers), S(Kind.OPINION, touched)),
    "act.taken_back": (S(Kind.ACT, makers, says="reason"),),
    "act.undo_asked": (S(Kind.ACT, confirmers),),
    "act.undone": (S(Kind.ACT, makers), S(Kind.OPINION, touched)),
    "act.settled": (S(Kind.ACT, makers), S(Kind.OPINION, touched)),
    "opinion.objected": (S(Kind.ACT, makers, says="text"),),
    "opinions.closed": (S(Kind.ACT, makers),),
    "capabilityrequest.asked": (S(Kind.CAPABILITY, grantors),),
    "capabilityrequest.granted": (S(Kind.CAPABILITY, askers),),
    "capabilityrequest.refused": (S(Kind.CAPABILITY, askers, says="reason"),),
    "capabilityrequest.ended": (S(Kind.CAPABILITY, askers, says="reason"),),
    "list.locked": (S(Kind.LIST, readers_of_list),),
    "budget.ceiling_set": (S(Kind.LIST, heads),),
    "budget.controlled": (S(Kind.LIST, heads),),
    "budget.replied": (S(Kind.LIST, treasurers),),
    "round.opened": (S(Kind.ROUND, applying),),
    "round.closed": (S(Kind.ROUND, applying),),
    "weights.learnt": (S(Kind.ROUND, choosers, tells_asker=True),),
    "membership.granted": (S(Kind.ROUND, holder),),
}
# Where a line leads, by the kind of record that it is about.
PAGES: Mapping[type[Model], Callable[[Any], str]] = {
    Application: lambda record: reverse("projects:detail", args=[record.number]),
    Act: lambda record: reverse("reviews:act", args=[record.pk]),
    CapabilityRequest: lambda record: reverse("reviews:capability-request", args=[record.pk]),
    AnnualList: lambda record: reverse("reviews:annual-list", args=[record.round_id]),
    Budget: lambda record: reverse("budgets:detail", args=[record.year]),
    Round: lambda record: reverse("governance:round", args=[record.pk]),
    MatchWeights: lambda record: f"{reverse('reviews:weights')}?number={record.number}",
    Membership: lambda record: reverse("governance:profile"),
}
