"""The desk of a reviewer: what the workbench shows of one case, and the plan as it is being written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from common.errors import DomainError
from governance.models import Round
from projects.models import Application
from projects.views.record import unit_of
from reviews.forms.plan import LineForm, PlanForm, choices_from, initial_of
from reviews.forms.workbench import WantedForm
from reviews.models import Act, Cluster, Disposition
from reviews.queries import workbench as queries
from reviews.queries.capacity import shortages
from reviews.queries.case import Bench, Case, Member, bench, of_act, of_application, of_cluster, of_lines
from reviews.queries.decisions import live_of
from reviews.queries.effect import Decided, Effect, effect
from reviews.queries.findings import Seen
from reviews.queries.places import Offer, offer
from reviews.queries.precedents import Precedents, precedents
from reviews.services.plan import Choice, draft
from reviews.states import BUILT, ActStatus, Band, DispositionKind

PAGE = 40


@dataclass
class Row:
    """One line on the desk with its form; the amounts are those of the plan as it is now."""

    member: Member
    form: LineForm
    decided: Decided | None = None

    @property
    def has_conditions(self) -> bool:
        return any(text.value() for text, _due in self.form.condition_rows)

    @property
    def saved(self) -> Decimal | None:
        d = self.decided
        return None if d is None or d.line.declared is None else d.line.declared - d.own - d.moved


@dataclass
class Figures:
    """What the plan does to money, and what still stands in its way: conflicts first."""

    effect: Effect | None = None
    refusal: str = ""
    unjudged: list[Seen] = field(default_factory=list)
    pairs: list[dict[str, Any]] = field(default_factory=list)
    unconditional: list[Row] = field(default_factory=list)
    elsewhere: list[Member] = field(default_factory=list)
    taken_along: list[Decided] = field(default_factory=list)
    shortages: list[str] = field(default_factory=list)


@dataclass
class Desk:
    """The list at the left, the case in the middle, the plan at the right."""

    round: Round
    rounds: list[Round]
    filters: WantedForm
    rows: list[queries.ClusterRow]
    shown: list[Any]
    case: Case | None = None
    bench: Bench | None = None
    offer: Offer | None = None
    precedents: Precedents | None = None
    lines: list[Row] = field(default_factory=list)
    items: list[Row] = field(default_factory=list)
    plan: PlanForm | None = None
    figures: Figures = field(default_factory=Figures)

    @property
    def every(self) -> list[Row]:
        return [*self.lines, *self.items]

    @property
    def wanted(self) -> queries.Wanted:
        return self.filters.wanted()

    def page(self, number: str | None) -> Page[Any]:
        """The part of the list that is asked for, else the one in which the case stands."""
        here = self.case.cluster or self.case.application if self.case else None
        at = next((at for at, row in enumerate(self.shown) if here and row.pk == here.pk), 0)
        return Paginator(self.shown, PAGE).get_page(number or at // PAGE + 1)

    def beside(self) -> tuple[int | None, int | None]:
        """The clusters before and after this one in the list, for who walks through it."""
        keys = [row.pk for row in self.shown] if self.wanted.state != queries.SINGLE else []
        here = self.case.cluster.pk if self.case and self.case.cluster else None
        if here not in keys:
            return None, keys[0] if keys else None
        at = keys.index(here)
        return (keys[at - 1] if at else None), (keys[at + 1] if at + 1 < len(keys) else None)

    def lettered(self) -> list[dict[str, Any]]:
        """The pairs in the letters of their members."""
        if self.bench is None:
            return []
        letters = {m.line.pk: m.letter for m in self.bench.members}
        named = [(sorted((letters[p.one], letters[p.other])), p) for p in self.bench.pairs]
        return [{"letters": "–".join(two), **vars(p)} for two, p in sorted(named, key=lambda one: one[0])]

    def is_valid(self) -> bool:
        """Whether all forms can be read."""
        forms = [self.plan, *(row.form for row in self.every)]
        return all(form.is_valid() for form in forms if form)

    def choices(self) -> list[Choice]:
        return choices_from([row.form for row in self.every], self.round.jurisdiction_id)

    def reckon(self) -> None:
        """Compute the plan as it is typed: its amounts, its effect, what stands in its way."""
        if not self.is_valid():
            return
        choices = self.choices()
        if not choices or not self.is_valid():
            return
        try:
            drafts: Iterable[Decided] = draft(choices)
        except DomainError as error:
            self.figures.refusal = str(error)
            self.look({choice.line: choice.kind for choice in choices})
            return
        self.put(list(drafts))

    def put(self, decisions: list[Decided]) -> None:
        """Lay computed or stored decisions beside their lines."""
        by_line = {d.line.pk: d for d in decisions}
        for row in self.every:
            row.decided = by_line.pop(row.member.line.pk, None)
        self.figures.taken_along = list(by_line.values())
        known = [row.member.line for row in self.every]
        here = {line.pk for line in known}
        standing = self.bench.standing if self.bench else {}
        earlier = {**standing, **live_of(d.line.pk for d in decisions if d.line.pk not in here)}
        self.figures.effect = effect(decisions, earlier, known=(line.application for line in known))
        stripped = (d.capability_id for d in decisions if d.kind == DispositionKind.STRIP)
        self.figures.shortages = list(shortages(stripped).values())
        self.look({d.line.pk: d.kind for d in decisions})

    def look(self, kinds: dict[int, str]) -> None:
        """What has to be done before this plan can be proposed."""
        if self.bench is None:
            return
        kept = {pk for pk, kind in kinds.items() if kind in BUILT}
        self.figures.unjudged = [one for one in self.bench.unjudged if one.line in kept]
        sharp = {Band.LIKELY, Band.DOUBTFUL}
        self.figures.pairs = [
            pair
            for pair in self.lettered()
            if not pair["verdict"] and pair["band"] in sharp and kept & {pair["one"], pair["other"]}
        ]
        remediated = {pk for pk, kind in kinds.items() if kind == DispositionKind.REMEDIATE}
        self.figures.unconditional = [
            row for row in self.every if row.member.line.pk in remediated and not row.has_conditions
        ]
        members = [row.member for row in self.every]
        self.figures.elsewhere = [m for m in members if m.line.pk in kinds and m.proposed_in]


def desk(request: HttpRequest, round: Round, rounds: list[Round]) -> Desk:
    """The desk as the address says: ?cluster=, ?application=, ?act= or ?line=…; else the first cluster to do."""
    filters = WantedForm(request.GET, round=round)
    rows = queries.cluster_rows(round)
    wanted = filters.wanted()
    single = wanted.state == queries.SINGLE
    shown: list[Any] = queries.single_rows(round, wanted) if single else queries.choose(rows, wanted)
    found = Desk(round, rounds, filters, rows, shown)
    found.case = _case(request, round) or _first(found, single)
    if found.case and found.case.lines:
        _lay_out(found, request)
    return found


def _case(request: HttpRequest, round: Round) -> Case | None:
    """What the address names, when it is there."""
    if cluster := Cluster.objects.filter(round=round, pk=_number(request, "cluster")).select_related("round").first():
        return of_cluster(cluster)
    act = Act.objects.filter(pk=_number(request, "act"), status=ActStatus.PLANNED, jurisdiction=round.jurisdiction_id)
    if plan := act.first():
        return of_act(plan, round)
    rows = Application.objects.under_way().filter(round=round, pk=_number(request, "application"))
    if application := rows.select_related("round", "department").first():
        return of_application(application, everything=bool(request.GET.get("all")))
    lines = [int(text) for text in request.GET.getlist("line") if text.isascii() and text.isdigit()][:50]
    return of_lines(round, lines, "") if lines else None


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _first(found: Desk, single: bool) -> Case | None:
    if not found.shown:
        return None
    pk = found.shown[0].pk
    if single:
        return of_application(Application.objects.select_related("round", "department").get(pk=pk))
    return of_cluster(Cluster.objects.select_related("round").get(pk=pk))


def _lay_out(found: Desk, request: HttpRequest) -> None:
    """Bench, forms and figures of the case."""
    case = found.case
    assert case is not None
    found.bench = bench(case, _number(request, "a") or None)
    found.offer = offer(found.round.jurisdiction_id, found.round.pk, case.modules)
    found.precedents = precedents(case.modules)
    data = request.POST if request.method == "POST" else None
    unit = unit_of(request)
    found.lines = [_row(m, case.planned.get(m.line.pk), data, unit) for m in found.bench.members]
    found.items = [_row(m, case.planned.get(m.line.pk), data, unit) for m in found.bench.items]
    act = case.act
    initial = {"act": act.pk, "version": act.version, "title": act.title, "reason": act.reason} if act else {}
    initial.setdefault("title", case.title[:200])
    found.plan = PlanForm(data, initial=initial, auto_id="plan_%s")
    if data is None and case.planned:
        found.put(list(case.planned.values()))


def _row(member: Member, planned: Disposition | None, data: Any, unit: str) -> Row:
    form = LineForm(data, line=member.line, unit=unit, planned=planned, initial=initial_of(member, planned))
    return Row(member, form)
