"""The twelve hard cases as sentences, and the other rules: the reference and the product say the same."""

import pytest

from tests.reference.city import (
    YEAR,
    ask,
    city,
    decide,
    determine,
    hardware,
    keep,
    line,
    merge,
    rated,
    strip,
    undo,
)  # fmt: skip
from tests.reference.records import Choice, Refused, apportion

pytestmark = pytest.mark.django_db


def refused(words):
    return pytest.raises(Refused, match=words)


@pytest.fixture
def r():
    return city()


# ---- the twelve hard cases


def test_01_a_module_served_by_a_running_capability_moves_no_money_and_leaves_its_own_part(r):
    ask(r, "A", "health", line("a", 100))
    ask(r, "B", "police", line("b", 50), hardware("b-box", 10))
    decide(r, strip("a", "map", own=15), strip("b", "map"), Choice("b-box", "reject"))
    assert r.split("a") == {"own": 15, "saved: shared": 85}
    determine(r, "A", "B")
    assert (r.outcome("A"), r.outcome("B")) == ("listed", "served by existing")
    with refused("takes no money"):
        decide(r, strip("a", "map", moved=20))
    assert r.reconcile() == []


def test_02_a_central_build_is_paid_by_three_departments_and_by_the_authority_for_the_rest(r):
    ask(r, "C", "bureau", line("video-core", 70), drafter="drafter")
    ask(r, "A", "health", line("a", {"city": 1, "bond": 1, "own": 1}))
    ask(r, "B", "police", line("b", {"superior:flood": 60, "city": 40}))
    ask(r, "D", "transport", line("d", 90))
    act = decide(
        r,
        keep("video-core"),
        strip("a", "video", 2),
        strip("b", "video", 50, own=5),
        strip("d", "video", 80),
        settled=False,
    )
    assert act.awaiting == {"health", "police", "transport"}, "the authority is not asked for its own opinion"
    assert act.dispositions[1].moved_sources == {"bond": 1, "city": 1, "own": 0}
    assert act.dispositions[2].moved_sources == {"superior:flood": 30, "city": 20}
    r.close_opinions(act)
    determine(r, "A", "B", "C", "D")
    assert r._funding(r.rounds["R1"].components) == {"P-C": 70 + 2 + 50 + 80, "P-B": 5}
    assert [r.outcome(code) for code in "ABCD"] == ["consolidated", "listed", "listed", "consolidated"]
    assert r.reconcile() == []


def test_03_deferring_the_target_of_a_merge_reopens_it_and_determination_waits(r):
    ask(r, "A", "health", line("a", 100))
    ask(r, "B", "police", line("b", 200))
    decide(r, keep("b"), merge("a", "b", 60))
    determine(r, "A", "B")
    r.end("B", "deferred", by="li", second="wang")
    assert r.split("a") == {"held: open": 100} and r.split("b") == {"held: deferred": 200}
    assert r.tasks == ["a: target gone (b)"]
    with refused("a: open"):
        determine(r, "A")
    with refused("a: open"):
        r.lock("R1", by="head")
    decide(r, keep("a", 90))
    determine(r, "A")
    assert r.split("a") == {"own": 90, "saved: cut": 10} and r.reconcile() == []


def test_04_nothing_merges_into_a_rejected_application_or_a_line_that_is_not_kept(r):
    ask(r, "A", "health", line("a"), line("a2"))
    ask(r, "B", "police", line("b"))
    ask(r, "C", "transport", line("c"))
    with refused("b is not kept"):
        decide(r, merge("a", "b", 60))
    with refused("a is not kept|a2 is not kept"):
        decide(r, merge("a", "a2"), merge("a2", "a"))
    with refused("cannot receive"):
        decide(r, merge("a", "a"))
    waiting = r.plan("li", "same", keep("b"), merge("a", "b", 60))
    r.propose(waiting, "li")
    r.end("B", "rejected", by="li", second="wang")
    with refused("closed"):
        r.confirm(waiting, "wang")
    assert r.split("b") == {"saved: rejected": 100} and r.split("a") == {"held: open": 100}
    with refused("closed"):
        decide(r, merge("c", "b"))


