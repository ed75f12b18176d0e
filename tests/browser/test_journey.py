"""The spine of the product in real Chromium, in Chinese: from empty drafts to the reply, nine people, one database.

Whoever looks at a page looks as a careful visitor: `Walker.look`, after every step.
"""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from config import demo, starter
from governance.models import Round
from projects.models import Application
from tests.browser.journey import applying, deciding, paying
from tests.browser.journey.papers import CALLS, RECORDS, TRACES, VISITS
from tests.browser.journey.walker import walking
from tests.matching.conftest import model_directory  # noqa: F401  the real model, or words about what is missing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("model_directory")]
HEALTH, POLICE = "家庭医生签约服务平台", "社区警务协同平台"


def test_nine_people_walk_from_empty_drafts_to_the_reply(live_server: LiveServer, browser: Browser, settings: Any):
    settings.LANGUAGE_CODE = "zh-hans"
    starter.load(io.StringIO(), make=demo.found)
    apply_and_take_in(browser, live_server.url)
    decide(browser, live_server.url)
    pay(browser, live_server.url)
    told = io.StringIO()
    call_command("reconcile", stdout=told)
    assert "every fen stands in one place" in told.getvalue()


def apply_and_take_in(browser: Browser, address: str) -> None:
    for place, name, modules in (("health", HEALTH, (RECORDS, VISITS)), ("police", POLICE, (CALLS, TRACES))):
        with walking(browser, address, f"{place}.clerk") as clerk:
            applying.apply(clerk, name, *modules)
        with walking(browser, address, f"{place}.leader") as leader:
            applying.sign_off(leader, name)
    with walking(browser, address, "intake") as officer:
        applying.ask_for_a_correction(officer, HEALTH)
        with walking(browser, address, "health.clerk") as clerk:
            applying.answer(clerk)
        applying.accept(officer, POLICE)
        applying.accept(officer, HEALTH)


def decide(browser: Browser, address: str) -> None:
    round = Round.objects.get()
    health, police = (Application.objects.get(name=name) for name in (HEALTH, POLICE))
    with walking(browser, address, "reviewer.chen") as reviewer:
        deciding.screen(reviewer)
        deciding.consolidate(reviewer, deciding.module(CALLS.name), deciding.module(VISITS.name))
        deciding.keep_the_rest(reviewer, round, health, deciding.module(RECORDS.name), own="100")
        deciding.keep_the_rest(reviewer, round, police, deciding.module(TRACES.name))
    with walking(browser, address, "head", phone=True) as head:
        deciding.confirm_all(head, acts=3)
    with walking(browser, address, "health.leader") as leader:
        deciding.agree_to_all(leader, acts=2)
    deciding.let_the_term_end()


def pay(browser: Browser, address: str) -> None:
    round = Round.objects.get()
    with walking(browser, address, "finance") as finance, walking(browser, address, "head") as head:
        paying.set_the_ceiling(finance, round, "900")
        paying.determine_and_lock(head, round)
        paying.control_and_reply(finance, round, "800")
        paying.trace(finance, POLICE, "410.00", "200.00", "50.00")
    with walking(browser, address, "health.clerk") as clerk:
        clerk.open(reverse("reviews:notice", args=[Application.objects.get(name=HEALTH).number]))
        clerk.sees("110.00")
