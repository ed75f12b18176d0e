"""A machine that walks the verbs at random: the reference and the product say the same after each."""

import os
import pickle
from collections import Counter
from copy import deepcopy

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.reference.city import YEAR, ask, city, decide, hardware, keep, line, merge, rated
from tests.reference.records import BUILT, Application, Choice, Refused

pytestmark = pytest.mark.django_db

WALKED = Counter()
FEN = st.integers(0, 60) | st.integers(0, 10**9)
CITY_PEOPLE, DEPARTMENTS = ["li", "wang", "zhou", "head", "torn"], ["health", "transport", "police"]


class Acts(RuleBasedStateMachine):
    """Any order of verbs by anybody; a refusal must change nothing."""

    @initialize()
    def begin(self):
        self.undo_everything = transaction.savepoint()
        self.r, self.serial = city(), 0
        for budget in self.r.budgets.values():
            budget.ceiling = 10**11
        for code, department in zip("XYZ", DEPARTMENTS, strict=True):
            ask(
                self.r,
                code,
                department,
                line(code.lower(), {"city": 70, "bond": 31}),
                hardware(f"{code.lower()}-box", 20, serves=code.lower()),
            )
        ask(self.r, "V", "bureau", line("video-core", 500), drafter="drafter")
        decide(self.r, keep("video-core"))

    def attempt(self, verb, *args, **more):
        before = pickle.dumps(vars(self.r))
        try:
            result = getattr(self.r, verb)(*args, **more)
        except Refused:
            WALKED[f"{verb} refused"] += 1
            assert pickle.dumps(vars(self.r)) == before, f"a refused {verb} changed something"
            return None
        WALKED[verb] += 1
        return result if result is not None else True

    def lines(self, round=None):
        apps = {a.code for a in self.r.applications.values() if a.status == "submitted" and round in (None, a.round)}
        return [line.code for line in self.r.lines_of(apps)]

    def active(self, round):
        return {a.code for a in self.r.applications.values() if a.status == "submitted" and a.round == round}

    def acts(self, *states):
        return [act for act in self.r.acts if act.state in states]

    @rule(
        data=st.data(),
        round=st.sampled_from(["R1", "R1", "R2", "R3", "R3", "D1"]),
        amounts=st.lists(FEN, min_size=2, max_size=4),
        gap=st.integers(0, 9),
    )
    def apply(self, data, round, amounts, gap):
        self.serial += 1
        n, city_money = self.serial, amounts[0]
        lines = [
            line(f"m{n}", None if gap == 0 else {"city": city_money, "superior:flood": amounts[1]}),
            line(f"k{n}", amounts[-1]),
        ]
        lines += [rated(f"fee{n}", "0.035", f"m{n}", f"k{n}"), hardware(f"box{n}", amounts[1], serves=f"m{n}")]
        if self.serial % 4 == 0 and round != "D1":
            department = "bureau"
        else:
            department = "district-health" if round == "D1" else data.draw(st.sampled_from(DEPARTMENTS))
        self.attempt("apply", Application(f"N{n}", department, round, "drafter"), lines)

    def on_locked_lists(self):
        locked = [a.code for a in self.r.applications.values() if self.r.rounds[a.round].versions]
        return [code for code in locked if self.r.outcome(code) == "listed" and self.r.applications[code].round != "D1"]

    @precondition(lambda self: self.on_locked_lists())
    @rule(data=st.data(), amount=FEN, renews=st.booleans())
    def ask_again(self, data, amount, renews):
        """Next year: a renewal of what was not built, or more money for what was."""
        self.serial += 1
        code = data.draw(st.sampled_from(self.on_locked_lists()))
        more = {"renews": code} if renews else {"continues": self.r.own_project(code), "kind": "continued"}
        again = Application(f"N{self.serial}", self.r.applications[code].department, "R3", "drafter", **more)
        if self.attempt("apply", again, [line(f"m{self.serial}", amount)]):
            self.conclude(data, "R3")

    @rule(amount=FEN)
    def supply(self, amount):
        for code in self.lines():
            if self.r.lines[code].declared is None and self.r.lines[code].rate is None:
                self.attempt("supply", code, {"city": amount})

    def choice(self, data, code):
        """Any disposition with any amounts and target that are not plainly absurd."""
        one = self.r.lines[code]
        kinds = (
            ["merge", "strip", "reuse", "remediate", "reject", "keep"]
            if one.is_module
            else ["reject", "keep", "keep", "merge"]
        )
        kind, declared = data.draw(st.sampled_from(kinds)), one.declared or 0
        modules = [other for other in self.lines() if self.r.lines[other].is_module and other != code]
        places = {"merge": [*modules, "hub"], "strip": ["video", "map"], "reuse": ["old-portal"]}.get(kind, [None])
        target = data.draw(st.sampled_from(places))
        pays = kind == "merge" or target == "video"
        moved = data.draw(st.integers(0, declared)) if pays else 0
        own = 0 if kind == "reject" else data.draw(st.none() | st.integers(0, declared - moved))
        return Choice(code, kind, own, moved, target, conditions=("by May",))

    @rule(
        data=st.data(),
        round=st.sampled_from(["R1", "R1", "R2", "R3"]),
        now=st.booleans(),
        by=st.sampled_from(CITY_PEOPLE),
    )
    def propose_anything(self, data, round, now, by):
        """Several lines, decided in one act or each in its own."""
        if len(lines := self.lines(round)) > 1:
            codes = data.draw(st.lists(st.sampled_from(lines), min_size=2, max_size=5, unique=True))
            choices = [self.choice(data, code) for code in codes]
            for group in [choices] if data.draw(st.booleans()) else [[choice] for choice in choices]:
                act = self.plan_and_propose(group)
                if act and now:
                    self.attempt("confirm", act, by)

    @rule(data=st.data(), round=st.sampled_from(["R1", "R1", "R2", "R3"]), now=st.booleans())
    def propose_a_cluster(self, data, round, now):
        """One module is kept, others of any standing go into it with the items that serve them."""
        modules = [
            code
            for code in self.lines(round)
            if self.r.lines[code].is_module and self.r.lines[code].declared is not None
        ]
        if len(modules) < 2:
            return
        lead, *members = data.draw(st.lists(st.sampled_from(modules), min_size=2, max_size=4, unique=True))
        choices = [keep(lead)]
        for code in members:
            for part in [code, *(other.code for other in self.r.lines.values() if other.serves == code)]:
                payable = sum(
                    fen for source, fen in self.r.lines[part].sources.items() if self.r._may_pay(source, lead)
                )
                choices.append(merge(part, lead, data.draw(st.integers(0, payable))))
        act = self.plan_and_propose(choices)
        if act and self.attempt("confirm", act, "wang") and now:
            self.r.close_opinions(act)

    @rule(data=st.data(), round=st.sampled_from(["R1", "R2", "R3", "D1"]))
    def keep_what_is_open(self, data, round):
        lines = [
            code for code in self.lines(round) if self.r.lines[code].declared is not None and not self.r.live(code)
        ]
        act = (
            self.plan_and_propose([keep(code) for code in lines], by="dli" if round == "D1" else "li")
            if lines
            else None
        )
        if act and self.attempt("confirm", act, "dhead" if round == "D1" else "wang"):
            self.r.close_opinions(act)

    def plan_and_propose(self, choices, by="li"):
        act = self.attempt("plan", by, "same function", *choices)
        return act if act and self.attempt("propose", act, by) else None

    @precondition(lambda self: self.acts("proposed"))
    @rule(data=st.data(), by=st.sampled_from(CITY_PEOPLE), quick=st.booleans())
    def confirm(self, data, by, quick):
        act = data.draw(st.sampled_from(self.acts("proposed")))
        if self.attempt("confirm", act, by) and quick:
            self.r.close_opinions(act)
        elif act.state == "proposed" and quick:
            self.attempt("take_back", act, by)

    @precondition(lambda self: any(act.awaiting for act in self.r.acts))
    @rule(data=st.data(), answer=st.sampled_from(["agree", "contest", "close"]))
    def give_opinion(self, data, answer):
        if acts := [act for act in self.acts("confirmed", "contested") if act.awaiting]:
            act = data.draw(st.sampled_from(acts))
            if answer == "close":
                self.attempt("close_opinions", act)
            else:
                self.attempt(answer, act, data.draw(st.sampled_from(sorted(act.awaiting))))

    @precondition(lambda self: self.acts("contested"))
    @rule(data=st.data(), by=st.sampled_from(CITY_PEOPLE), uphold=st.booleans())
    def settle(self, data, by, uphold):
        self.attempt("settle", data.draw(st.sampled_from(self.acts("contested"))), by, uphold=uphold)

    @precondition(lambda self: self.acts("confirmed"))
    @rule(data=st.data(), by=st.sampled_from(CITY_PEOPLE), second=st.sampled_from(CITY_PEOPLE))
    def undo(self, data, by, second):
        act = data.draw(st.sampled_from(self.acts("confirmed")))
        covered = [d.supersedes for d in act.dispositions if d.state == "live" and d.supersedes]
        if self.attempt("ask_undo", act, by) and self.attempt("undo", act, second):
            assert by != second and not act.sealed
            assert all(d.state in {"live", "reopened", "ended"} for d in covered), "an undo restores what stood before"

    @precondition(lambda self: any(act.state == "confirmed" and not act.sealed for act in self.r.acts))
    @rule()
    def undo_the_newest(self):
        act = max(self.acts("confirmed"), key=lambda act: act.order)
        if self.attempt("ask_undo", act, "li"):
            self.attempt("undo", act, "head")

    @precondition(lambda self: any(act.awaiting and act.state == "confirmed" for act in self.r.acts))
    @rule(data=st.data(), uphold=st.booleans())
    def object_and_settle(self, data, uphold):
        act = data.draw(st.sampled_from([act for act in self.acts("confirmed") if act.awaiting]))
        if self.attempt("contest", act, min(act.awaiting)):
            self.attempt("settle", act, "zhou", uphold=uphold)

    @rule(data=st.data(), status=st.sampled_from(["withdrawn", "rejected", "deferred"]), paid_into=st.booleans())
    def end(self, data, status, paid_into):
        """End an application, or rather one that others pay into."""
        paid = {
            self.r.lines[d.component].application
            for d in self.r.dispositions()
            if d.state == "live" and d.component in self.r.lines
        }
        active = [
            a.code
            for a in self.r.applications.values()
            if a.status == "submitted" and (a.code in paid or not paid_into)
        ]
        if active:
            code = data.draw(st.sampled_from(active))
            if self.attempt("end", code, status, by="clerk" if status == "withdrawn" else "li", second="wang"):
                assert not self.r.rounds[self.r.applications[code].round].versions, "a locked list was edited"

    def paid_into(self):
        """Modules that others go into, in rounds that are not locked."""
        into = {d.component for d in self.r.dispositions() if d.state == "live" and d.component in self.r.lines}
        return sorted(code for code in into if not self.r.round_of(code).versions)

    @precondition(lambda self: self.paid_into())
    @rule(data=st.data(), status=st.sampled_from(["deferred", "rejected"]))
    def end_a_target(self, data, status):
        code = data.draw(st.sampled_from(self.paid_into()))
        self.attempt("end", self.r.lines[code].application, status, by="li", second="wang")

    @precondition(lambda self: self.paid_into())
    @rule(data=st.data())
    def move_a_target(self, data):
        """A module that others go into goes into another one: its followers come along."""
        code = data.draw(st.sampled_from(self.paid_into()))
        kept = [
            d.line
            for d in self.r.dispositions()
            if d.state == "live" and d.kind in BUILT and self.r.lines[d.line].is_module
        ]
        near = [other for other in kept if other != code and self.r.round_of(other) is self.r.round_of(code)]
        act = self.plan_and_propose([merge(code, data.draw(st.sampled_from([*near, "hub"])))])
        if act:
            self.attempt("confirm", act, "zhou")

    @precondition(lambda self: self.lines("D1"))
    @rule(data=st.data(), to=st.sampled_from(["R1", "R3"]))
    def escalate(self, data, to):
        code = data.draw(st.sampled_from(sorted({self.r.lines[line].application for line in self.lines("D1")})))
        self.attempt("escalate", code, to, by="dli", second="dhead")

    @rule(data=st.data(), code=st.sampled_from(["R1", "R1", "R2", "R3", "D1"]), everything=st.booleans())
    def determine(self, data, code, everything):
        head = "dhead" if code == "D1" else "head"
        named = (
            self.active(code)
            if everything
            else set(data.draw(st.lists(st.sampled_from(sorted(self.active(code)) or ["X"]))))
        )
        reserve = (
            {self.r.own_project(data.draw(st.sampled_from(sorted(named))))}
            if named & self.active(code) and data.draw(st.booleans())
            else set()
        )
        if self.attempt("determine", code, named, by=head, reserve=reserve):
            once = deepcopy(self.r.rounds[code])
            self.r.determine(code, named, by=head, reserve=reserve)
            assert self.r.rounds[code] == once, "determination is idempotent"

    @rule(data=st.data(), code=st.sampled_from(["R1", "R1", "R2", "R3", "D1"]))
    def conclude(self, data, code):
        """The season's end: gaps answered, objections settled, proposals taken back, the rest kept, the list locked."""
        self.supply(3)
        for act in self.acts("contested"):
            next((by for by in ("zhou", "head", "dli", "dhead") if self.attempt("settle", act, by, uphold=True)), None)
        for act in self.acts("proposed"):
            self.attempt("take_back", act, "li")
        self.keep_what_is_open(data, code)
        for act in self.acts("confirmed"):
            self.attempt("close_opinions", act)
        self.determine(data, code, True)
        self.lock(code)

    @precondition(lambda self: any(round.determined for round in self.r.rounds.values()))
    @rule(code=st.sampled_from(["R1", "R1", "R2", "R3", "D1"]))
    def lock(self, code):
        scope, round = self.active(code), self.r.rounds[code]
        blocked = self.r.obstacles(scope) or round.stale or scope - round.determined
        if self.attempt("lock", code, by="dhead" if code == "D1" else "head"):
            assert not blocked, "a list was locked over an open, contested or unknown line"
            budget = self.r.budget(round.jurisdiction, round.year)
            assert sum(e.fen for e in budget.entries if e.kind == "list") <= budget.ceiling

    @rule(code=st.sampled_from(["R1", "R2", "R3"]), later=st.integers(0, 50), data=st.data())
    def plan_years(self, code, later, data):
        if projects := sorted(self.r.rounds[code].status):
            self.attempt("plan_years", code, data.draw(st.sampled_from(projects)), {YEAR + 2: later}, by="head")

    @precondition(lambda self: any(round.versions for round in self.r.rounds.values()))
    @rule(
        ceiling=st.sampled_from([500, 10**6, 10**11]),
        year=st.sampled_from([YEAR, YEAR + 1]),
        reply=st.booleans(),
        carry=st.integers(0, 9),
        data=st.data(),
    )
    def finance(self, ceiling, year, reply, carry, data):
        self.attempt("control", "city", year, ceiling)
        projects = sorted({e.project for e in self.r.budget("city", year).entries})
        if reply and self.attempt("reply", "city", year) and projects:
            self.attempt("carry_over", "city", year, data.draw(st.sampled_from(projects)), carry)

    @precondition(lambda self: any("reserve" in round.status.values() for round in self.r.rounds.values()))
    @rule()
    def end_of_year(self):
        self.attempt("close_year", "city", YEAR)

    def teardown(self):
        """Count the rare turns, so that the walk proves that it took them."""
        if hasattr(self, "undo_everything"):
            transaction.savepoint_rollback(self.undo_everything)
        if not hasattr(self, "r"):
            return
        for d in self.r.dispositions():
            old = d.supersedes
            WALKED["reopened"] += d.state == "reopened"
            WALKED["flattened"] += bool(old and old.component and d.component and old.component != d.component)
            WALKED["restored"] += bool(d.state == "undone" and old and old.state == "live")
        for round in self.r.rounds.values():
            WALKED.update(round.status.values())
            WALKED["adjusted"] += len(round.versions) > 1

    # -- what always holds

    @invariant()
    def every_fen_stands_in_one_place(self):
        r = self.r
        for code, one in r.lines.items():
            if one.declared is not None:
                parts = r.split(code)
                assert sum(parts.values()) == one.declared and min(parts.values(), default=0) >= 0
                assert {name.split(":")[0] for name in parts} <= {"own", "transferred", "saved", "held"}
                d = r.live(code)
                if d:
                    spent = Counter(d.own_sources) + Counter(d.moved_sources)
                    assert all(fen <= one.sources[source] for source, fen in spent.items())
        assert r.reconcile() == []

    @invariant()
    def no_chain_no_circle_one_live_decision(self):
        r = self.r
        live = [d for d in r.dispositions() if d.state == "live"]
        by_line = {d.line: d for d in live}
        assert len(by_line) == len(live)
        for d in live:
            act = r.acts[d.act - 1]
            assert act.state in {"confirmed", "contested"}
            assert r.applications[r.lines[d.line].application].status == "submitted", (
                "a closed application has no live decision"
            )
            if d.component in r.lines:
                lead = by_line.get(d.component)
                assert lead and lead.kind in BUILT and lead.component is None
                assert r.acts[lead.act - 1].state in {"confirmed", "contested"}
                assert r.jurisdiction_of(d.component) == r.jurisdiction_of(d.line)
            serves = {f"superior:{purpose}" for purpose in r.purposes.get(d.component, set())}
            assert all(
                source in serves for source, fen in d.moved_sources.items() if fen and source.startswith("superior:")
            )
            one = r.lines[d.line]
            if one.rate is not None and all(code in by_line for code in one.base):
                assert d.own <= r._allowance(one, "own", by_line.get)
        for d in r.dispositions():
            if (
                d.state == "reopened"
                and d.line not in by_line
                and r.applications[r.lines[d.line].application].status == "submitted"
            ):
                assert set(r.split(d.line)) <= {"held: open"}

    @invariant()
    def two_persons_stand_behind_every_act(self):
        for act in self.r.acts:
            if act.state in {"confirmed", "contested"}:
                assert act.confirmer not in act.editors | {act.proposer, None}
                assert not act.touched & (self.r.people[act.confirmer].keys() - {"bureau", "district-bureau"})

    @invariant()
    def locked_lists_hold(self):
        r = self.r
        for round in r.rounds.values():
            if round.versions and not round.stale:
                assert not any(row.endswith((": open", "unknown")) for row in r.obstacles(self.active(round.code)))
        for (jurisdiction, _), budget in r.budgets.items():
            assert all(e.owner == r.jurisdictions[jurisdiction].authority for e in budget.entries)


DEPTHS = {"ci": (25, 20), "drill": (200, 40)}


@pytest.mark.slow
def test_any_order_of_verbs_keeps_money_lineage_and_flatness():
    WALKED.clear()
    profile = os.environ.get("HYPOTHESIS_PROFILE", "ci")
    examples, steps = DEPTHS[profile]
    depth = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None, derandomize=profile == "ci",
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Acts, settings=depth)
    often = ["apply", "plan", "propose", "confirm", "undo", "end", "determine", "lock"]
    often += (
        [
            "take_back",
            "contest",
            "settle",
            "reply",
            "reopened",
            "flattened",
            "restored",
            "listed",
            "reserve",
            "lapsed",
            "adjusted",
        ]
        if profile == "drill"
        else []
    )
    assert not (never := [turn for turn in often if not WALKED[turn]]), f"the walk never took {never}"