def test_05_an_objection_of_the_receiving_lead_is_decided_by_a_third_person(r):
    ask(r, "A", "health", line("a", 100))
    ask(r, "B", "police", line("b", 200))
    act = decide(r, keep("b"), merge("a", "b", 60), settled=False)
    with refused("opinions on act 1 are due"):
        determine(r, "A", "B")
    r.agree(act, "health")
    r.contest(act, "police")
    with refused("act 1 is contested"):
        determine(r, "A", "B")
    for known in ("li", "wang"):
        with refused("third person"):
            r.settle(act, known, uphold=False)
    r.settle(act, "zhou", uphold=False)
    assert r.split("a") == {"held: open": 100} and act.state == "undone"
    again = decide(r, keep("b"), keep("a", 50), settled=False)
    r.contest(again, "health")
    with refused("a: act 2 is contested"):
        r.lock("R1", by="head")
    r.settle(again, "zhou", uphold=True)
    r.close_opinions(again)
    determine(r, "A", "B")
    assert r.reconcile() == []


def test_06_an_act_is_not_undone_while_a_later_one_depends_on_it_and_undo_restores_the_earlier_target(r):
    for code, department in (("A", "health"), ("B", "police"), ("C", "transport")):
        ask(r, code, department, line(code.lower(), 100))
    first = decide(r, keep("b"), merge("a", "b", 60, own=5))
    with refused("a goes into b|act 1"):
        lonely = r.plan("li", "same", keep("c"), merge("b", "c", 70))
        lonely.dispositions = [d for d in lonely.dispositions if d.line != "a"]
        r.propose(lonely, "li")
    second = decide(r, keep("c"), merge("b", "c", 70), settled=False)
    assert {(d.line, d.component) for d in second.dispositions} == {("b", "c"), ("c", None), ("a", "c")}
    assert second.awaiting == {"health", "police", "transport"}, "A's department is asked too"
    assert r.live("a").component == "c" and r.split("a") == {"own": 5, "transferred": 60, "saved: duplicate": 35}
    with refused(f"Act {second.number} depends on it"):
        undo(r, first)
    undo(r, second)
    assert r.live("a").component == "b" and r.live("b").kind == "keep" and r.live("c") is None
    undo(r, first)
    assert r.figures({"A", "B", "C"}) == {"held: open": 300} and r.reconcile() == []


def test_07_a_cut_recomputes_the_rate_based_item_and_leaves_hardware_untouched(r):
    ask(
        r,
        "A",
        "health",
        line("a", 1000),
        line("a2", 500),
        hardware("box", 300),
        rated("supervision", "0.03", "a", "a2"),
    )
    assert r.lines["supervision"].declared == 45
    with refused("decide these first"):
        r.plan("li", "dear", keep("supervision"))
    act = decide(r, keep("a", 800), keep("a2"), keep("box"), keep("supervision"))
    assert r.split("supervision") == {"own": 39, "saved: cut": 6} and r.split("box") == {"own": 300}
    with refused("its base is smaller now"):
        decide(r, Choice("a", "reject"))
    second = decide(r, Choice("a", "reject"), keep("supervision"))
    assert r.split("supervision") == {"own": 15, "saved: cut": 30}
    with refused(f"Act {second.number} depends"):
        undo(r, act)
    determine(r, "A")
    assert r.reconcile() == []


def test_08_an_operation_application_has_no_modules_and_names_its_system(r):
    with refused("Name the system"):
        ask(r, "O", "health", hardware("hosting"), kind="operation")
    with refused("at least one functional module"):
        ask(r, "O", "health", hardware("hosting"))
    ask(r, "O", "health", hardware("hosting", 80), hardware("sms", 20), kind="operation", system="old-portal")
    ask(r, "B", "police", line("b"))
    with refused("is no module"):
        decide(r, keep("b"), merge("sms", "b"))
    decide(r, keep("hosting", 70), Choice("sms", "reject"))
    determine(r, "O")
    assert r.outcome("O") == "listed" and r.figures({"O"}) == {"own": 70, "saved: cut": 10, "saved: rejected": 20}


def test_09_a_continued_project_declares_only_new_money_and_carries_the_old_over(r):
    ask(r, "A", "health", line("a", 100))
    decide(r, keep("a"))
    determine(r, "A")
    r.plan_years("R1", "P-A", {YEAR + 1: 30}, by="head")
    r.lock("R1", by="head")
    with refused("More than the project has"):
        r.carry_over("city", YEAR, "P-A", 20)
    r.control("city", YEAR, 1000)
    r.reply("city", YEAR)
    r.carry_over("city", YEAR, "P-A", 20)
    ask(r, "A2", "health", line("a2", 40), round="R3", kind="continued", continues="P-A")
    decide(r, keep("a2", 35))
    determine(r, "A2", round="R3")
    version = r.lock("R3", by="head")
    assert version.entries == {"P-A": {YEAR + 1: 35}} and r.rolled_up()["CNY"]["declared"] == 140
    budget = r.budget("city", YEAR + 1)
    assert [(e.kind, e.fen) for e in budget.entries] == [("list", 30), ("carry-over", 20), ("list", 35)]
    assert r.reconcile() == []


