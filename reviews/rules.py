"""Who may do what in the review. Four eyes and conflicts of interest are checked by the services."""

from __future__ import annotations

from typing import Any

import rules

from catalog.rules import manages_capability
from governance.states import Role
from projects.rules import SEES_SUBMITTED

SEES_VERDICTS = frozenset({Role.REVIEWER, Role.HEAD, Role.AUDITOR})
SEES_REQUESTS = frozenset({Role.REVIEWER, Role.HEAD, Role.CATALOG, Role.FINANCE, Role.AUDITOR})


@rules.predicate
def is_judge(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.REVIEWER, Role.HEAD)


@rules.predicate
def judges(user: Any, act: Any) -> bool:
    """Reviewer or head of the authority of the act's jurisdiction."""
    return user.is_authenticated and user.is_judge_of(act.jurisdiction_id)


@rules.predicate
def sees_acts(user: Any, act: Any) -> bool:
    """Mirror of `ActQuerySet.visible_to`."""
    if not user.is_authenticated or user.acting is None:
        return False
    if user.has_role(Role.REVIEWER, Role.HEAD, Role.AUDITOR, Role.FINANCE):
        return user.acting.department.jurisdiction_id == act.jurisdiction_id
    if not user.has_role(Role.CLERK, Role.LEADER) or act.status not in {"confirmed", "contested", "undone"}:
        return False
    return act.opinions.filter(department=user.acting.department_id).exists()


@rules.predicate
def gives_opinion(user: Any, act: Any) -> bool:
    """The clerk or leader of a department that the act touches."""
    if not user.is_authenticated or not user.has_role(Role.CLERK, Role.LEADER):
        return False
    return act.opinions.filter(department=user.acting.department_id).exists()


@rules.predicate
def heads_list(user: Any, annual_list: Any) -> bool:
    return user.is_authenticated and user.is_head_of(annual_list.round.jurisdiction_id)


@rules.predicate
def sees_list(user: Any, annual_list: Any) -> bool:
    """Mirror of `AnnualListQuerySet.visible_to`."""
    if not user.is_authenticated or user.acting is None:
        return False
    if user.acting.department.jurisdiction_id != annual_list.round.jurisdiction_id:
        return False
    if user.has_role(Role.REVIEWER, Role.HEAD, Role.FINANCE, Role.AUDITOR, Role.PROCUREMENT):
        return True
    return user.has_role(Role.CLERK, Role.LEADER, Role.INTAKE, Role.CATALOG) and annual_list.versions.exists()


@rules.predicate
def reviews_round(user: Any, round: Any) -> bool:
    return user.is_authenticated and user.is_judge_of(round.jurisdiction_id)


def _place(user: Any, *roles: Role) -> int | None:
    """The jurisdiction in which the person acts in one of these roles."""
    if not user.is_authenticated or not user.has_role(*roles):
        return None
    return user.acting.department.jurisdiction_id


@rules.predicate
def sees_opinion(user: Any, opinion: Any) -> bool:
    """Mirror of `OpinionQuerySet.visible_to`."""
    if not sees_acts(user, opinion.act):
        return False
    return not user.has_role(Role.CLERK, Role.LEADER) or opinion.department_id == user.acting.department_id


@rules.predicate
def sees_finding(user: Any, finding: Any) -> bool:
    """Mirror of `FindingQuerySet.visible_to`."""
    if not user.is_authenticated or user.acting is None:
        return False
    application, other = finding.line.application, finding.other_line
    if user.has_role(Role.CLERK, Role.LEADER):
        own = user.acting.department_id
        return application.department_id == own and (other is None or other.application.department_id == own)
    return user.has_role(*SEES_SUBMITTED, Role.AUDITOR) and user.has_perm("projects.view_application", application)


@rules.predicate
def sees_verdict(user: Any, verdict: Any) -> bool:
    """Mirror of `PairVerdictQuerySet.visible_to`."""
    return _place(user, *SEES_VERDICTS) == verdict.jurisdiction_id


@rules.predicate
def sees_cluster(user: Any, cluster: Any) -> bool:
    """Mirror of `ClusterQuerySet.visible_to`."""
    return _place(user, *SEES_VERDICTS) == cluster.round.jurisdiction_id


@rules.predicate
def has_role(user: Any) -> bool:
    """Everybody who holds a role: catalog and inventory are open to them."""
    return user.is_authenticated and user.acting is not None


@rules.predicate
def sees_screening(user: Any, screening: Any) -> bool:
    """Mirror of `ScreeningQuerySet.visible_to`."""
    return _place(user, *SEES_VERDICTS) == screening.round.jurisdiction_id


@rules.predicate
def sees_weights(user: Any, weights: Any) -> bool:
    """Mirror of `MatchWeightsQuerySet.visible_to`."""
    return _place(user, *SEES_VERDICTS) == weights.jurisdiction_id


@rules.predicate
def reads_weights(user: Any) -> bool:
    """Whether the role reads what was learnt from verdicts at all."""
    return _place(user, *SEES_VERDICTS) is not None


@rules.predicate
def chooses_weights(user: Any, weights: Any) -> bool:
    """The head of the authority whose verdicts taught them."""
    return user.is_authenticated and user.is_head_of(weights.jurisdiction_id)


