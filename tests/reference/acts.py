"""Applying, and the acts: plan, propose, confirm, ask, contest, undo, reopen.

A verb checks everything first: a `Refused` one has changed nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from tests.reference.records import (
    BUILDS,
    BUILT,
    CAUSE,
    EARMARK,
    GONE,
    MOVED,
    Act,
    Application,
    Budget,
    Capability,
    Choice,
    Disposition,
    Jurisdiction,
    Line,
    Money,
    Refused,
    Round,
    Work,
    apportion,
    demand,
    half_up,
)  # fmt: skip


class Decisions:
    """Applications, the acts that decide their lines, and where each fen stands."""

    def __init__(self) -> None:
        self.jurisdictions: dict[str, Jurisdiction] = {}
        self.people: dict[str, dict[str, str]] = {}  # person -> {department: role}
        self.rounds: dict[str, Round] = {}
        self.applications: dict[str, Application] = {}
        self.lines: dict[str, Line] = {}
        self.capabilities: dict[str, Capability] = {}
        self.systems: dict[str, str] = {}  # inventory system -> owner
        self.works: dict[str, Work] = {}
        self.purposes: dict[str, set[str]] = {}  # component -> purposes of earmarked money it serves
        self.unjudged: set[tuple[str, str]] = set()  # (line, likely or doubtful match) without verdict
        self.acts: list[Act] = []
        self.tasks: list[str] = []
        self.budgets: dict[tuple[str, int], Budget] = {}

    # -- reading

    def lines_of(self, applications) -> list[Line]:
        return [line for line in self.lines.values() if line.application in applications]

    def dispositions(self):
        return (d for act in self.acts for d in act.dispositions)

    def live(self, line: str) -> Disposition | None:
        """The decision that stands for a line; None: the line is open."""
        return next((d for d in self.dispositions() if d.line == line and d.state == "live"), None)

    def round_of(self, line: str) -> Round:
        return self.rounds[self.applications[self.lines[line].application].round]

    def project(self, component: str) -> str:
        """The project in which a component stands: the application's own, or the one it continues."""
        if component in self.works:
            return self.works[component].project
        return self.own_project(self.lines[component].application)

    def own_project(self, application: str) -> str:
        return self.applications[application].continues or f"P-{application}"

    def lead(self, component: str) -> str:
        work = self.works.get(component)
        return work.lead if work else self.applications[self.lines[component].application].department

    def jurisdiction_of(self, component: str) -> str:
        work = self.works.get(component)
        return work.jurisdiction if work else self.round_of(component).jurisdiction

    def split(self, code: str) -> Counter:
        """Where a line's money stands: own, transferred, saved by cause, held by cause."""
        line = self.lines[code]
        application = self.applications[line.application]
        if line.declared is None:
            return Counter()
        if application.status != "submitted":
            side = "saved" if application.status == "rejected" else "held"
            return Counter({f"{side}: {application.status}": line.declared})
        d = self.live(code)
        if d is None:
            return Counter({"held: open": line.declared})
        status = self.rounds[application.round].status
        parts = Counter({f"saved: {CAUSE[d.kind]}": d.saved})
        parts[GONE.get(status.get(self.project(code)), "own")] += d.own
        if d.component:
            parts[GONE.get(status.get(self.project(d.component)), "transferred")] += d.moved
        return Counter({name: fen for name, fen in parts.items() if fen})

    def figures(self, applications) -> Counter:
        return sum((self.split(line.code) for line in self.lines_of(applications)), Counter())

    def outcome(self, code: str) -> str:
        """What became of an application: computed, never stored."""
        application = self.applications[code]
        if application.status != "submitted":
            return application.status
        round = self.rounds[application.round]
        if code not in round.determined:
            return "under review"
        decided = [d for line in self.lines_of({code}) if (d := self.live(line.code))]
        own = round.status.get(self.own_project(code)) if any(map(self._stands_alone, decided)) else None
        if own:
            return {"lapsed": "deferred", "renewed": "renewed"}.get(own, own)
        targets = {round.status.get(self.project(d.component), "listed") for d in decided if d.component}
        for status, result in (
            ("listed", "consolidated"),
            ("reserve", "reserve"),
            ("renewed", "renewed"),
            ("lapsed", "deferred"),
        ):
            if status in targets:
                return result
        return "served by existing" if any(d.kind in {"strip", "reuse"} for d in decided) else "rejected"

    def _stands_alone(self, d: Disposition) -> bool:
        """Whether a disposition puts a component into its application's own project."""
        return d.own > 0 or (d.kind in BUILT and self.lines[d.line].is_module)

    # -- applying

    def apply(self, application: Application, lines: list[Line]) -> Application:
        """Submit an application; rate-based lines are computed from their base."""
        round = self.rounds[application.round]
        demand(not round.versions, "The list of this round is locked: apply in the next batch.")
        if application.kind in BUILDS:
            demand(any(line.is_module for line in lines), "Name at least one functional module.")
        else:
            demand(lines and not any(line.is_module for line in lines), "Name cost items, not modules.")
            demand(application.kind != "operation" or application.system in self.systems, "Name the system operated.")
        if application.renews:
            demand(self.outcome(application.renews) == "listed", "Only an approved, unbuilt application is renewed.")
            demand(self.rounds[self.applications[application.renews].round].versions, "Its list is not locked.")
        for line in lines:
            line.application = application.code
            self.lines[line.code] = line
        self.applications[application.code] = application
        self._compute_rates(application.code)
        return application

    def supply(self, code: str, sources: Money) -> None:
        """The department answers a gap: an unknown amount becomes known."""
        line = self.lines[code]
        demand(line.declared is None and line.rate is None, "Only an unknown amount is supplied.")
        demand(self.applications[line.application].status == "submitted", "The application is closed.")
        line.sources = dict(sources)
        self._compute_rates(line.application)

    def _compute_rates(self, application: str) -> None:
        for line in self.lines_of({application}):
            base = [self.lines[code] for code in line.base]
            if line.rate is not None and all(part.sources is not None for part in base):
                weights = sum((Counter(part.sources) for part in base), Counter())
                line.sources = apportion(half_up(line.rate * sum(weights.values())), dict(weights))

    def end(self, code: str, status: str, *, by: str, second: str | None = None) -> None:
        """Withdraw (the department), or reject, defer, escalate (two persons) a whole application.

        In the same step every decision that transfers into it is reopened.
        """
        application = self.applications[code]
        round = self.rounds[application.round]
        demand(application.status == "submitted", "The application is closed already.")
        demand(not round.versions, "The list is locked: only an adjustment act changes it.")
        if status == "withdrawn":
            demand(application.department in self.people[by], "Only its own department withdraws an application.")
        else:
            demand(by != second, "Two persons are needed.")
            for person in (by, second):
                self._demand_judge(person, round.jurisdiction, {application.department}, {application.drafter})
        application.status = status
        round.stale = round.stale or code in round.determined
        round.determined.discard(code)
        for d in self.dispositions():
            if d.state not in {"live", "superseded"}:
                continue
            if self.lines[d.line].application == code:
                d.state = "ended"
            elif d.component in self.lines and self.lines[d.component].application == code:
                self._reopen(d)

    def escalate(self, code: str, to: str, *, by: str, second: str) -> Application:
        """Ask the upper jurisdiction instead: a new application there, this one ends."""
        old = self.applications[code]
        lower = self.jurisdictions[self.rounds[old.round].jurisdiction]
        demand(self.rounds[to].jurisdiction == lower.upper, "Escalate to the next level up.")
        demand(not self.rounds[to].versions, "The list of that round is locked.")
        self.end(code, "escalated", by=by, second=second)
        up = {line.code: f"{line.code}^" for line in self.lines_of({code})}
        lines = [
            replace(line, code=up[line.code], serves=up.get(line.serves), base=tuple(up[b] for b in line.base))
            for line in self.lines_of({code})
        ]
        return self.apply(replace(old, code=f"{code}^", round=to, escalated_from=code, status="submitted"), lines)

    def _reopen(self, d: Disposition) -> None:
        if d.state == "live":
            self.tasks.append(f"{d.line}: target gone ({d.component})")
            self._disturb([d])
        d.state = "reopened"

    def _disturb(self, dispositions) -> None:
        """A changed decision makes the determination that rests on it stale."""
        for d in dispositions:
            round = self.round_of(d.line)
            round.stale = round.stale or self.lines[d.line].application in round.determined

    # -- acts: plan, propose, confirm

    def plan(self, by: str, reason: str, *choices: Choice) -> Act:
        act = Act(len(self.acts) + 1, reason, {by})
        act.dispositions = self._draft(act, choices)
        self.acts.append(act)
        return act

    def edit(self, act: Act, by: str, *choices: Choice) -> None:
        demand(act.state == "planned", "Only a plan is edited.")
        act.dispositions = self._draft(act, choices)
        act.editors.add(by)

    def _draft(self, act: Act, choices) -> list[Disposition]:
        """Compute amounts and sources, and take along the lines that go into a line that now moves."""
        order = list(self.lines)
        drafted: dict[str, Disposition] = {}
        for choice in sorted(choices, key=lambda choice: order.index(choice.line)):
            demand(choice.line not in drafted, f"{choice.line} is decided twice.")
            drafted[choice.line] = self._compute(act, choice, drafted)
        for d in list(self.dispositions()):
            via = drafted.get(d.component) if d.state == "live" and d.line not in drafted else None
            if via and via.kind in MOVED:
                follow = Choice(d.line, via.kind, d.own, d.moved if via.component else 0, via.target)
                drafted[d.line] = self._compute(act, follow, drafted)
        return list(drafted.values())

    def _compute(self, act: Act, choice: Choice, drafted: dict[str, Disposition]) -> Disposition:
        line = self.lines[choice.line]
        demand(line.declared is not None, f"The amount of {line.code} is unknown: ask for it first.")
        capability = self.capabilities.get(choice.target) if choice.kind == "strip" else None
        component = choice.target if choice.kind == "merge" else capability and capability.component
        own = choice.own
        if own is None:
            own = line.declared - choice.moved if choice.kind in BUILT else 0
            if line.rate is not None and choice.kind in BUILT:
                own = min(own, self._allowance(line, "own", lambda code: drafted.get(code) or self.live(code)))
        demand(min(own, choice.moved) >= 0, "Amounts are not negative.")
        demand(own + choice.moved <= line.declared, f"{line.code}: more than was declared.")
        payable = {s: fen for s, fen in line.sources.items() if component is None or self._may_pay(s, component)}
        demand(choice.moved <= sum(payable.values()), f"{line.code}: earmarked money does not serve {component}.")
        moved = choice.moved_sources or apportion(choice.moved, payable)
        left = {source: fen - moved.get(source, 0) for source, fen in line.sources.items()}
        demand(sum(moved.values()) == choice.moved and min(left.values(), default=0) >= 0, "The sources do not add up.")
        saved = line.declared - own - choice.moved
        return Disposition(
            line.code, choice.kind, act.number, apportion(own, left), moved, saved,
            choice.target, component, choice.conditions,
        )  # fmt: skip

    def _may_pay(self, source: str, component: str) -> bool:
        return not source.startswith(EARMARK) or source.removeprefix(EARMARK) in self.purposes.get(component, set())

    def _allowance(self, line: Line, part: str, decided) -> int:
        """What a rate-based line may claim: its rate of what its base still has in the same part."""
        base = {code: decided(code) for code in line.base}
        demand(all(base.values()), f"{line.code} is a rate of {', '.join(line.base)}: decide these first, or together.")
        return half_up(line.rate * sum(getattr(d, part) for d in base.values()))

    def propose(self, act: Act, by: str) -> None:
        demand(act.state == "planned" and act.dispositions, "Only a plan is proposed.")
        demand(act.reason, "An act has a reason.")
        self._demand_judge(by, *self._interests(act))
        self._check(act)
        act.state, act.proposer = "proposed", by

    def take_back(self, act: Act, by: str) -> None:
        demand(act.state == "proposed", "Only a proposal is taken back.")
        act.state = "planned"
        act.editors.add(by)

    def confirm(self, act: Act, by: str) -> None:
        """Another person makes the act live; every touched department is then asked."""
        demand(act.state == "proposed", "Only a proposal is confirmed.")
        demand(by not in act.editors | {act.proposer}, "Nobody confirms an act that they proposed or edited.")
        self._demand_judge(by, *self._interests(act))
        self._check(act)
        lines = [d.line for d in act.dispositions]
        act.touched = self._interests(act)[1]
        act.before = sum(map(self.split, lines), Counter())
        for d in act.dispositions:
            d.supersedes = self.live(d.line)
            if d.supersedes:
                d.supersedes.state = "superseded"
            d.state = "live"
        act.after = sum(map(self.split, lines), Counter())
        act.state, act.confirmer = "confirmed", by
        act.order = 1 + max(other.order for other in self.acts)
        act.awaiting = set(act.touched)
        self._disturb(act.dispositions)

    def _interests(self, act: Act) -> tuple[str, set[str], set[str]]:
        """Jurisdiction, touched departments (payers, receivers, former receivers; not the authority), drafters."""
        jurisdictions = {self.round_of(d.line).jurisdiction for d in act.dispositions}
        demand(len(jurisdictions) == 1, "An act belongs to one jurisdiction.")
        jurisdiction = jurisdictions.pop()
        touched, drafters = set(), set()
        for d in act.dispositions:
            former = d.supersedes or self.live(d.line)
            touched |= {self.lead(d.line)} | self._hosts(d) | (self._hosts(former) if former else set())
            drafters |= {
                self.applications[self.lines[c].application].drafter for c in (d.line, d.component) if c in self.lines
            }
        return jurisdiction, touched - {self.jurisdictions[jurisdiction].authority}, drafters

    def _hosts(self, d: Disposition) -> set[str]:
        """The department that will serve the line instead."""
        if d.kind == "reuse":
            return {self.systems[d.target]} if d.target in self.systems else set()
        hosts = {self.capabilities[d.target].provider} if d.kind == "strip" and d.target in self.capabilities else set()
        return hosts | ({self.lead(d.component)} if d.component in self.lines | self.works else set())

    def _demand_judge(self, person: str | None, jurisdiction: str, touched: set[str], drafters: set[str]) -> None:
        """A reviewer or head of the authority without a role in a touched department, who drafted none of it."""
        authority = self.jurisdictions[jurisdiction].authority
        roles = self.people.get(person, {})
        demand(roles.get(authority) in {"reviewer", "head"}, f"{person} is no reviewer or head.")
        demand(not touched & (roles.keys() - {authority}), f"{person} has a role in a department that this touches.")
        demand(person not in drafters, f"{person} drafted an application that this decides.")

    def _check(self, act: Act) -> None:
        """The rules that hold at proposal and again at confirmation."""
        new = {d.line: d for d in act.dispositions}
        pending = {
            d.line for other in self.acts if other is not act and other.state == "proposed" for d in other.dispositions
        }
        decided = lambda code: new.get(code) or self.live(code)  # noqa: E731
        for d in act.dispositions:
            line, old = self.lines[d.line], self.live(d.line)
            demand(self.applications[line.application].status == "submitted", f"The application of {d.line} is closed.")
            demand(d.line not in pending, f"{d.line} stands in another proposal.")
            demand(not old or self.acts[old.act - 1].state != "contested", f"The decision on {d.line} is contested.")
            demand(d.kind in BUILT | MOVED | {"reuse", "reject"}, "No such disposition.")
            demand(d.kind in MOVED or not d.moved, f"A {d.kind} transfers nothing.")
            demand(d.kind != "reject" or not d.own, "A reject leaves no own part.")
            demand(d.kind != "remediate" or d.conditions, "A remediate names its conditions.")
            demand(
                d.kind not in BUILT or d.line not in {line for line, _ in self.unjudged},
                f"{d.line} has a match without a verdict.",
            )
            self._demand_fit(d, decided)
            lead = decided(d.component) if d.component in self.lines else None
            demand(
                not lead or self.acts[lead.act - 1].state != "contested", f"The decision on {d.component} is contested."
            )
        for d in self.dispositions():
            if d.state != "live" or d.line in new:
                continue
            if d.component in new:
                demand(new[d.component].kind in BUILT, f"{d.line} goes into {d.component}: decide both in one act.")
            if set(self.lines[d.line].base) & new.keys() or (d.kind in MOVED and self.lines[d.line].serves in new):
                self._demand_fit(d, decided)

    def _demand_fit(self, d: Disposition, decided) -> None:
        """Whether a decision fits the decisions it leans on: its target, its base, the module it serves."""
        line, kinds = self.lines[d.line], BUILT | MOVED | {"reuse", "reject"}
        if not line.is_module:
            module = decided(line.serves) if line.serves else None
            together = module and module.kind in MOVED and (module.kind, module.target) == (d.kind, d.target)
            kinds = {"keep", "reject"} | ({d.kind} if together else set())
        demand(d.kind in kinds, f"{d.line} is no module: keep or reject it, or move it with the module that it serves.")
        if line.rate is not None and d.own + d.moved:
            for part in ("own", "moved"):
                demand(
                    getattr(d, part) <= self._allowance(line, part, decided),
                    f"{d.line}: its base is smaller now, decide it again.",
                )
        if d.kind == "reuse":
            demand(d.target in self.systems, "Name a system of the inventory.")
        if d.kind == "strip":
            demand(d.target in self.capabilities, "Name a capability of the catalog.")
        demand(d.component or not d.moved, f"{d.target} runs already: it takes no money.")
        if d.kind == "merge" or d.component:
            self._demand_receiver(d, decided)

    def _demand_receiver(self, d: Disposition, decided) -> None:
        """A transfer goes to a component of this round, of a capability, or of a project under way."""
        demand(d.component in self.lines | self.works, "Name a component.")
        demand(
            self.jurisdiction_of(d.component) == self.round_of(d.line).jurisdiction,
            "No transfer crosses jurisdictions.",
        )
        demand(
            all(self._may_pay(s, d.component) for s, fen in d.moved_sources.items() if fen),
            "Earmarked for another purpose.",
        )
        if d.component in self.works:
            return
        lead, kept, round = self.lines[d.component], decided(d.component), self.round_of(d.component)
        status = round.status.get(self.project(d.component))
        demand(lead.is_module and d.component != d.line, f"{d.component} cannot receive {d.line}.")
        demand(
            self.applications[lead.application].status == "submitted", f"The application of {d.component} is closed."
        )
        demand(kept and kept.kind in BUILT, f"{d.component} is not kept: nothing can go into it.")
        demand(status not in GONE, f"The project of {d.component} is not built.")
        under_way = round.versions and status == "listed"
        demand(round is self.round_of(d.line) or d.kind == "strip" or under_way, f"{d.component} is not under way.")

    # -- opinions and undo

    def agree(self, act: Act, department: str) -> None:
        demand(department in act.awaiting, "No opinion of this department is due.")
        act.awaiting.discard(department)

    def close_opinions(self, act: Act) -> None:
        """The working days have passed: silence is agreement."""
        demand(act.state == "confirmed", "Nothing to close.")
        act.awaiting.clear()

    def contest(self, act: Act, department: str) -> None:
        """An objection 异议, by any touched department, also a receiving one."""
        demand(
            act.state in {"confirmed", "contested"} and department in act.awaiting,
            "No opinion of this department is due.",
        )
        act.awaiting.discard(department)
        act.state = "contested"

    def settle(self, act: Act, by: str, *, uphold: bool) -> None:
        """A third person decides a contested act: it stands, or it is undone."""
        demand(act.state == "contested", "The act is not contested.")
        demand(by not in act.editors | {act.proposer, act.confirmer}, "A third person decides.")
        self._demand_judge(by, *self._interests(act))
        if uphold:
            act.state = "confirmed"
        else:
            self._undo(act)

    def ask_undo(self, act: Act, by: str) -> None:
        demand(act.state == "confirmed", "Only a confirmed act is undone.")
        self._demand_judge(by, *self._interests(act))
        act.undo_asked_by = by

    def undo(self, act: Act, by: str) -> None:
        """A second person undoes the act as a whole; what it superseded stands again."""
        demand(act.state == "confirmed" and act.undo_asked_by, "Ask for the undo first.")
        demand(by != act.undo_asked_by, "Undoing needs two persons.")
        self._demand_judge(by, *self._interests(act))
        self._undo(act)

    def dependants(self, act: Act) -> list[int]:
        """Later acts that lean on this one: on a decision they superseded, a target, a base, a served module."""
        mine = {d.line for d in act.dispositions if d.state == "live"}

        def leans(d: Disposition) -> bool:
            line = self.lines[d.line]
            over = d.supersedes is not None and d.supersedes.act == act.number
            on = {d.component, *line.base, line.serves if d.kind in MOVED else None}
            return (d.state in {"live", "superseded"} and over) or (d.state == "live" and bool(mine & on))

        return sorted({d.act for d in self.dispositions() if self.acts[d.act - 1].order > act.order and leans(d)})

    def _undo(self, act: Act) -> None:
        demand(not act.sealed, "The act stands on a locked list: only an adjustment act changes it.")
        later = self.dependants(act)
        demand(not later, f"Act {', '.join(map(str, later))} depends on it.")
        self._disturb(act.dispositions)
        restored = [d.supersedes for d in act.dispositions if d.state == "live" and d.supersedes]
        for d in act.dispositions:
            if d.state in {"live", "superseded"}:
                d.state = "undone"
        act.state = "undone"
        restored = [d for d in restored if d.state == "superseded"]
        for d in restored:
            d.state = "live"
        for d in restored:
            try:
                self._demand_fit(d, self.live)
            except Refused:
                self._reopen(d)  # what it went into has moved on meanwhile