def test_10_after_the_lock_an_adjustment_act_makes_the_next_version_and_moves_the_budget(r):
    ask(r, "A", "health", line("a", 100))
    ask(r, "B", "police", line("b", 200))
    act = decide(r, keep("a"), keep("b"))
    determine(r, "A", "B")
    r.lock("R1", by="head")
    with refused("locked list"):
        undo(r, act)
    with refused("locked"):
        r.end("A", "withdrawn", by="clerk")
    with refused("locked"):
        ask(r, "Z", "health", line("z"))
    adjustment = decide(r, merge("a", "b", 50))
    with refused("stale"):
        r.lock("R1", by="head")
    determine(r)
    assert r.reconcile() == []
    version = r.lock("R1", by="head")
    assert version.difference == {("P-A", YEAR): -100, ("P-B", YEAR): 50} and len(r.rounds["R1"].versions) == 2
    assert sum(e.fen for e in r.budget("city", YEAR).entries) == 250 and r.outcome("A") == "consolidated"
    with refused("locked list"):
        undo(r, adjustment)
    with refused("Nothing has changed"):
        r.lock("R1", by="head")
    assert r.reconcile() == []


def test_11_an_escalated_application_counts_only_in_the_upper_jurisdiction(r):
    ask(
        r,
        "D",
        "district-health",
        line("d", 100),
        hardware("box", 20, serves="d"),
        rated("fee", "0.1", "d"),
        round="D1",
        drafter="dclerk",
    )
    ask(r, "A", "health", line("a", 100))
    decide(r, keep("a"))
    with refused("No transfer crosses"):
        decide(r, merge("d", "a", 50), by="dli", second="dhead")
    with refused("next level up"):
        r.escalate("A", "D1", by="li", second="wang")
    up = r.escalate("D", "R1", by="dli", second="dhead")
    assert r.outcome("D") == "escalated" and r.figures({"D"}) == {"held: escalated": 130}
    decide(r, merge("d^", "a", 40, own=10), merge("box^", "a"), keep("fee^"))
    determine(r, "A", up.code)
    assert r.rolled_up()["CNY"]["declared"] == 230 and r.split("fee^") == {"own": 1, "saved: cut": 9}
    assert r.reconcile() == []


def test_12_the_lock_that_lists_a_renewal_cancels_the_unbuilt_approval(r):
    ask(r, "A", "health", line("a", 100))
    ask(r, "B", "police", line("b", 50))
    decide(r, keep("a"), merge("b", "a", 30))
    determine(r, "A", "B")
    with refused("not locked"):
        ask(r, "N", "health", line("n", 120), round="R3", renews="A")
    r.lock("R1", by="head")
    ask(r, "N", "health", line("n", 120), round="R3", renews="A")
    decide(r, keep("n", 110))
    determine(r, "N", round="R3")
    assert r.outcome("A") == "listed", "a determination can be taken back, so it cancels nothing yet"
    r.lock("R3", by="head")
    assert r.split("a") == {"held: renewed": 100} and r.split("b") == {"held: renewed": 30, "saved: duplicate": 20}
    assert (r.outcome("A"), r.outcome("N")) == ("renewed", "listed")
    assert r.rounds["R1"].versions[-1].difference == {("P-A", YEAR): -130}
    assert r.rolled_up()["CNY"] == {"own": 110, "saved: cut": 10, "saved: duplicate": 20, "declared": 140}
    assert r.reconcile() == []


# ---- the other rules


@pytest.mark.parametrize(
    ("who", "words"),
    [("li", "proposed or edited"), ("torn", "touches"), ("drafter", "no reviewer"), ("clerk", "no reviewer")],
)
def test_nobody_confirms_an_own_act_or_one_that_touches_an_own_department(r, who, words):
    ask(r, "A", "health", line("a"))
    act = r.plan("li", "needed", keep("a"))
    r.propose(act, "li")
    with refused(words):
        r.confirm(act, who)


