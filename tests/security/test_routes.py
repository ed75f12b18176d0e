"""Every address, by everybody: closed by default, no fault for want of a rule, the same on pages and for programs.

access.txt is the table of expectations, a line an address. A new address, or another answer, fails until the
table says so: run this file with UPDATE_ACCESS=1, read the difference, commit it.
"""

from __future__ import annotations

import os
from difflib import unified_diff
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client

from governance.models import User
from tests.security.routes import routes
from tests.security.walking import Walk, in_words, login_page, walk_by_pressing, walk_by_reading

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TABLE = Path(__file__).with_name("access.txt")
OPEN = {"login", "set_language", "live", "ready", "tour", "demo-sign-in"}  # without an account
REFUSED = {403, 404}
# Who reads nothing of another department's running application: no text, no amount, on no page and in no answer.
DEAF = (
    "touched", "stranger", "bureau clerk", "expert", "procurement", "nobody",
    "clerk elsewhere", "head elsewhere", "auditor elsewhere",
)  # fmt: skip
# The same verb as a page's button and for programs (a budget's page is the own city's, by its year).
SAME_VERBS = {
    "projects:ask-sign-off": "applications-ask-sign-off",
    "projects:send-back": "applications-send-back",
    "projects:copy": "applications-copy",
    "projects:lines-undo": "applications-undo-lines",
    "projects:file-add": "applications-attach",
    "projects:sections": "applications-write-sections",
    "reviews:submit": "applications-submit",
    "reviews:ask-correction": "applications-ask-correction",
    "reviews:answer-correction": "applications-answer-correction",
    "reviews:accept": "applications-accept",
    "reviews:withdraw": "applications-withdraw",
    "reviews:supply": "unknown-amounts-supply",
    "reviews:end-grant": "end-requests-grant",
    "reviews:end-refuse": "end-requests-refuse",
    "reviews:act-propose": "acts-propose",
    "reviews:act-take-back": "acts-take-back",
    "reviews:act-confirm": "acts-confirm",
    "reviews:act-ask-undo": "acts-ask-undo",
    "reviews:act-undo": "acts-undo",
    "reviews:act-settle": "acts-settle",
    "reviews:act-discard": "acts-discard",
    "reviews:capability-request-grant": "capability-requests-grant",
    "reviews:capability-request-refuse": "capability-requests-refuse",
    "reviews:capability-request-end": "capability-requests-end",
    "reviews:capability-retire": "capabilities-retire",
    "reviews:agree": "acts-agree",
    "reviews:contest": "acts-contest",
    "reviews:cluster-add": "clusters-add",
    "reviews:cluster-split": "clusters-split",
    "reviews:cluster-join": "clusters-join",
    "reviews:judge": "findings-judge",
    "reviews:weights-activate": "match-weights-activate",
    "reviews:weights-learn": "match-weights-learn",
    "reviews:determine": "annual-lists-determine",
    "reviews:plan-years": "annual-lists-plan-years",
    "budgets:lock": "annual-lists-lock",
    "budgets:open": "budgets-open-year",
    "budgets:ceiling": "budgets-set-ceiling",
    "budgets:control": "budgets-control",
    "budgets:reply": "budgets-reply",
    "budgets:carry-over": "budgets-carry-over",
    "catalog:system-attest": "systems-attest",
    "catalog:system-move": "systems-move",
    "catalog:data-pool": "data-resources-pool",
    "governance:document-template-activate": "document-templates-activate",
    "governance:document-template-withdraw": "document-templates-withdraw",
    "governance:round-open": "rounds-open",
    "governance:round-close": "rounds-close",
    "governance:notification-open": "notifications-mark-read",
}


@pytest.fixture(scope="module")
def reading(scene: SimpleNamespace, crowd: dict[str, User]) -> Walk:
    return walk_by_reading(scene, crowd)


@pytest.fixture(scope="module")
def pressing(scene: SimpleNamespace, crowd: dict[str, User]) -> Walk:
    return walk_by_pressing(scene, crowd)


def test_without_an_account_everything_is_closed(scene: SimpleNamespace) -> None:
    client = Client()
    for route in routes():
        for method in ("get", "post"):
            answer = getattr(client, method)(route.url(scene))
            if route.name in OPEN:
                assert answer.status_code in {200, 302, 400, 404, 405}, (method, route.name)
            elif answer.status_code == 302:
                assert answer["Location"].startswith(login_page()), (method, route.name)
            else:
                assert answer.status_code in {401, 403}, (method, route.name, answer.status_code)


def test_nothing_fails_for_want_of_a_rule(reading: Walk, pressing: Walk) -> None:
    faults = [
        f"{what}: {actor} {status}"
        for walk in (reading, pressing)
        for what, by_actor in walk.answers.items()
        for actor, status in by_actor.items()
        if status >= 500
    ]
    assert not faults


def test_every_address_answers_everybody_as_the_table_says(reading: Walk, pressing: Walk) -> None:
    now = in_words(reading.answers | pressing.answers)
    if os.environ.get("UPDATE_ACCESS") == "1":
        TABLE.write_text("\n".join(now) + "\n", encoding="utf-8")
    known = TABLE.read_text(encoding="utf-8").splitlines() if TABLE.exists() else []
    changes = list(unified_diff(known, now, "access.txt", "now", n=0, lineterm=""))
    assert not changes, "\n".join(changes)


def test_of_a_running_application_others_hear_nothing(reading: Walk, pressing: Walk) -> None:
    heard = [said for said in [*reading.heard, *pressing.heard] if said.partition(":")[0] in DEAF]
    assert not heard, "\n".join(heard)


def test_the_owner_and_the_authority_do_read_it(reading: Walk) -> None:
    readers = {said.partition(":")[0] for said in reading.heard}
    assert {"owner", "intake", "reviewer", "head", "auditor"} <= readers, "the canary sings where it may"


def test_every_page_is_guarded(reading: Walk, pressing: Walk) -> None:
    assert not [*reading.bare, *pressing.bare]


def test_the_auditor_changes_nothing_but_the_own_account(pressing: Walk) -> None:
    own = {"set_language", "password_change", "projects:money-unit", "governance:tokens", "governance:token-end"}
    own |= {"governance:sign-out-elsewhere"}
    own |= {"governance:notifications-read", "v1:notifications-mark-all-read"}
    own |= {"governance:profile", "governance:act-as", "v1:auth-tokens-list", "v1:me-act-as"}
    assert pressing.wrote <= own


@pytest.mark.parametrize(("button", "noun"), SAME_VERBS.items())
def test_what_a_page_refuses_a_program_is_refused_too(button: str, noun: str, pressing: Walk) -> None:
    by_page, by_program = pressing.answers[f"POST {button}"], pressing.answers[f"POST v1:{noun}"]
    different = {
        actor: (by_page[actor], by_program[actor])
        for actor in by_page
        if not (button.startswith("budgets:") and actor.endswith("elsewhere"))
        and (by_page[actor] in REFUSED) != (by_program[actor] in REFUSED)
    }
    assert not different
