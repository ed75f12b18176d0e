"""Planning an act: what a reviewer writes for each line, and the amounts that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Capability, System
from common import audit
from common.errors import DomainError, demand
from common.money import ZERO, apportion, half_up
from governance.models import FundingSource, Jurisdiction, User
from governance.services.numbers import next_record_number
from projects.models import Component, Line
from projects.models.line import Money
from reviews.models import Act, ActEditor, Condition, Disposition, DispositionMoney
from reviews.queries.decisions import followers_of, standing_of
from reviews.services.register import lock_register
from reviews.states import ACT_MOVES, BUILT, MOVED, ActStatus, DispositionKind, MoneyPart


@dataclass(frozen=True)
class Choice:
    """What a reviewer writes into a plan for one line; amounts (yuan) left out are computed."""

    line: int
    kind: str
    own: Decimal | None = None
    moved: Decimal = ZERO
    target_line: int | None = None
    target_component: int | None = None
    capability: int | None = None
    system: int | None = None
    moved_sources: Mapping[str, Decimal] | None = None
    conditions: tuple[tuple[str, date | None], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Draft:
    """A computed disposition that is not stored yet."""

    line: Line
    choice: Choice
    own_money: Money
    moved_money: Money
    target_line: Line | None
    target_component: Component | None

    @property
    def kind(self) -> str:
        return self.choice.kind

    @property
    def capability_id(self) -> int | None:
        return self.choice.capability

    @property
    def own(self) -> Decimal:
        return sum(self.own_money.values(), ZERO)

    @property
    def moved(self) -> Decimal:
        return sum(self.moved_money.values(), ZERO)


Decided = Callable[[int], "Disposition | Draft | None"]


@transaction.atomic
def plan(reason: str, choices: Iterable[Choice], *, by: User, title: str = "") -> Act:
    """Write a plan: nothing changes for any line before it is proposed and confirmed.

    Lines that go into a line which now moves are taken along. Refused when amounts do not
    fit, an amount is unknown, or the lines belong to different jurisdictions.
    """
    choices = list(choices)
    demand(choices, _("Choose at least one line to decide."))
    jurisdiction = _one_jurisdiction(choice.line for choice in choices)
    lock_register(jurisdiction.pk)
    demand(by.is_judge_of(jurisdiction.pk), _("Only a reviewer or head of the authority plans an act."))
    year = _year_of(choices[0].line)
    act = Act.objects.create(
        jurisdiction=jurisdiction,
        number=next_record_number("TC", jurisdiction, year),
        title=title,
        reason=reason,
        created_by=by,
    )
    _write(act, choices, by=by)
    audit.record("act.planned", act, by=by, lines=len(choices))
    return act


@transaction.atomic
def edit(
    act: Act,
    choices: Iterable[Choice],
    *,
    by: User,
    reason: str | None = None,
    title: str | None = None,
    version: int | None = None,
) -> Act:
    """Replace the contents of a plan; whoever edits never confirms it."""
    lock_register(act.jurisdiction_id)
    act = Act.objects.locked(act.pk)
    act.demand_version(version)
    demand(act.status == ActStatus.PLANNED, _("Only a plan is edited: take the proposal back first."))
    demand(by.is_judge_of(act.jurisdiction_id), _("Only a reviewer or head of the authority edits a plan."))
    choices = list(choices)
    demand(choices, _("Choose at least one line to decide."))
    jurisdiction = _one_jurisdiction(choice.line for choice in choices)
    demand(jurisdiction.pk == act.jurisdiction_id, _("An act belongs to one jurisdiction."))
    act.reason = act.reason if reason is None else reason
    act.title = act.title if title is None else title
    act.dispositions.all().delete()
    _write(act, choices, by=by)
    act.bump("reason", "title")
    audit.record("act.edited", act, by=by, lines=len(choices))
    return act


@transaction.atomic
def discard(act: Act, *, by: User, version: int | None = None) -> Act:
    """Give a plan up; it stays in the records without its dispositions."""
    lock_register(act.jurisdiction_id)
    act = Act.objects.locked(act.pk)
    act.demand_version(version)
    ACT_MOVES.check(act.status, ActStatus.DISCARDED)
    act.dispositions.all().delete()
    act.status = ActStatus.DISCARDED
    act.bump("status")
    audit.record("act.discarded", act, by=by)
    return act


def draft(choices: Iterable[Choice]) -> list[Draft]:
    """Compute amounts and sources, and take along the lines that go into a line that now moves."""
    wanted: dict[int | None, Choice] = {}
    for choice in choices:
        demand(choice.line not in wanted, _("A line is decided twice in this act."))
        wanted[choice.line] = choice
    followers = [d for d in followers_of(wanted) if d.line_id not in wanted and wanted[d.target_line_id].kind in MOVED]
    lines = Line.objects.with_money().in_bulk([*wanted, *(d.line_id for d in followers)])
    demand(len(lines) == len(wanted) + len(followers), _("A line of this act does not exist any more."))
    leans = {base for line in lines.values() for base in line.base_ids}
    standing = standing_of([*lines, *leans])
    drafted: dict[int | None, Draft] = {}

    def decided(pk: int) -> Disposition | Draft | None:
        return drafted.get(pk) or standing.get(pk)

    for pk in sorted(lines.keys() & wanted.keys()):
        drafted[pk] = _compute(lines[pk], wanted[pk], decided)
    for d in followers:
        via = drafted[d.target_line_id]
        pays = via.target_line or via.target_component
        choice = Choice(
            d.line_id,
            via.kind,
            d.own,
            d.moved if pays else ZERO,
            target_line=via.choice.target_line,
            target_component=via.choice.target_component,
            capability=via.choice.capability,
        )
        drafted[d.line_id] = _compute(lines[d.line_id], choice, decided)
    return list(drafted.values())


def allowance(line: Line, part: str, decided: Decided) -> Decimal:
    """What a rate-based line may claim: its rate of what its base still has in the same part."""
    base = [decided(pk) for pk in line.base_ids]
    demand(
        all(base),
        _("%(line)s is a rate of other lines: decide these first, or in the same act.") % {"line": line},
    )
    return half_up((line.rate or ZERO) * sum((getattr(d, part) for d in base), ZERO))


def may_pay(source: FundingSource, target: Line | Component | None) -> bool:
    """Earmarked money (上级专项) goes only to a component that serves its purpose."""
    if target is None or not source.is_earmarked:
        return True
    return source.purpose in {earmark.purpose for earmark in target.earmarks.all()}


def _compute(line: Line, choice: Choice, decided: Decided) -> Draft:
    demand(choice.kind in DispositionKind.values, _("There is no such disposition."))
    money = line.money
    if money is None or line.declared is None:
        raise DomainError(_("The amount of %(line)s is unknown: ask the department for it first.") % {"line": line})
    target_line, target_component = _target_of(choice)
    own = choice.own
    if own is None:
        own = line.declared - choice.moved if choice.kind in BUILT else ZERO
        if line.rate is not None and choice.kind in BUILT:
            own = min(own, allowance(line, "own", decided))
    demand(min(own, choice.moved) >= 0, _("Amounts are not negative."))
    demand(own + choice.moved <= line.declared, _("%(line)s: more than was declared.") % {"line": line})
    _demand_shape(choice, own, pays=bool(target_line or target_component))
    demand(target_line != line, _("%(target)s cannot receive %(line)s.") % {"target": line, "line": line})
    moved_money = _moved_sources(line, money, choice, target_line or target_component)
    left = {code: amount - moved_money.get(code, ZERO) for code, amount in money.items()}
    fits = sum(moved_money.values(), ZERO) == choice.moved and min(left.values(), default=ZERO) >= 0
    demand(fits, _("%(line)s: the sources do not add up to the transfer.") % {"line": line})
    return Draft(line, choice, apportion(own, left), moved_money, target_line, target_component)


def _demand_shape(choice: Choice, own: Decimal, *, pays: bool) -> None:
    """What no decision on any line may look like (the database refuses it too)."""
    demand(choice.kind in MOVED or not choice.moved, _("Only a merge or a strip transfers money."))
    demand(choice.kind != DispositionKind.REJECT or not own, _("A reject leaves no own part."))
    demand(pays or not choice.moved, _("The capability runs already: it takes no money."))


def _target_of(choice: Choice) -> tuple[Line | None, Component | None]:
    """The component that a choice pays into: named by a merge, the capability's own for a strip."""
    if choice.kind == DispositionKind.MERGE:
        line = Line.objects.with_money().filter(pk=choice.target_line).first() if choice.target_line else None
        component = (
            Component.objects.select_related("project").filter(pk=choice.target_component).first()
            if choice.target_component
            else None
        )
        demand(line or component, _("Name the component that the module goes into."))
        demand(not (line and component), _("A decision names one target: money for two targets is two lines."))
        return line, component
    if choice.kind == DispositionKind.STRIP:
        capability = Capability.objects.filter(pk=choice.capability or 0).first()
        if capability is None:
            raise DomainError(_("Name a capability of the catalog."))
        if not capability.is_running:
            builder = Line.objects.with_money().filter(builds=capability).first()
            demand(
                builder,
                _("Nothing builds “%(capability)s” yet: the authority declares it first.") % {"capability": capability},
            )
            return builder, None
    if choice.kind == DispositionKind.REUSE:
        demand(System.objects.filter(pk=choice.system or 0).exists(), _("Name a system of the inventory."))
    return None, None


