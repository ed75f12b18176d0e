"""The money-and-decision model, whole: acts, then determination, the annual list, its budget, the proof.

`records` says what there is, `acts` how lines are decided; this is what follows from the live decisions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from tests.reference.acts import Decisions
from tests.reference.records import GONE, Budget, Entry, Money, Round, Version, demand


class Register(Decisions):
    """All jurisdictions, applications, acts, lists and budgets of one instance."""

    # -- levels and years

    def rolled_up(self) -> dict[str, Counter]:
        """Per currency over levels and years; what was escalated or renewed counts once, where it went."""
        total: dict[str, Counter] = {}
        for line in self.lines.values():
            currency = self.jurisdictions[self.round_of(line.code).jurisdiction].currency
            parts = self.split(line.code)
            for cause in ("held: escalated", "held: renewed"):
                parts.pop(cause, None)
            parts["declared"] = sum(parts.values())
            total.setdefault(currency, Counter()).update(parts)
        return total

    # -- determination, list, budget

    def obstacles(self, applications) -> list[str]:
        """Why these applications cannot be determined or locked yet."""
        found = []
        for line in self.lines_of(applications):
            d = self.live(line.code)
            if line.declared is None:
                found.append(f"{line.code}: amount unknown")
            elif d is None:
                found.append(f"{line.code}: open")
            elif self.acts[d.act - 1].state == "contested":
                found.append(f"{line.code}: act {d.act} is contested")
            elif self.acts[d.act - 1].awaiting:
                found.append(f"{line.code}: opinions on act {d.act} are due")
        return found

    def determine(
        self, code: str, applications: set[str], *, by: str, reserve: frozenset[str] | set[str] = frozenset()
    ) -> None:
        """审定: one meeting's decision over named applications; rebuilds the projects of the list."""
        round = self.rounds[code]
        self._demand_head(by, round)
        demand(
            all(
                self.applications[a].round == code and self.applications[a].status == "submitted" for a in applications
            ),
            "Not in this round.",
        )
        scope = round.determined | applications
        found = self.obstacles(scope) + [
            f"{d.line}: {d.component} is not determined" for line in self.lines_of(scope)
            if (d := self.live(line.code)) and d.component in self.lines
            and self.lines[d.component].application not in scope | self.round_of(d.component).determined
        ]  # fmt: skip
        demand(not found, "; ".join(found))
        components = self._built(scope)
        projects = {project for project, _ in components}
        demand(reserve <= projects, "Only a project of this list is put in reserve.")
        funding = self._funding(components)
        over = [p for p in projects if sum(round.later.get(p, {}).values()) > funding[p]]
        demand(not over, f"The year plan exceeds the funding of {', '.join(over)}.")
        decided_now = (
            set(map(self.own_project, applications)) | {p for p in projects if p not in round.status} | reserve
        )
        fresh = {p: "reserve" if p in reserve else "listed" for p in projects & decided_now}
        gone = {p: s for p, s in round.status.items() if s in GONE}
        round.status = {p: s for p, s in round.status.items() if p in projects} | fresh | gone
        round.determined, round.components, round.stale = scope, components, False

    def _built(self, applications) -> dict[tuple[str, str], Counter]:
        """Components with their money by source, from the live decisions alone."""
        built: dict[tuple[str, str], Counter] = {}
        for line in self.lines_of(applications):
            d = self.live(line.code)
            if d and self._stands_alone(d):
                built.setdefault((self.project(line.code), line.code), Counter()).update(d.own_sources)
            if d and d.moved:
                built.setdefault((self.project(d.component), d.component), Counter()).update(d.moved_sources)
        return built

    def _funding(self, components: dict[tuple[str, str], Counter]) -> Counter:
        return sum((Counter({project: sum(money.values())}) for (project, _), money in components.items()), Counter())

    def plan_years(self, code: str, project: str, later: dict[int, int], *, by: str) -> None:
        """Fix what later years pay; the round's own year pays the rest."""
        round = self.rounds[code]
        self._demand_head(by, round)
        demand(all(year > round.year and fen >= 0 for year, fen in later.items()), "Later years only.")
        demand(sum(later.values()) <= self._funding(round.components)[project], "More than the project's funding.")
        round.later[project] = later

    def _entries(self, round: Round) -> dict[str, Money]:
        funding = self._funding(round.components)
        entries = {}
        for project in sorted(p for p, status in round.status.items() if status == "listed"):
            later = round.later.get(project, {})
            entries[project] = {round.year: funding[project] - sum(later.values()), **later}
        return entries

    def budget(self, jurisdiction: str, year: int) -> Budget:
        return self.budgets.setdefault((jurisdiction, year), Budget())

    def lock(self, code: str, *, by: str) -> Version:
        """Freeze the list: version 1, and after adjustment acts and a new determination the next."""
        round = self.rounds[code]
        budget = self.budget(round.jurisdiction, round.year)
        self._demand_head(by, round)
        scope = {a.code for a in self.applications.values() if a.round == code and a.status == "submitted"}
        found = self.obstacles(scope) + [f"{a}: not determined" for a in sorted(scope - round.determined)]
        for _, component in round.components:
            if component in self.lines and (other := self.round_of(component)) is not round:
                listed = other.versions and self.project(component) in other.versions[-1].entries
                found += [] if listed else [f"{component}: not on a locked list"]
        demand(not found, "; ".join(found))
        demand(round.determined, "Nothing is determined yet.")
        demand(not round.stale, "The determination is stale: determine again.")
        demand(budget.ceiling is not None, "Finance has set no ceiling.")
        entries = self._entries(round)
        reserve = {p for p, status in round.status.items() if status == "reserve"}
        last = round.versions[-1] if round.versions else None
        demand(
            not last or (last.entries, last.reserve) != (entries, reserve),
            "Nothing has changed since the last version.",
        )
        elsewhere = sum(e.fen for e in budget.entries if e.kind == "list" and e.round != code)
        this_year = sum(years[round.year] for years in entries.values())
        demand(
            this_year <= budget.ceiling - elsewhere,
            f"This year's {this_year} fen exceed the {budget.ceiling - elsewhere} left under the ceiling.",
        )
        version = self._publish(round, entries, reserve)
        for act in self.acts:
            act.sealed = act.sealed or (
                act.state == "confirmed" and any(self.lines[d.line].application in scope for d in act.dispositions)
            )
        for application in scope:
            if self.applications[application].renews and self.outcome(application) in {"listed", "consolidated"}:
                self._cancel(self.own_project(self.applications[application].renews))
        return version

    def _publish(self, round: Round, entries: dict[str, Money], reserve: set[str]) -> Version:
        """Write the next version, and move the budget by the difference."""
        new = Counter({(p, year): fen for p, years in entries.items() for year, fen in years.items()})
        if round.versions:
            new.subtract(
                {(p, year): fen for p, years in round.versions[-1].entries.items() for year, fen in years.items()}
            )
        difference = {key: fen for key, fen in new.items() if fen}
        authority = self.jurisdictions[round.jurisdiction].authority
        for (project, year), fen in difference.items():
            self.budget(round.jurisdiction, year).entries.append(Entry(authority, round.code, project, fen))
        round.versions.append(Version(entries, reserve, difference))
        return round.versions[-1]

    def _cancel(self, project: str) -> None:
        """A renewed project loses its old money on every list that carries it."""
        for round in self.rounds.values():
            if round.versions and round.status.get(project) == "listed":
                round.status[project] = "renewed"
                last = round.versions[-1]
                self._publish(round, {p: years for p, years in last.entries.items() if p != project}, last.reserve)

    def control(self, jurisdiction: str, year: int, fen: int) -> None:
        """一下: finance's control figure takes the place of the ceiling."""
        budget = self.budget(jurisdiction, year)
        demand(not budget.replied, "The budget is replied already.")
        budget.ceiling, budget.controlled = fen, True

    def reply(self, jurisdiction: str, year: int) -> None:
        """二下: refused until the locked lists (一上) fit the control figure."""
        budget = self.budget(jurisdiction, year)
        demand(budget.controlled and not budget.replied, "There is no control figure to reply to.")
        asked = sum(e.fen for e in budget.entries if e.kind == "list")
        demand(
            asked <= budget.ceiling, f"The lists ask for {asked - budget.ceiling} fen too much: a new version must fit."
        )
        budget.replied = True

    def carry_over(self, jurisdiction: str, year: int, project: str, fen: int) -> None:
        """Move unspent money of a project to the next year: a movement, declared by nobody."""
        here = self.budget(jurisdiction, year)
        mine = [e for e in here.entries if e.project == project]
        demand(here.replied and 0 < fen <= sum(e.fen for e in mine), "More than the project has this year.")
        for budget, moved in ((here, -fen), (self.budget(jurisdiction, year + 1), fen)):
            budget.entries.append(replace(mine[0], fen=moved, kind="carry-over"))

    def may_procure(self, jurisdiction: str, project: str) -> bool:
        """Only a project with a line in a replied budget, hence on a locked list."""
        replied = [b for (code, _), b in self.budgets.items() if code == jurisdiction and b.replied]
        return sum(e.fen for b in replied for e in b.entries if e.project == project) > 0

    def close_year(self, jurisdiction: str, year: int) -> None:
        """Reserve projects lapse: their money is held: deferred."""
        for round in self.rounds.values():
            if (round.jurisdiction, round.year) == (jurisdiction, year):
                round.status = {p: "lapsed" if s == "reserve" else s for p, s in round.status.items()}

    def _demand_head(self, person: str, round: Round) -> None:
        authority = self.jurisdictions[round.jurisdiction].authority
        demand(self.people.get(person, {}).get(authority) == "head", "Only the authority's head does this.")

    # -- the proof

    def reconcile(self) -> list[str]:
        """Recompute everything from lines, live decisions and transfers; name each row that differs."""
        return [*self._wrong_lines(), *self._wrong_components(), *self._wrong_owners(), *self._wrong_rows()]

    def _wrong_lines(self) -> Iterator[str]:
        for line in self.lines.values():
            if line.declared is not None and sum(self.split(line.code).values()) != line.declared:
                yield f"line {line.code}: declared {line.declared}, stands {dict(self.split(line.code))}"

    def _wrong_components(self) -> Iterator[str]:
        for round in self.rounds.values():
            if round.stale:
                continue
            now, stored = self._built(round.determined), round.components
            for key in sorted(now.keys() | stored.keys()):
                if Counter(now.get(key)) != Counter(stored.get(key)):
                    yield f"component {' / '.join(key)} of {round.code}: {stored.get(key)}, decided {now.get(key)}"
            built = {key: money for key, money in stored.items() if round.status.get(key[0]) not in GONE}
            funded, parts = sum(self._funding(built).values()), self.figures(round.determined)
            if funded != parts["own"] + parts["transferred"]:
                yield f"round {round.code}: projects {funded}, own {parts['own']}, transferred {parts['transferred']}"

    def _wrong_owners(self) -> Iterator[str]:
        for (jurisdiction, year), budget in self.budgets.items():
            for e in budget.entries:
                if e.owner != self.jurisdictions[jurisdiction].authority:
                    yield f"budget {jurisdiction}-{year}: a line of {e.owner}"

    def _wrong_rows(self) -> Iterator[str]:
        rows: Counter[tuple[str, str, int]] = Counter()
        for (_jurisdiction, year), budget in self.budgets.items():
            for e in budget.entries:
                if e.kind == "list":
                    rows[e.round, e.project, year] += e.fen
        for round in self.rounds.values():
            for project, years in (round.versions[-1].entries if round.versions else {}).items():
                rows.subtract({(round.code, project, year): fen for year, fen in years.items()})
        for key, fen in rows.items():
            if fen:
                yield f"budget row {' / '.join(map(str, key))}: differs by {fen}"