def test_whoever_drafted_or_edited_does_not_confirm_and_undo_needs_two(r):
    r.people["drafter"] = {"bureau": "reviewer"}
    ask(r, "C", "bureau", line("video-core"), drafter="drafter")
    act = r.plan("zhou", "base platform", keep("video-core"))
    r.edit(act, "wang", keep("video-core", 90))
    r.propose(act, "li")
    for who, words in (("drafter", "drafted"), ("wang", "edited"), ("zhou", "edited"), ("li", "proposed")):
        with refused(words):
            r.confirm(act, who)
    r.confirm(act, "head")
    with refused("two persons"):
        undo(r, act, "li", "li")


def test_shares_are_exact_and_own_part_comes_from_what_the_transfer_leaves(r):
    assert apportion(100, {"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}
    ask(r, "A", "health", line("a", {"bond": 1, "city": 1}))
    ask(r, "B", "police", line("b"))
    d = decide(r, keep("b"), merge("a", "b", 1, own=1)).dispositions[0]
    assert (d.moved_sources, d.own_sources) == ({"bond": 1, "city": 0}, {"bond": 0, "city": 1})


def test_earmarked_money_goes_only_where_its_purpose_is_served(r):
    ask(r, "A", "health", line("a", {"superior:flood": 60, "city": 40}))
    ask(r, "B", "police", line("b"))
    with refused("does not serve"):
        decide(r, keep("b"), merge("a", "b", 50))
    with refused("another purpose"):
        decide(r, keep("b"), merge("a", "b", 10, moved_sources={"superior:flood": 10}))
    assert decide(r, keep("b"), merge("a", "b", 40)).dispositions[0].moved_sources == {"city": 40}


def test_a_stripped_lead_takes_its_followers_to_the_capability(r):
    ask(r, "A", "health", line("a", 100), hardware("box", 30, serves="a"))
    ask(r, "B", "police", line("b", 200))
    decide(r, keep("b"), merge("a", "b", 60), merge("box", "b", 20))
    decide(r, strip("b", "map", own=9))
    assert (
        r.split("a") == {"saved: shared": 100} and r.split("box") == {"saved: shared": 30} and r.split("b")["own"] == 9
    )
    with refused("no module"):
        decide(r, keep("a"))


def test_a_module_pays_into_a_project_under_way(r):
    ask(r, "A", "health", line("a", 100))
    assert decide(r, merge("a", "hub", 40, own=10), settled=False).awaiting == {"health", "police"}
    r.close_opinions(r.acts[0])
    determine(r, "A")
    assert r.lock("R1", by="head").entries == {"P-A": {YEAR: 10}, "P-hub": {YEAR: 40}}
    ask(r, "B", "culture", line("b", 100), round="R2")
    decide(r, merge("b", "hub", 25))
    determine(r, "B", round="R2")
    assert r.lock("R2", by="head").entries == {"P-hub": {YEAR: 25}} and r.outcome("B") == "consolidated"
    assert r.reconcile() == []


def test_an_unlocked_project_of_another_batch_receives_nothing(r):
    ask(r, "A", "health", line("a"))
    ask(r, "B", "police", line("b"), round="R2")
    decide(r, keep("a"))
    with refused("not under way"):
        decide(r, merge("b", "a", 40))


def test_a_reserve_project_lapses_into_held_and_has_no_budget_line(r):
    ask(r, "A", "health", line("a", 100))
    ask(r, "B", "police", line("b", 50))
    decide(r, keep("a"), merge("b", "a", 30))
    determine(r, "A", "B", reserve={"P-A"})
    assert (r.outcome("A"), r.outcome("B")) == ("reserve", "reserve") and r.split("a") == {"own": 100}
    r.lock("R1", by="head")
    assert r.budget("city", YEAR).entries == []
    r.close_year("city", YEAR)
    assert r.split("a") == {"held: deferred": 100} and r.split("b") == {"held: deferred": 30, "saved: duplicate": 20}
    assert (r.outcome("A"), r.outcome("B")) == ("deferred", "deferred") and r.reconcile() == []


def test_the_lock_keeps_to_the_ceiling_and_the_reply_to_the_control_figure(r):
    r.budget("city", YEAR).ceiling = 120
    ask(r, "A", "health", line("a", 100))
    ask(r, "B", "police", line("b", 50), round="R2")
    decide(r, keep("a"))
    decide(r, keep("b"))
    determine(r, "A")
    determine(r, "B", round="R2")
    r.lock("R1", by="head")
    with refused("exceed the 20 left"):
        r.lock("R2", by="head")
    r.plan_years("R2", "P-B", {YEAR + 1: 35}, by="head")
    r.lock("R2", by="head")
    r.control("city", YEAR, 90)
    with refused("25 fen too much"):
        r.reply("city", YEAR)
    decide(r, keep("a", 70))
    determine(r)
    r.lock("R1", by="head")
    assert not r.may_procure("city", "P-A")
    r.reply("city", YEAR)
    assert r.may_procure("city", "P-A") and r.reconcile() == []


def test_confirming_undoing_or_reopening_makes_a_determination_stale(r):
    ask(r, "A", "health", line("a", 100))
    act = decide(r, keep("a"))
    determine(r, "A")
    before = dict(r.rounds["R1"].components)
    determine(r, "A")
    assert r.rounds["R1"].components == before, "determination may be repeated"
    undo(r, act)
    assert r.rounds["R1"].stale
    decide(r, keep("a", 50))
    with refused("stale"):
        r.lock("R1", by="head")
    determine(r, "A")
    r.lock("R1", by="head")


def test_an_unknown_amount_is_reported_and_blocks_until_it_is_supplied(r):
    ask(r, "A", "health", line("a", None), rated("fee", "0.5", "a"), line("a2", 0))
    with refused("unknown"):
        decide(r, keep("a"))
    with refused("a: amount unknown; fee: amount unknown; a2: open"):
        determine(r, "A")
    r.supply("a", {"city": 3})
    assert r.lines["fee"].declared == 2 and r.reconcile() == []


def test_a_match_without_a_verdict_blocks_keeping(r):
    ask(r, "A", "health", line("a"))
    r.unjudged.add(("a", "a module of last year"))
    with refused("without a verdict"):
        decide(r, keep("a"))
    r.unjudged.clear()
    decide(r, Choice("a", "remediate", conditions=("data catalogued by May",)))


def test_an_undo_that_would_restore_a_line_into_a_moved_target_leaves_it_open(r):
    for code, department in (("A", "health"), ("B", "police"), ("C", "transport")):
        ask(r, code, department, line(code.lower(), 100))
    decide(r, keep("b"), keep("c"), merge("a", "b", 60))
    second = decide(r, merge("a", "c", 50))
    decide(r, merge("b", "c", 70))
    undo(r, second)
    assert r.split("a") == {"held: open": 100} and r.tasks == ["a: target gone (b)"]


def test_decisions_of_one_line_are_undone_from_the_newest_back(r):
    ask(r, "A", "health", line("a"))
    acts = [decide(r, keep("a", own)) for own in (90, 80, 70)]
    for early, later in ((acts[0], acts[1]), (acts[1], acts[2])):
        with refused(f"Act {later.number} depends"):
            undo(r, early)
    for act, own in zip(reversed(acts), (80, 90, None), strict=True):
        undo(r, act)
        assert r.split("a").get("own") == own


def test_a_line_stands_in_one_proposal_and_a_contested_decision_is_settled_first(r):
    ask(r, "A", "health", line("a"))
    first, second = r.plan("li", "one", keep("a")), r.plan("zhou", "two", keep("a", 50))
    r.propose(first, "li")
    with refused("another proposal"):
        r.propose(second, "zhou")
    r.confirm(first, "wang")
    r.contest(first, "health")
    with refused("contested"):
        r.propose(second, "zhou")
    r.settle(first, "zhou", uphold=True)
    r.propose(second, "zhou")


def test_what_was_proposed_is_checked_again_when_it_is_confirmed(r):
    for code, department in (("A", "health"), ("B", "police"), ("C", "transport")):
        ask(r, code, department, line(code.lower(), 100))
    decide(r, keep("b"), keep("c"))
    waiting = r.plan("li", "same", merge("b", "c", 70))
    r.propose(waiting, "li")
    decide(r, merge("a", "b", 60))
    with refused("a goes into b: decide both in one act"):
        r.confirm(waiting, "wang")


def test_a_list_is_locked_only_when_what_it_pays_into_is_on_a_locked_list(r):
    ask(r, "A", "health", line("a", 100))
    ask(r, "C", "bureau", line("video-core", 70), round="R2", drafter="drafter")
    decide(r, keep("video-core"))
    decide(r, strip("a", "video", 40))
    with refused("video-core is not determined"):
        determine(r, "A")
    determine(r, "C", round="R2")
    determine(r, "A")
    with refused("video-core: not on a locked list"):
        r.lock("R1", by="head")
    r.end("C", "deferred", by="li", second="wang")
    assert r.rounds["R1"].stale and r.split("a") == {"held: open": 100}