@rules.predicate
def has_weights_learnt(user: Any) -> bool:
    """The head of an authority, for the own jurisdiction."""
    place = _place(user, Role.HEAD)
    return place is not None and user.is_head_of(place)


@rules.predicate
def reviews_cluster(user: Any, cluster: Any) -> bool:
    return reviews_round(user, cluster.round)


@rules.predicate
def judges_finding(user: Any, finding: Any) -> bool:
    return reviews_round(user, finding.line.application.round)


@rules.predicate
def sees_end_request(user: Any, request: Any) -> bool:
    """Mirror of `EndRequestQuerySet.visible_to`."""
    return _place(user, *SEES_VERDICTS) == request.application.round.jurisdiction_id


@rules.predicate
def closes_end_request(user: Any, request: Any) -> bool:
    return reviews_round(user, request.application.round)


@rules.predicate
def reads_requests(user: Any) -> bool:
    """Whether the role reads capability requests at all."""
    return user.is_authenticated and user.has_role(Role.CLERK, Role.LEADER, *SEES_REQUESTS)


@rules.predicate
def sees_request(user: Any, request: Any) -> bool:
    """Mirror of `CapabilityRequestQuerySet.visible_to`."""
    if not user.is_authenticated or user.acting is None:
        return False
    if user.has_role(Role.CLERK, Role.LEADER):
        return bool(request.department_id == user.acting.department_id)
    places = {request.department.jurisdiction_id, request.capability.jurisdiction_id}
    return _place(user, *SEES_REQUESTS) in places


@rules.predicate
def asks_for_capability(user: Any, capability: Any) -> bool:
    """A clerk, of the capability's jurisdiction or one below: what a neighbour keeps is not asked for."""
    if not user.is_authenticated or not user.has_role(Role.CLERK):
        return False
    place = user.acting.department.jurisdiction
    while place is not None and place.pk != capability.jurisdiction_id:
        place = place.parent
    return place is not None


@rules.predicate
def decides_request(user: Any, request: Any) -> bool:
    """The catalog manager of the authority that keeps the capability."""
    return request is not None and manages_capability(user, request.capability)


@rules.predicate
def ends_request(user: Any, request: Any) -> bool:
    """Who decides it; the own department too, when no act opened it."""
    if decides_request(user, request):
        return True
    own = user.is_authenticated and user.has_role(Role.CLERK, department=request.department_id)
    return bool(own and request.act_id is None)


@rules.predicate
def works_the_queue(user: Any) -> bool:
    """Intake officers, reviewers and heads at their authority."""
    if not user.is_authenticated or not user.has_role(Role.INTAKE, Role.REVIEWER, Role.HEAD):
        return False
    return user.acting.is_at_authority_of(user.acting.department.jurisdiction_id)


rules.add_perm("reviews.view_queue", works_the_queue)


@rules.predicate
def imports_into(user: Any, round: Any) -> bool:
    """Intake officer, reviewer or head of the authority of the round's jurisdiction."""
    return (
        user.is_authenticated
        and user.has_role(Role.INTAKE, Role.REVIEWER, Role.HEAD)
        and user.acting.is_at_authority_of(round.jurisdiction_id)
    )


rules.add_perm("reviews.import_applications", imports_into)


@rules.predicate
def reads_acts(user: Any) -> bool:
    """Whether the role reads acts at all."""
    return user.is_authenticated and user.has_role(
        Role.REVIEWER, Role.HEAD, Role.AUDITOR, Role.FINANCE, Role.CLERK, Role.LEADER
    )


rules.add_perm("reviews.list_acts", reads_acts)
rules.add_perm("reviews.view_act", sees_acts)
rules.add_perm("reviews.add_act", is_judge)
rules.add_perm("reviews.decide_act", judges)
rules.add_perm("reviews.give_opinion", gives_opinion)
rules.add_perm("reviews.view_annuallist", sees_list)
rules.add_perm("reviews.determine_annuallist", heads_list)
rules.add_perm("reviews.consolidate_round", reviews_round)
rules.add_perm("reviews.view_opinion", sees_opinion)
rules.add_perm("reviews.view_finding", sees_finding)
rules.add_perm("reviews.judge_finding", judges_finding)
rules.add_perm("reviews.view_pairverdict", sees_verdict)
rules.add_perm("reviews.view_cluster", sees_cluster)
rules.add_perm("reviews.view_screening", sees_screening)
rules.add_perm("reviews.view_matchweights", sees_weights)
rules.add_perm("reviews.list_matchweights", reads_weights)
rules.add_perm("reviews.choose_matchweights", chooses_weights)
rules.add_perm("reviews.learn_matchweights", has_weights_learnt)
rules.add_perm("reviews.ask_suggestions", has_role)
rules.add_perm("reviews.change_cluster", reviews_cluster)
rules.add_perm("reviews.view_endrequest", sees_end_request)
rules.add_perm("reviews.close_endrequest", closes_end_request)
rules.add_perm("reviews.list_capabilityrequests", reads_requests)
rules.add_perm("reviews.view_capabilityrequest", sees_request)
rules.add_perm("reviews.add_capabilityrequest", asks_for_capability)
rules.add_perm("reviews.decide_capabilityrequest", decides_request)
rules.add_perm("reviews.end_capabilityrequest", ends_request)
