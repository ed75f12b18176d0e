"""The reference model and the product, driven by the same verbs and compared after each.

`Twin` is a `Register` whose verbs also run the product's services. Both must refuse, or both must
do it; then every line, act, list and budget row must say the same, to the fen.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from budgets.models import Budget
from budgets.queries.reconcile import reconcile
from budgets.services import budget as budgets
from budgets.services.lock import lock, locked_reserve
from catalog.models import Capability, System
from catalog.states import CapabilityKind, CapabilityStatus
from common.errors import DomainError
from common.money import from_fen, to_fen
from governance.models import Department, FundingSource, Jurisdiction, Membership, Round, User
from governance.states import DepartmentKind, Role, SourceKind
from projects.models import Application, Component, Line, LineBase, LineSource, Project
from projects.states import ApplicationStatus, LineKind
from reviews.models import Act, AnnualList, Finding, Intake, PairVerdict
from reviews.queries.lists import locked_entries, outcomes, project_code
from reviews.queries.standing import rolled_up, stand
from reviews.services import acts, endings
from reviews.services.determination import determine, list_of, plan_years
from reviews.services.plan import Choice, edit, plan
from reviews.states import Band, OpinionState, Pool
from tests.reference import records
from tests.reference.model import Register
from tests.reference.records import EARMARK, Refused

OUTCOME = {"under review": "under_review", "served by existing": "served"}
LATER = date(2100, 1, 1)


class World:
    """The product's half: rows by the reference's codes."""

    def __init__(self, register: Register) -> None:
        self.jurisdictions: dict[str, Jurisdiction] = {}
        self.departments: dict[str, Department] = {}
        self.users: dict[str, User] = {}
        self.sources: dict[tuple[str, str], FundingSource] = {}
        self.rounds: dict[str, Round] = {}
        self.applications: dict[str, int] = {}
        self.lines: dict[str, int] = {}
        self.acts: dict[int, int] = {}
        self.unplannable: set[int] = set()
        self._found(register)

    def _found(self, register: Register) -> None:
        for code, one in register.jurisdictions.items():
            upper = self.jurisdictions.get(one.upper or "")
            here = Jurisdiction.objects.create(code=code, name=code, parent=upper)
            self.jurisdictions[code] = here
            here.authority = self.department(one.authority, code, DepartmentKind.AUTHORITY)
            here.save()
            Membership.objects.create(
                user=self.user(f"{code}-finance"),
                department=self.department(f"{code}-treasury", code, DepartmentKind.FINANCE),
                role=Role.FINANCE,
            )
        for code, round in register.rounds.items():
            batch = (
                Round.objects.filter(jurisdiction=self.jurisdictions[round.jurisdiction], year=round.year).count() + 1
            )
            self.rounds[code] = Round.objects.create(
                jurisdiction=self.jurisdictions[round.jurisdiction], year=round.year, batch=batch, name=code
            )
        for code, owner in register.systems.items():
            System.objects.create(code=code, name=code, owner=self.department(owner))
        for code, one in register.capabilities.items():
            Capability.objects.create(
                code=code, name=code, kind=CapabilityKind.DATA, jurisdiction=self.jurisdictions["city"],
                provider=self.department(one.provider), built_centrally="x", services_offered="x", department_builds="x",
                status=CapabilityStatus.PLANNED if one.component else CapabilityStatus.AVAILABLE,
            )  # fmt: skip
        for code, work in register.works.items():
            project = Project.objects.create(
                code=work.project, name=work.project, jurisdiction=self.jurisdictions[work.jurisdiction],
                lead=self.department(work.lead), is_inherited=True,
            )  # fmt: skip
            Component.objects.create(project=project, code=code, name=code)

    def department(self, code: str, jurisdiction: str = "", kind: str = DepartmentKind.DEPARTMENT) -> Department:
        if code not in self.departments:
            where = jurisdiction or ("district" if code.startswith("district") else "city")
            self.departments[code] = Department.objects.create(
                jurisdiction=self.jurisdictions[where], code=code, name=code, kind=kind
            )
        return self.departments[code]

    def user(self, name: str) -> User:
        if name not in self.users:
            self.users[name] = User.objects.create(username=name)
        return self.users[name]

    def source(self, jurisdiction: str, code: str) -> FundingSource:
        key = jurisdiction, code
        if key not in self.sources:
            purpose = code.removeprefix(EARMARK) if code.startswith(EARMARK) else ""
            self.sources[key], _ = FundingSource.objects.get_or_create(
                jurisdiction=self.jurisdictions[jurisdiction], code=code,
                defaults={"name": code, "purpose": purpose, "kind": SourceKind.SUPERIOR if purpose else SourceKind.OTHER},
            )  # fmt: skip
        return self.sources[key]

    def acting(self, name: str, *places: str) -> User:
        """The person, fresh, acting in the first of these departments where they have a role."""
        user = User.objects.get(pk=self.user(name).pk)
        for place in places:
            if membership := next((m for m in user.roles if m.department.code == place), None):
                user.acting_membership = membership
                break
        return user

    def act(self, number: int) -> Act:
        return Act.objects.get(pk=self.acts[number])

    def line(self, code: str | None) -> int | None:
        return self.lines.get(code or "")


class Twin(Register):
    """Every verb runs in both; a difference is an AssertionError."""

    world: World
    inside = False

    def mirror(self) -> Twin:
        """Build the product's half once the city is set up."""
        Twin.world = World(self)
        return self

    # -- running both

    def both(self, verb: str, mine: Any, product: Any, *, follows: bool = False) -> Any:
        """Run the reference's verb and the product's; compare refusal with refusal, state with state.

        With ``follows`` the product only takes over what the reference accepted: data that is entered.
        """
        if Twin.inside:
            return mine()
        self._sync()
        Twin.inside = True
        refused = result = None
        try:
            result = mine()
        except Refused as error:
            refused = error
        finally:
            Twin.inside = False
        if refused and follows:
            raise refused
        said = self._said_by(product, result, keep=not refused)
        assert bool(refused) == bool(said), f"{verb}: reference says {refused!r}, product says {said!r}"
        if refused:
            raise refused
        self.compare(verb)
        return result

    def _said_by(self, product: Any, result: Any, *, keep: bool) -> DomainError | None:
        """The product's refusal, if any; without ``keep`` nothing of it stays."""
        try:
            with transaction.atomic():
                product(result)
                transaction.set_rollback(not keep)
        except DomainError as error:
            return error
        return None

    def _sync(self) -> None:
        """What tests set by hand in the reference: roles, ceilings, matches without a verdict."""
        world = Twin.world
        for name, roles in self.people.items():
            for place, role in roles.items():
                Membership.objects.get_or_create(user=world.user(name), department=world.department(place), role=role)
        for (code, year), budget in self.budgets.items():
            row = budgets.budget_of(world.jurisdictions[code], year)
            if budget.ceiling is not None:
                Budget.objects.filter(pk=row.pk).update(ceiling=from_fen(budget.ceiling))
        wanted = {world.lines[line]: match for line, match in self.unjudged}
        Finding.objects.exclude(line__in=wanted).delete()
        for line, match in wanted.items():
            Finding.objects.get_or_create(
                line_id=line,
                pair_key=match,
                defaults={"band": Band.LIKELY, "pool": Pool.EARLIER, "capability": Capability.objects.first()},
            )
        assert not PairVerdict.objects.exists()

    def _authority(self, line: str) -> str:
        return self.jurisdictions[self.round_of(line).jurisdiction].authority

    def _judge(self, name: str, act: records.Act) -> User:
        return Twin.world.acting(name, *{self._authority(d.line) for d in act.dispositions})

    def _head(self, name: str, round: str) -> User:
        return Twin.world.acting(name, self.jurisdictions[self.rounds[round].jurisdiction].authority)

    # -- applying

    def apply(self, application: Any, lines: list[Any]) -> Any:
        return self.both(
            "apply",
            lambda: super(Twin, self).apply(application, lines),
            lambda made: self._enter(made, lines),
            follows=True,
        )

    def _enter(self, application: Any, lines: list[Any]) -> None:
        world, a = Twin.world, application
        renewed = world.applications.get(a.renews or "")
        row = Application.objects.create(
            number=a.code, name=a.code, round=world.rounds[a.round], department=world.department(a.department),
            drafter=world.user(a.drafter), kind=a.kind, status=ApplicationStatus.CONSOLIDATION, submitted_at=timezone.now(),
            system=System.objects.filter(code=a.system).first(), continues=self._product_project(a.continues), renews_id=renewed,
        )  # fmt: skip
        world.applications[a.code] = row.pk
        builder = {c.component: code for code, c in self.capabilities.items() if c.component}
        for number, one in enumerate(lines, 1):
            line = Line.objects.create(
                application=row, sequence=number, name=one.code, kind=LineKind.MODULE if one.is_module else LineKind.HARDWARE,
                rate=Decimal(one.rate.numerator) / Decimal(one.rate.denominator) if one.rate is not None else None,
                builds=Capability.objects.get(code=builder[one.code]) if one.code in builder else None,
            )  # fmt: skip
            world.lines[one.code] = line.pk
            purposes = self.purposes.get(one.code, set())
            line.earmarks.set(world.source(self.rounds[a.round].jurisdiction, EARMARK + p) for p in purposes)
        for one in lines:
            Line.objects.filter(pk=world.lines[one.code]).update(serves=world.line(one.serves))
            LineBase.objects.bulk_create(
                LineBase(line_id=world.lines[one.code], base_id=world.lines[b]) for b in one.base
            )
        self._enter_money(a.code)

    def _enter_money(self, application: str) -> None:
        round = self.rounds[self.applications[application].round]
        for one in self.lines_of({application}):
            pk = Twin.world.lines[one.code]
            LineSource.objects.filter(line_id=pk).delete()
            Line.objects.filter(pk=pk).update(declared=None if one.declared is None else from_fen(one.declared))
            for code, fen in (one.sources or {}).items():
                source = Twin.world.source(round.jurisdiction, code)
                LineSource.objects.create(line_id=pk, source=source, year=round.year, amount=from_fen(fen))

    def _product_project(self, code: str | None) -> Project | None:
        return Project.objects.get(code=self._project_code(code)) if code else None

    def _project_code(self, code: str) -> str:
        """P-A in the reference is XM-A in the product; an inherited project keeps its code."""
        if any(code == work.project for work in self.works.values()):
            return code
        pk = Twin.world.applications[code.removeprefix("P-")]
        return project_code(Application.objects.get(pk=pk))

    def supply(self, code: str, sources: Any) -> None:
        self.both(
            "supply",
            lambda: super(Twin, self).supply(code, sources),
            lambda _: self._enter_money(self.lines[code].application),
            follows=True,
        )

    def end(self, code: str, status: str, *, by: str, second: str | None = None) -> None:
        def product(_: Any) -> None:
            self._end_product(code, status, by=by, second=second)

        self.both("end", lambda: super(Twin, self).end(code, status, by=by, second=second), product)

    def _end_product(self, code: str, status: str, *, by: str, second: str | None, to: Round | None = None) -> None:
        world = Twin.world
        application = Application.objects.get(pk=world.applications[code])
        if status == "withdrawn":
            endings.withdraw(application, by=world.acting(by, application.department.code), reason="x")
            return
        place = self.jurisdictions[self.rounds[self.applications[code].round].jurisdiction].authority
        request = endings.ask_end(application, status, by=world.acting(by, place), reason="x", to_round=to)
        endings.grant_end(request, by=world.acting(second or by, place))

    def escalate(self, code: str, to: str, *, by: str, second: str) -> Any:
        def product(made: Any) -> None:
            world = Twin.world
            before = self.applications[code]
            self._end_product(code, "escalated", by=by, second=second, to=world.rounds[to])
            new = Application.objects.get(escalated_from=world.applications[code])
            Intake.objects.filter(application=new).update(screened_at=timezone.now())
            Application.objects.filter(pk=new.pk).update(status=ApplicationStatus.CONSOLIDATION)
            world.applications[made.code] = new.pk
            for old, copy in zip(self.lines_of({before.code}), new.lines.order_by("pk"), strict=True):
                world.lines[f"{old.code}^"] = copy.pk

        return self.both("escalate", lambda: super(Twin, self).escalate(code, to, by=by, second=second), product)

    # -- acts

    def _choices(self, choices: Any) -> list[Choice]:
        world = Twin.world
        found = []
        for c in choices:
            place = Component.objects.filter(code=c.target, line__isnull=True).first() if c.kind == "merge" else None
            capability = Capability.objects.filter(code=c.target).first() if c.kind == "strip" else None
            system = System.objects.filter(code=c.target).first() if c.kind == "reuse" else None
            found.append(
                Choice(
                    line=world.lines[c.line], kind=c.kind, own=None if c.own is None else from_fen(c.own), moved=from_fen(c.moved),
                    target_line=world.line(c.target) if c.kind == "merge" else None, target_component=place.pk if place else None,
                    capability=capability.pk if capability else None, system=system.pk if system else None,
                    moved_sources={s: from_fen(fen) for s, fen in c.moved_sources.items()} if c.moved_sources else None,
                    conditions=tuple((text, None) for text in c.conditions),
                )
            )  # fmt: skip
        return found

    def plan(self, by: str, reason: str, *choices: Any) -> Any:
        """The product may refuse already in the plan what the reference refuses when it is proposed."""
        place = {self._authority(c.line) for c in choices if c.line in self.lines}

        def product(act: Any) -> None:
            number = act.number if act else 0
            try:
                with transaction.atomic():
                    row = plan(reason, self._choices(choices), by=Twin.world.acting(by, *place))
            except DomainError:
                if not act:
                    raise
                Twin.world.unplannable.add(number)
            else:
                Twin.world.acts[number] = row.pk

        return self.both("plan", lambda: super(Twin, self).plan(by, reason, *choices), product)

    def edit(self, act: Any, by: str, *choices: Any) -> None:
        def product(_: Any) -> None:
            edit(Twin.world.act(act.number), self._choices(choices), by=self._judge(by, act))

        self.both("edit", lambda: super(Twin, self).edit(act, by, *choices), product)

    def propose(self, act: Any, by: str) -> None:
        def product(_: Any) -> None:
            if act.number in Twin.world.unplannable:
                raise DomainError("refused in the plan")
            self._prune(act)
            acts.propose(Twin.world.act(act.number), by=self._judge(by, act))

        self.both("propose", lambda: super(Twin, self).propose(act, by), product)

    def _prune(self, act: Any) -> None:
        """A test takes a line out of the reference's plan by hand."""
        kept = [Twin.world.lines[d.line] for d in act.dispositions]
        Twin.world.act(act.number).dispositions.exclude(line__in=kept).delete()

    def take_back(self, act: Any, by: str) -> None:
        self.both(
            "take_back",
            lambda: super(Twin, self).take_back(act, by),
            lambda _: acts.take_back(self._product_act(act), by=self._judge(by, act)),
        )

    def _product_act(self, act: Any) -> Act:
        if act.number in Twin.world.unplannable:
            raise DomainError("refused in the plan")
        return Twin.world.act(act.number)

    def confirm(self, act: Any, by: str) -> None:
        self.both(
            "confirm",
            lambda: super(Twin, self).confirm(act, by),
            lambda _: acts.confirm(self._product_act(act), by=self._judge(by, act)),
        )

    def agree(self, act: Any, department: str) -> None:
        place = Twin.world.department(department)
        self.both(
            "agree",
            lambda: super(Twin, self).agree(act, department),
            lambda _: acts.agree(self._product_act(act), place, by=Twin.world.user("clerk")),
        )

    def contest(self, act: Any, department: str) -> None:
        place = Twin.world.department(department)
        self.both(
            "contest",
            lambda: super(Twin, self).contest(act, department),
            lambda _: acts.contest(self._product_act(act), place, by=Twin.world.user("clerk"), text="no"),
        )

    def close_opinions(self, act: Any) -> None:
        self.both(
            "close_opinions",
            lambda: super(Twin, self).close_opinions(act),
            lambda _: acts.close_opinions(self._product_act(act), today=LATER),
        )

    def settle(self, act: Any, by: str, *, uphold: bool) -> None:
        self.both(
            "settle",
            lambda: super(Twin, self).settle(act, by, uphold=uphold),
            lambda _: acts.settle(self._product_act(act), uphold=uphold, by=self._judge(by, act), reason="x"),
        )

    def ask_undo(self, act: Any, by: str) -> None:
        self.both(
            "ask_undo",
            lambda: super(Twin, self).ask_undo(act, by),
            lambda _: acts.ask_undo(self._product_act(act), by=self._judge(by, act)),
        )

    def undo(self, act: Any, by: str) -> None:
        self.both(
            "undo",
            lambda: super(Twin, self).undo(act, by),
            lambda _: acts.undo(self._product_act(act), by=self._judge(by, act)),
        )

    # -- lists and budget

    def determine(self, code: str, applications: Any, *, by: str, reserve: Any = frozenset()) -> None:
        def product(_: Any) -> None:
            rows = Application.objects.filter(pk__in=[Twin.world.applications[a] for a in applications])
            names = {self._project_code(p) for p in reserve}
            determine(Twin.world.rounds[code], rows, by=self._head(by, code), reserve=names)

        self.both("determine", lambda: super(Twin, self).determine(code, applications, by=by, reserve=reserve), product)

    def plan_years(self, code: str, project: str, later: Any, *, by: str) -> None:
        def product(_: Any) -> None:
            row = self._product_project(project)
            assert row is not None
            years = {year: from_fen(fen) for year, fen in later.items()}
            plan_years(list_of(Twin.world.rounds[code]), row, years, by=self._head(by, code))

        self.both("plan_years", lambda: super(Twin, self).plan_years(code, project, later, by=by), product)

    def lock(self, code: str, *, by: str) -> Any:
        return self.both(
            "lock",
            lambda: super(Twin, self).lock(code, by=by),
            lambda _: lock(list_of(Twin.world.rounds[code]), by=self._head(by, code)),
        )

    def _treasurer(self, jurisdiction: str) -> User:
        return Twin.world.acting(f"{jurisdiction}-finance", f"{jurisdiction}-treasury")

    def _product_budget(self, jurisdiction: str, year: int) -> Budget:
        return budgets.budget_of(Twin.world.jurisdictions[jurisdiction], year)

    def control(self, jurisdiction: str, year: int, fen: int) -> None:
        def product(_: Any) -> None:
            budgets.control(self._product_budget(jurisdiction, year), from_fen(fen), by=self._treasurer(jurisdiction))

        self.both("control", lambda: super(Twin, self).control(jurisdiction, year, fen), product)

    def reply(self, jurisdiction: str, year: int) -> None:
        def product(_: Any) -> None:
            budgets.reply(self._product_budget(jurisdiction, year), by=self._treasurer(jurisdiction))

        self.both("reply", lambda: super(Twin, self).reply(jurisdiction, year), product)

    def carry_over(self, jurisdiction: str, year: int, project: str, fen: int) -> None:
        def product(_: Any) -> None:
            row = self._product_project(project)
            assert row is not None
            head = Twin.world.acting("head", self.jurisdictions[jurisdiction].authority)
            budgets.carry_over(self._product_budget(jurisdiction, year), row, from_fen(fen), by=head)

        self.both("carry_over", lambda: super(Twin, self).carry_over(jurisdiction, year, project, fen), product)

    def close_year(self, jurisdiction: str, year: int) -> None:
        self.both(
            "close_year",
            lambda: super(Twin, self).close_year(jurisdiction, year),
            lambda _: budgets.close_year(Twin.world.jurisdictions[jurisdiction], year, by=None),
        )

    # -- the same everywhere

    def compare(self, verb: str) -> None:
        """Every line, act, outcome, list and budget row says the same in both."""
        world = Twin.world
        code_of = {pk: code for code, pk in world.lines.items()}
        for standing in stand(Line.objects.filter(pk__in=code_of)):
            mine, parts = self.split(code_of[standing.line]), standing.parts
            theirs = Counter({"own": to_fen(parts.own), "transferred": to_fen(parts.transferred)})
            theirs.update({f"saved: {cause}": to_fen(amount) for cause, amount in parts.saved.items()})
            theirs.update({f"held: {cause}": to_fen(amount) for cause, amount in parts.held.items()})
            assert +mine == +theirs, f"after {verb}, line {code_of[standing.line]}"
        sums = {code: to_fen(parts.declared) for code, parts in rolled_up().items()}
        assert sums == {code: parts["declared"] for code, parts in self.rolled_up().items()}, f"after {verb}"
        self._compare_acts(verb)
        self._compare_lists(verb)
        self._compare_budgets(verb)
        assert reconcile().differences == [], f"after {verb}"

    def _compare_acts(self, verb: str) -> None:
        world = Twin.world
        rows = {
            act.pk: act
            for act in Act.objects.filter(pk__in=world.acts.values()).prefetch_related("opinions__department")
        }
        for act in self.acts:
            if act.number not in world.acts:
                continue
            row = rows[world.acts[act.number]]
            assert (row.status, row.is_sealed) == (act.state, act.sealed), f"after {verb}, act {act.number}"
            awaiting = {o.department.code for o in row.opinions.all() if o.state == OpinionState.AWAITING}
            if act.state in {"confirmed", "contested"}:
                assert awaiting == act.awaiting, f"after {verb}, act {act.number}"
        applications = {a.pk: a for a in Application.objects.select_related("continues", "project")}
        found = outcomes(applications.values())
        for code, pk in world.applications.items():
            mine = self.outcome(code)
            assert found[pk] == OUTCOME.get(mine, mine), f"after {verb}, application {code}"

    def _compare_lists(self, verb: str) -> None:
        for code, round in self.rounds.items():
            row = AnnualList.objects.filter(round=Twin.world.rounds[code]).first()
            if row is None:
                assert not round.status and not round.versions
                continue
            statuses = dict(row.projects.values_list("project__code", "status"))
            assert statuses == {self._project_code(p): s for p, s in round.status.items()}, f"after {verb}, {code}"
            assert row.is_stale == round.stale, f"after {verb}, {code}"
            funding: Counter[tuple[str, str]] = Counter()
            for project, source, amount in row.funding.values_list(
                "component__project__code", "source__code", "amount"
            ):
                funding[project, source] += to_fen(amount)
            mine: Counter[tuple[str, str]] = Counter()
            for (project, _), money in round.components.items():
                for source, fen in money.items():
                    mine[self._project_code(project), source] += fen
            assert +funding == +mine, f"after {verb}, {code}"
            assert row.versions.count() == len(round.versions), f"after {verb}, {code}"
            if round.versions:
                last = round.versions[-1]
                wanted = {
                    self._project_code(p): {y: from_fen(f) for y, f in years.items() if f or y == round.year}
                    for p, years in last.entries.items()
                }
                assert locked_entries(row) == wanted, f"after {verb}, {code}"
                assert locked_reserve(row) == {self._project_code(p) for p in last.reserve}

    def _compare_budgets(self, verb: str) -> None:
        for (code, year), budget in self.budgets.items():
            row = Budget.objects.filter(jurisdiction=Twin.world.jurisdictions[code], year=year).first()
            mine: Counter[tuple[str, str]] = Counter()
            for e in budget.entries:
                mine[self._project_code(e.project), e.kind.replace("-", "_")] += e.fen
            theirs: Counter[tuple[str, str]] = Counter()
            for project, kind, amount in row.entries.values_list("project__code", "kind", "amount") if row else ():
                theirs[project, kind] += to_fen(amount)
            clean = {key: fen for key, fen in mine.items() if fen}
            assert {key: fen for key, fen in theirs.items() if fen} == clean, f"after {verb}, budget {code} {year}"
            if row:
                assert row.is_replied == budget.replied
