"""From the clerk to the leader and back."""

from itertools import product

import pytest

from common.errors import DomainError, Stale
from common.models import AuditEvent
from common.transitions import MoveError
from projects.services import drafts, lines
from projects.services.submission import ask_sign_off, send_back
from projects.states import APPLICATION_MOVES, ApplicationStatus

A = ApplicationStatus
ENDS = {A.REJECTED, A.DEFERRED, A.WITHDRAWN, A.ESCALATED}
ALLOWED = {
    A.DRAFT: {A.SIGN_OFF, A.WITHDRAWN},
    A.SIGN_OFF: {A.DRAFT, A.SUBMITTED, A.WITHDRAWN},
    A.SUBMITTED: {A.CORRECTION, A.CONSOLIDATION} | ENDS,
    A.CORRECTION: {A.SUBMITTED} | ENDS,
    A.CONSOLIDATION: ENDS,
}


@pytest.mark.parametrize(("here", "there"), list(product(A, A)))
def test_every_pair_of_states_is_decided(here, there):
    assert APPLICATION_MOVES.allows(here, there) == (there in ALLOWED.get(here, set()))


def test_the_clerk_hands_a_complete_draft_to_the_leader(draft, town):
    asked = ask_sign_off(draft, by=town.people.health, version=draft.version)
    assert (asked.status, asked.version) == ("sign_off", draft.version + 1)
    assert asked.status_since > draft.status_since
    event = AuditEvent.objects.first()
    assert (event.action, event.details["before"]) == ("application.sign_off_asked", "draft")


def test_an_incomplete_draft_is_refused_with_all_that_it_lacks(draft, town):
    drafts.update_header(draft, {"office": "", "contact": ""}, by=town.people.health)
    lines.remove_line(draft.lines.get(), by=town.people.health)
    with pytest.raises(DomainError, match="Something is still missing") as refusal:
        ask_sign_off(draft, by=town.people.health)
    assert refusal.value.items == [
        "Fill in “office”.",
        "Fill in “contact”.",
        "Add at least one functional module.",
    ]
    draft.refresh_from_db()
    assert draft.status == A.DRAFT


@pytest.mark.parametrize("who", ["police", "health_leader", "intake"])
def test_only_the_clerk_asks_for_sign_off(draft, town, who):
    with pytest.raises(DomainError, match="Only a clerk of the department asks"):
        ask_sign_off(draft, by=getattr(town.people, who))


def test_sign_off_is_asked_for_once(draft, town):
    ask_sign_off(draft, by=town.people.health)
    with pytest.raises(MoveError, match="cannot become"):
        ask_sign_off(draft, by=town.people.health)


def test_sign_off_is_asked_for_the_version_that_was_seen(draft, town):
    with pytest.raises(Stale):
        ask_sign_off(draft, by=town.people.health, version=1)


def test_no_sign_off_in_a_closed_round(draft, town):
    town.round.status = "closed"
    town.round.save()
    with pytest.raises(DomainError, match="is closed: apply in the next one"):
        ask_sign_off(draft, by=town.people.health)


def test_the_leader_sends_it_back_with_a_reason(draft, town):
    ask_sign_off(draft, by=town.people.health)
    with pytest.raises(DomainError, match="Only the department's leader sends it back"):
        send_back(draft, reason="x", by=town.people.health)
    with pytest.raises(DomainError, match="Say what has to be changed"):
        send_back(draft, reason=" ", by=town.people.health_leader)
    back = send_back(draft, reason="金额过高", by=town.people.health_leader)
    assert back.status == A.DRAFT
    assert AuditEvent.objects.first().details["reason"] == "金额过高"


def test_what_is_no_longer_with_the_leader_is_not_sent_back(draft, town):
    with pytest.raises(MoveError):
        send_back(draft, reason="x", by=town.people.health_leader)