def _moved_sources(line: Line, money: Money, choice: Choice, target: Line | Component | None) -> Money:
    """The sources of a transfer: as edited, else in proportion over what may pay the target."""
    if choice.moved_sources:
        return dict(choice.moved_sources)
    sources = {row.source.code: row.source for row in line.sources.all()}
    payable = {code: amount for code, amount in money.items() if may_pay(sources[code], target)}
    demand(
        choice.moved <= sum(payable.values(), ZERO),
        _("%(line)s: its earmarked money does not serve the purpose of the target.") % {"line": line},
    )
    return apportion(choice.moved, payable)


def _write(act: Act, choices: Iterable[Choice], *, by: User) -> None:
    ActEditor.objects.get_or_create(act=act, user=by)
    sources = {source.code: source for source in act.jurisdiction.funding_sources.all()}
    shares, conditions = [], []
    for item in draft(choices):
        row = Disposition.objects.create(
            act=act,
            line=item.line,
            kind=item.kind,
            own=item.own,
            moved=item.moved,
            saved=item.line.declared - item.own - item.moved,
            target_line=item.target_line,
            target_component=item.target_component,
            capability_id=item.choice.capability if item.kind == DispositionKind.STRIP else None,
            system_id=item.choice.system if item.kind == DispositionKind.REUSE else None,
            note=item.choice.note,
        )
        for part, money in ((MoneyPart.OWN, item.own_money), (MoneyPart.MOVED, item.moved_money)):
            shares += [
                DispositionMoney(disposition=row, part=part, source=_named(sources, code), amount=amount)
                for code, amount in money.items()
            ]
        conditions += [Condition(disposition=row, text=text, due_on=due) for text, due in item.choice.conditions]
    DispositionMoney.objects.bulk_create(shares)
    Condition.objects.bulk_create(conditions)


def _named(sources: Mapping[str, FundingSource], code: str) -> FundingSource:
    if code not in sources:
        raise DomainError(_("There is no funding source “%(code)s”.") % {"code": code})
    return sources[code]


def _one_jurisdiction(lines: Iterable[int]) -> Jurisdiction:
    found = list(Jurisdiction.objects.filter(rounds__applications__lines__in=list(lines)).order_by("pk").distinct())
    demand(len(found) == 1, _("An act belongs to one jurisdiction."))
    return found[0]


def _year_of(line: int) -> int:
    return Line.objects.values_list("application__round__year", flat=True).get(pk=line)
