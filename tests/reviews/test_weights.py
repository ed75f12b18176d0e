"""Weights learnt from verdicts: a candidate behind a gate, put in use and rolled back by the head, used by screenings."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from common.errors import DomainError
from common.models import AuditEvent, OutboxMessage
from common.transitions import MoveError
from governance.models import User
from matching.corpus import Corpus
from matching.records import Record, unordered_pair_key
from matching.safely import vector_id
from matching.score import PRIOR
from reviews.models import Finding, MatchWeights, PairVerdict
from reviews.queries.weights import in_use, values_of
from reviews.services import weights
from reviews.services.screening import corpora, suggestions, vectors
from reviews.tasks import learn_nightly
from tests.api import Program, refused
from tests.factories import city
from tests.reviews.pages import browser, look, press, said
from tests.reviews.pages import text as body
from tests.reviews.screening import SEAL, SEAL_TOO, Broken, application, deliver, screened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick")]

THINGS = [
    "印章", "水质", "网格", "学籍", "病历", "路灯", "管线", "执法", "信访", "养老",
    "停车", "公交", "消防", "档案", "统计", "税源", "林地", "河道", "食品", "药品",
]  # fmt: skip
FRAMES = (("{}登记", "登记{}的信息，支持查询。"), ("{}台账", "建立{}信息台账并可查询。"), ("{}采集", "采集{}数据。"))


@pytest.fixture
def place() -> SimpleNamespace:
    return city()


def say(place: SimpleNamespace, verdict: str, one: tuple[str, str], other: tuple[str, str]) -> PairVerdict:
    left, right = ({"record": text[0], "name": text[0], "description": text[1]} for text in (one, other))
    key = unordered_pair_key(Record("a", "", *one), Record("b", "", *other))
    rows = {"verdict": verdict, "left": left, "right": right, "by": place.people.li}
    return PairVerdict.objects.create(jurisdiction=place.jurisdiction, pair_key=key, **rows)


def text(frame: tuple[str, str], thing: str) -> tuple[str, str]:
    return frame[0].format(thing), frame[1].format(thing)


def judge_many(place: SimpleNamespace, *, sense: bool = True) -> None:
    """60 verdicts: the same thing in other words is a duplicate, another thing is none."""
    for at, thing in enumerate(THINGS):
        other = THINGS[(at + 1) % len(THINGS)]
        words = ("duplicate", "different", "related") if sense or at % 2 else ("different", "duplicate", "duplicate")
        say(place, words[0], text(FRAMES[0], thing), text(FRAMES[1], thing))
        say(place, words[1], text(FRAMES[0], thing), text(FRAMES[1], other))
        say(place, words[2], text(FRAMES[2], thing), text(FRAMES[1], other))


def row(place: SimpleNamespace, number: int = 1, **values: Any) -> MatchWeights:
    known = {"number": number, "state": "candidate", "model_id": vector_id(vectors.embedder()), "verdicts": 60}
    learnt = {"version": f"x-{number}", "bias": -10.0, "crowd": 1.0, "look": 0.000001}
    known |= {"values": PRIOR.as_dict() | learnt, "last_verdict": "2026-01-01T00:00Z"}
    return MatchWeights.objects.create(jurisdiction=place.jurisdiction, **known | values)


def state(one: MatchWeights) -> str:
    return MatchWeights.objects.get(pk=one.pk).state


# ---- learning


def test_sixty_verdicts_become_a_candidate_that_changes_nothing_yet(place):
    application(place, "health", SEAL)
    judge_many(place)
    weights.ask_to_learn(place.jurisdiction, by=place.people.head)
    assert deliver() == 1
    learnt = MatchWeights.objects.get()
    assert (learnt.state, learnt.number, learnt.parent, learnt.learnt_by) == ("candidate", 1, None, place.people.head)
    assert (learnt.verdicts, learnt.figures["taught"], learnt.figures["duplicates"]) == (60, 60, 20)
    assert learnt.figures["after"]["calibration_error"] < learnt.figures["before"]["calibration_error"]
    assert learnt.values["version"] == str(learnt)
    assert {part: learnt.values[part] for part in ("bias", "crowd")} != {"bias": PRIOR.bias, "crowd": PRIOR.crowd}
    assert in_use(place.jurisdiction.pk) is None
    event = AuditEvent.objects.get(action="weights.learnt")
    assert (event.actor_code, event.details["state"]) == (place.people.head.username, "candidate")


def test_verdicts_without_sense_are_refused_with_reasons(place):
    application(place, "health", SEAL)
    judge_many(place, sense=False)
    refused = weights.learn(place.jurisdiction)
    assert (refused.state, refused.learnt_by) == ("refused", None)
    assert "chance" in refused.figures["reasons"]
    with pytest.raises(MoveError):
        weights.activate(refused, by=place.people.head)


def test_learning_twice_from_the_same_verdicts_gives_the_same_row(place):
    application(place, "health", SEAL)
    judge_many(place)
    assert weights.learn(place.jurisdiction) == weights.learn(place.jurisdiction)
    with pytest.raises(DomainError, match="No verdict was given since"):
        weights.ask_to_learn(place.jurisdiction, by=place.people.head)
    say(place, "duplicate", SEAL, SEAL_TOO)
    weights.ask_to_learn(place.jurisdiction, by=place.people.head)
    deliver()
    assert sorted(MatchWeights.objects.values_list("number", flat=True)) == [1, 2]


def test_too_few_verdicts_are_refused_with_what_is_missing(place):
    application(place, "health", SEAL)
    say(place, "duplicate", SEAL, SEAL_TOO)
    with pytest.raises(DomainError, match="50 verdicts on two texts; there are 1"):
        weights.ask_to_learn(place.jurisdiction, by=place.people.head)
    assert weights.learn(place.jurisdiction) is None


def test_nothing_is_learnt_without_a_model(place, monkeypatch):
    application(place, "health", SEAL)
    judge_many(place)
    broken = Broken()
    broken.is_degraded = True
    monkeypatch.setattr(vectors, "embedder", lambda: broken)
    assert weights.learn(place.jurisdiction) is None
    with pytest.raises(DomainError, match="language model is missing"):
        weights.ask_to_learn(place.jurisdiction, by=place.people.head)


def test_what_could_not_be_compared_and_copies_teach_nothing(place):
    application(place, "health", SEAL)
    judge_many(place)
    say(place, "duplicate", SEAL, SEAL)
    alone = say(place, "different", SEAL, SEAL_TOO)
    PairVerdict.objects.filter(pk=alone.pk).update(right={})
    learnt = weights.learn(place.jurisdiction)
    assert (learnt.verdicts, learnt.figures["taught"]) == (61, 60)


def test_pools_with_enough_verdicts_have_figures_of_their_own(place):
    made = application(place, "health", SEAL)
    judge_many(place)
    keys = PairVerdict.objects.order_by("pk").values_list("pair_key", flat=True)
    line = made.lines.get()
    # a module stands beside each thing once, so every finding needs a match of its own; which one does not matter here
    others = application(place, "police", *[(f"模块{at}", "说明") for at in range(30)]).lines.all()
    Finding.objects.bulk_create(
        Finding(line=line, other_line=other, pool="round", band="look", pair_key=key)
        for other, key in zip(others, keys, strict=False)
    )
    groups = weights.learn(place.jurisdiction).figures["groups"]
    assert [(group["by"], group["name"], group["verdicts"]) for group in groups] == [("pool", "round", 30)]
    assert 0 <= groups[0]["after"]["likely"]["recall"] <= 1


def test_the_clock_learns_where_there_are_new_verdicts(place):
    application(place, "health", SEAL)
    assert learn_nightly() == 0
    judge_many(place)
    assert learn_nightly() == 1
    deliver()
    assert MatchWeights.objects.get().learnt_by is None
    assert learn_nightly() == 0


@pytest.mark.parametrize("who", ["li", "health", "auditor"])
def test_only_the_head_learns_activates_and_rolls_back(place, who):
    user: User = getattr(place.people, who)
    candidate = row(place)
    for verb in (
        lambda: weights.ask_to_learn(place.jurisdiction, by=user),
        lambda: weights.activate(candidate, by=user),
        lambda: weights.roll_back(place.jurisdiction, by=user),
    ):
        with pytest.raises(DomainError, match="Only the head"):
            verb()
    assert not OutboxMessage.objects.exists()
    assert state(candidate) == "candidate"


def test_the_head_of_another_city_has_no_say(place):
    with pytest.raises(DomainError, match="Only the head"):
        weights.activate(row(place), by=city("han").people.head)


# ---- use


def test_activating_sets_aside_what_was_in_use(place):
    first, second = row(place, 1), row(place, 2)
    weights.activate(first, by=place.people.head)
    weights.activate(second, by=place.people.head)
    assert (state(first), state(second)) == ("retired", "active")
    event = AuditEvent.objects.filter(action="weights.activated").first()
    assert event.details["before"] == str(first)


def test_rolling_back_goes_to_what_was_in_use_before_and_then_to_what_ships(place):
    first, second = row(place, 1), row(place, 2)
    for one in (first, second):
        weights.activate(one, by=place.people.head)
    assert weights.roll_back(place.jurisdiction, by=place.people.head) == first
    assert (state(first), state(second)) == ("active", "retired")
    assert weights.roll_back(place.jurisdiction, by=place.people.head) is None
    assert (state(first), in_use(place.jurisdiction.pk)) == ("retired", None)
    assert AuditEvent.objects.filter(action="weights.rolled_back").first().details["to"] == PRIOR.version
    with pytest.raises(DomainError, match="nothing to go back to"):
        weights.roll_back(place.jurisdiction, by=place.people.head)
    assert weights.activate(second, by=place.people.head).state == "active"


def test_a_screening_compares_with_what_is_in_use_and_says_so(place):
    application(place, "health", SEAL)
    application(place, "police", SEAL_TOO)
    before = screened(place)
    shipped = Finding.objects.filter(pool="round").first()
    assert (before.weights, shipped.evidence["weights"]) == (None, PRIOR.version)
    used = row(place)
    weights.activate(used, by=place.people.head)
    again = screened(place)
    learnt = Finding.objects.filter(pool="round").first()
    assert (again.weights, learnt.evidence["weights"]) == (used, "x-1")
    assert learnt.score < shipped.score


def test_suggestions_follow_what_is_in_use(place):
    assert suggesting(place).weights == PRIOR
    weights.activate(row(place), by=place.people.head)
    assert suggesting(place).weights.version == "x-1"
    weights.roll_back(place.jurisdiction, by=place.people.head)
    assert suggesting(place).weights == PRIOR


def suggesting(place: SimpleNamespace) -> Corpus:
    """What a suggestion is chosen from."""
    kept, chosen = [], corpora.chosen
    with patch.object(corpora, "chosen", lambda *some, **more: kept.append(chosen(*some, **more)) or kept[-1]):
        assert suggestions.suggest(place.jurisdiction.pk, *SEAL).is_complete
    return kept[-1]


def test_weights_of_another_model_or_engine_are_not_used(place, quick):
    other = row(place, 1, model_id="another")
    older = row(place, 2, values={"version": "old", "bias": 1})
    assert values_of(other, quick) is None
    assert values_of(older, quick) is None
    for one in (other, older):
        with pytest.raises(DomainError, match="learn anew"):
            weights.activate(one, by=place.people.head)


# ---- the page


def test_the_page_says_how_many_verdicts_are_missing(place):
    say(place, "duplicate", SEAL, SEAL_TOO)
    page = body(look(place.people.head, "weights"))
    assert "49 are missing" in page
    assert PRIOR.version in page
    assert "Learn now" not in page


def test_the_head_learns_puts_in_use_and_rolls_back_on_the_page(place):
    application(place, "health", SEAL)
    judge_many(place)
    assert "Nothing learnt yet" in body(look(place.people.head, "weights"))
    assert "The workers are learning" in said(press(place.people.head, "weights-learn"))
    deliver()
    learnt = MatchWeights.objects.get()
    page = body(look(place.people.head, "weights"))
    for words in (
        "candidate",
        "Measured on 60 verdicts, 20 of them duplicates",
        "Standing out",
        "Put in use",
        "better",
    ):
        assert words in page
    assert "compare with these weights" in said(press(place.people.head, "weights-activate", learnt.pk))
    page = body(look(place.people.head, "weights"))
    assert f"In use: {learnt}" in page
    assert "Rolled back" in said(press(place.people.head, "weights-roll-back"))
    assert f"In use: {PRIOR.version}" in body(look(place.people.head, "weights", number=1))


def test_a_refusal_is_told_with_its_reason(place):
    application(place, "health", SEAL)
    judge_many(place, sense=False)
    weights.learn(place.jurisdiction)
    page = body(look(place.people.head, "weights"))
    assert "Refused by the gate" in page
    assert "too little to do with how alike the texts are" in page
    assert "Put in use" not in page


def test_pools_stand_on_the_page_with_their_figures(place):
    figures = {"precision": 0.5, "recall": 0.25, "shown": 0.1}
    after = {"likely": figures, "look": figures | {"precision": None}, "calibration_error": 0.125}
    after |= {"ap": 0.7, "auc": 0.8, "log_loss": 0.4, "calibration": [[0.96, 0.5, 80.0]]}
    group = {"by": "pool", "name": "catalog", "verdicts": 24, "after": after}
    row(place, figures={"before": after, "after": after, "reasons": [], "groups": [group]})
    page = body(look(place.people.auditor, "weights"))
    assert "catalog capabilities" in page
    assert "0.125" in page
    assert "0.9–1.0" in page


def test_reviewer_and_auditor_read_and_do_not_choose(place):
    candidate = row(place)
    for who in (place.people.li, place.people.auditor):
        page = body(look(who, "weights"))
        assert str(candidate) in page
        assert "Put in use" not in page
        assert press(who, "weights-learn").status_code == 403
        assert press(who, "weights-roll-back").status_code == 403
        assert press(who, "weights-activate", candidate.pk).status_code == 403
    assert look(place.people.health, "weights").status_code == 403
    assert press(city("han").people.head, "weights-activate", candidate.pk).status_code == 404


def test_a_page_of_three_asks_as_often_as_a_page_of_one(place, django_assert_max_num_queries):
    head = browser(place.people.head)

    def queries():
        with django_assert_max_num_queries(15) as seen:
            head.get("/reviews/weights/")
        return len(seen)

    row(place, 1)
    queries()
    one = queries()
    row(place, 2)
    row(place, 3)
    assert queries() == one


def test_weights_by_program(place):
    candidate = row(place)
    head = Program(place.people.head)
    assert [one["name"] for one in head.read("match-weights/", state="candidate")["results"]] == [str(candidate)]
    assert head.act(f"match-weights/{candidate.pk}/activate/", 1).json()["state"] == "active"
    refused(Program(place.people.li).act(f"match-weights/{candidate.pk}/activate/"), 403, "permission_denied")
    assert Program(place.people.health).read("match-weights/")["results"] == []
