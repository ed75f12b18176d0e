"""What was learnt, in use: by program, in the version that was seen, and told to the head."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from common.errors import Stale
from config.notifications import delivery
from governance.models import Notification
from matching.score import PRIOR
from reviews.models import Finding, MatchWeights
from reviews.queries.band_moves import moved
from reviews.services import verdicts, weights
from tests.api import Program, refused
from tests.factories import city
from tests.reviews.pages import browser, look, press, said
from tests.reviews.pages import text as body
from tests.reviews.screening import SEAL, SEAL_TOO, application, deliver, screened
from tests.reviews.test_weights import FRAMES, THINGS, judge_many, row, state, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(quick):
    return city()


def test_weights_are_chosen_by_program(place):
    candidate = row(place)
    head = Program(place.people.head)
    (listed,) = head.read("match-weights/", state="candidate")["results"]
    assert (listed["name"], listed["version"]) == (str(candidate), 1)
    where = f"match-weights/{candidate.pk}/"
    refused(Program(place.people.li).act(f"{where}activate/", 1), 403, "permission_denied")
    refused(head.act(f"{where}activate/"), 428, "version_required")
    refused(head.act(f"{where}activate/", 7), 412, "stale")
    used = head.act(f"{where}activate/", 1)
    assert (used.json()["state"], used.json()["version"], used["ETag"]) == ("active", 2, '"2"')
    refused(head.act(f"{where}roll-back/", 1), 412, "stale")
    assert head.act(f"{where}roll-back/", 2).json()["state"] == "retired"
    refused(head.act(f"{where}roll-back/", 3), 409, "rule")
    assert Program(place.people.health).read("match-weights/")["results"] == []


def test_learning_is_asked_for_by_program(place):
    head = Program(place.people.head)
    refused(head.act("match-weights/learn/"), 409, "rule")
    application(place, "health", SEAL)
    judge_many(place)
    refused(Program(place.people.li).act("match-weights/learn/"), 403, "permission_denied")
    assert head.act("match-weights/learn/").json() == {"verdicts": 60}
    deliver()
    (learnt,) = head.read("match-weights/")["results"]
    assert (learnt["state"], learnt["verdicts"], learnt["figures"]["taught"]) == ("candidate", 60, 60)


# ---- who saw what


def test_who_looked_at_other_weights_changes_nothing(place):
    first, second = row(place, 1), row(place, 2)
    for one in (first, second):
        weights.activate(one, by=place.people.head)
    with pytest.raises(Stale, match="Other weights were put in use meanwhile"):
        weights.roll_back(place.jurisdiction, by=place.people.head, seen=first.pk)
    with pytest.raises(Stale, match="you saw version 1"):
        weights.roll_back(place.jurisdiction, by=place.people.head, seen=second.pk, version=1)
    with pytest.raises(Stale, match="you saw version 1"):
        weights.activate(first, by=place.people.head, version=1)
    assert (state(first), state(second)) == ("retired", "active")
    page = press(place.people.head, "weights-roll-back", seen=first.pk, version=3)
    assert "Other weights were put in use meanwhile" in said(page)
    assert "Rolled back" in said(press(place.people.head, "weights-roll-back", seen=second.pk, version=2))


def test_the_head_is_told_of_weights_that_wait_and_of_no_others(place):
    application(place, "health", SEAL)
    judge_many(place)
    weights.ask_to_learn(place.jurisdiction, by=place.people.head)
    deliver()
    learnt = MatchWeights.objects.get()
    assert delivery.deliver() == 1
    told = Notification.objects.get()
    assert (told.membership.user, told.action, told.title) == (place.people.head, "weights.learnt", str(learnt))
    assert str(learnt) in body(browser(place.people.head).get(told.url))
    assert delivery.deliver() == 0


def test_of_what_the_gate_refused_nobody_is_told(place):
    application(place, "health", SEAL)
    judge_many(place, sense=False)
    assert weights.learn(place.jurisdiction).state == "refused"
    assert delivery.deliver() == 0


def test_of_what_is_in_use_already_nobody_is_told(place):
    application(place, "health", SEAL)
    judge_many(place)
    weights.activate(weights.learn(place.jurisdiction), by=place.people.head)
    assert delivery.deliver() == 0


# ---- what the page shows


def test_fifty_verdicts_visibly_change_the_page_through_the_gate(place):
    """Pairs of modules are judged one by one through the service; then the page has figures, and weights to use."""
    ours = application(place, "health", *[text(FRAMES[0], thing) for thing in THINGS]).lines.order_by("pk")
    theirs = list(application(place, "police", *[text(FRAMES[1], thing) for thing in THINGS]).lines.order_by("pk"))
    screened(place)
    before = body(look(place.people.head, "weights"))
    assert "50 are missing" in before
    assert "Before and after" not in before
    for at, line in enumerate(ours):
        verdicts.judge_pair(line, theirs[at], "duplicate", by=place.people.li)
        verdicts.judge_pair(line, theirs[at - 1], "different", by=place.people.li)
        if at < 10:
            verdicts.judge_pair(line, theirs[at + 2], "related", by=place.people.li)
    weights.ask_to_learn(place.jurisdiction, by=place.people.head)
    deliver()
    learnt = MatchWeights.objects.get()
    assert learnt.state == "candidate", learnt.figures["reasons"]
    page = body(look(place.people.head, "weights"))
    assert learnt.verdicts == 50
    for words in ("Before and after", "Is a score a chance?", "What would change", "Put in use"):
        assert words in page
    assert f"In use: {PRIOR.version}" in page
    weights.activate(learnt, by=place.people.head)
    used = body(look(place.people.head, "weights"))
    assert f"In use: {learnt}" in used
    assert parts_in_use(used) != parts_in_use(page)


def parts_in_use(page: str) -> list[str]:
    """What the column of the weights in use says."""
    return re.findall(r'data-l="In use">([^<]*)<', page)


def test_pools_and_categories_have_figures_before_and_after_and_a_curve(place):
    figures = {"precision": 0.5, "recall": 0.25, "shown": 0.1}
    before = {"likely": figures, "look": figures, "calibration_error": 0.25, "calibration": []}
    after = before | {"calibration_error": 0.125, "calibration": [[0.93, 0.5, 80.0]]}
    whole = {name: one | {"ap": 0.7, "log_loss": 0.4} for name, one in (("before", before), ("after", after))}
    group = {"by": "category", "name": "Registers", "verdicts": 24, "before": before, "after": after}
    row(place, figures=whole | {"reasons": [], "groups": [group]})
    page = body(look(place.people.auditor, "weights"))
    assert "Registers" in page
    assert "0.250 → 0.125" in page
    assert page.count("0.9–1.0") == 2


def test_pairs_whose_band_would_change_are_named(place):
    application(place, "health", SEAL)
    application(place, "police", SEAL_TOO)
    screened(place)
    found = Finding.objects.filter(pool="round").first()
    flat = replace(PRIOR, version="flat", cosine=0.0, crowd=0.0)
    said = moved(place.jurisdiction.pk, PRIOR, flat)
    assert (said["of"], said["counts"]) == (1, [["likely", "none", 1]])
    assert said["pairs"][0]["key"] == found.pair_key
    assert moved(place.jurisdiction.pk, PRIOR, PRIOR)["pairs"] == []
    figures = {"precision": None, "recall": None, "shown": 0.0}
    same = {"likely": figures, "look": figures, "calibration_error": 0.2, "calibration": [], "ap": 0.5, "log_loss": 0.1}
    row(place, figures={"before": same, "after": same, "reasons": [], "groups": [], "moved": said})
    page = body(look(place.people.head, "weights"))
    assert "likely duplicate → not shown: 1" in page
    assert f'href="/reviews/findings/{found.pk}/"' in page or f'href="/reviews/findings/{found.pk + 1}/"' in page
