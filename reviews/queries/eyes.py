"""Four eyes: who may decide what. Services refuse with these sentences, pages show them beside a closed button."""

from __future__ import annotations

from django.utils.translation import gettext as _

from governance.models import User
from reviews.models import Act
from reviews.queries.decisions import Interests
from reviews.states import ActStatus


def conflict(person: User, interests: Interests) -> str:
    """Why the person may not decide what touches these interests; empty when they may."""
    if not person.is_judge_of(interests.jurisdiction):
        return _("Only a reviewer or head of the authority does this.")
    if {membership.department_id for membership in person.roles} & interests.departments:
        return _("You hold a role in a department that this touches: a colleague must do it.")
    if person.pk in interests.drafters:
        return _("You drafted an application that this decides: a colleague must do it.")
    return ""


def planners(act: Act) -> set[int]:
    """Who planned, edited or proposed the act (prefetched ``editors``)."""
    return {row.user_id for row in act.editors.all()} | ({act.proposed_by_id} if act.proposed_by_id else set())


def why_not_propose(person: User, act: Act, interests: Interests) -> str:
    """Why the person may not hand a plan to a colleague; empty when they may."""
    if act.status != ActStatus.PLANNED:
        return _("Only a plan is proposed.")
    return conflict(person, interests)


def why_not_confirm(person: User, act: Act, interests: Interests) -> str:
    """Why the person may not make a proposal live; empty when they may."""
    if act.status != ActStatus.PROPOSED:
        return _("Only a proposal is confirmed.")
    if person.pk in planners(act):
        return _("Nobody confirms an act that they proposed or edited: a colleague must.")
    return conflict(person, interests)


def why_not_settle(person: User, act: Act, interests: Interests) -> str:
    """Why the person may not decide a contested act; empty when they may."""
    if act.status != ActStatus.CONTESTED:
        return _("The act is not contested.")
    if person.pk in planners(act) | {act.confirmed_by_id}:
        return _("A third person decides: somebody who neither planned nor confirmed it.")
    return conflict(person, interests)


def why_not_ask_undo(person: User, act: Act, interests: Interests) -> str:
    """Why the person may not ask for the undo of an act; empty when they may."""
    if act.status != ActStatus.CONFIRMED:
        return _("Only a confirmed act is undone.")
    return conflict(person, interests)


def why_not_undo(person: User, act: Act, interests: Interests) -> str:
    """Why the person may not undo an act as the second of two; empty when they may."""
    if act.status != ActStatus.CONFIRMED or act.undo_asked_by_id is None:
        return _("A colleague asks for the undo first.")
    if person.pk == act.undo_asked_by_id:
        return _("Undoing needs two persons: a colleague must do it.")
    return conflict(person, interests)
