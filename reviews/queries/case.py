"""What lies on the table of the workbench: lines that are decided together, and all that is known of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet, Subquery, prefetch_related_objects

from common.money import ZERO
from governance.models import Round
from projects.models import Application, Line, LineSource
from projects.states import UNDER_WAY
from reviews.models import Act, Cluster, Disposition, DispositionMoney, Finding
from reviews.queries.evidence import Marks, Shared, shared
from reviews.queries.findings import Seen, by_line, seen_among
from reviews.queries.pairs import Pair, findings_between, pairs_among
from reviews.queries.places import named, of_capability, of_line
from reviews.states import ActStatus, DispositionState


@dataclass
class Case:
    """Modules and other lines of a round that are decided together, and the plan that is being written for them."""

    title: str
    round: Round
    modules: list[Line]
    items: list[Line]
    cluster: Cluster | None = None
    application: Application | None = None
    act: Act | None = None
    planned: dict[int, Disposition] = field(default_factory=dict)

    @property
    def lines(self) -> list[Line]:
        return [*self.modules, *self.items]

    @property
    def declared(self) -> Decimal:
        return sum((line.declared or ZERO for line in self.modules), ZERO)

    @property
    def departments(self) -> int:
        return len({line.application.department_id for line in self.modules})


@dataclass
class Member:
    """One line on the table: what stands for it now, what is alike, where it could go."""

    line: Line
    letter: str = ""
    is_reference: bool = False
    pair: Pair | None = None
    marks: Marks = field(default_factory=list)
    catalog: list[Seen] = field(default_factory=list)
    running: list[Seen] = field(default_factory=list)
    others: list[Seen] = field(default_factory=list)
    uncompared: list[Seen] = field(default_factory=list)
    standing: Disposition | None = None
    proposed_in: Act | None = None
    into: str = ""
    capability: str = ""
    system: str = ""

    @property
    def is_ready(self) -> bool:
        """Its application was accepted: it may be decided."""
        return self.line.application.status == "consolidation"


@dataclass
class Bench:
    """The members with their pairs, and the wording that they share."""

    members: list[Member]
    items: list[Member]
    pairs: list[Pair]
    points: list[tuple[str, Marks]]
    standing: dict[int, Disposition]  # by line, what is decided of the lines on the table

    @property
    def has_others(self) -> bool:
        """Whether something was found beside the catalog and the inventory, or could not be compared."""
        return any(m.others or m.uncompared for m in self.members)

    @property
    def unjudged(self) -> list[Seen]:
        """Findings that a person must judge before their module is kept."""
        return [one for m in self.members for one in (*m.catalog, *m.running, *m.others, *m.uncompared) if one.asks]


def of_cluster(cluster: Cluster) -> Case:
    """The modules of a cluster, and the cost items that lean on them."""
    own = list(_rows(Q(cluster_membership__cluster=cluster, application__status__in=UNDER_WAY)))
    case = Case(cluster.name, cluster.round, own, _leaning(own), cluster=cluster)
    return with_plan(case)


def of_application(application: Application, *, everything: bool = False) -> Case:
    """The lines of an application that are open; all of them when what is decided may be decided anew."""
    decided = Disposition.objects.live().filter(line__application=application)
    rows = list(_rows(Q(application=application) if everything else Q(application=application) & ~_in(decided)))
    return with_plan(_split(str(application), application.round, rows, application=application))


def of_lines(round: Round, lines: Iterable[int], title: str) -> Case:
    """Lines of the round that a person picked."""
    rows = list(_rows(Q(pk__in=list(lines), application__round=round, application__status__in=UNDER_WAY)))
    return with_plan(_split(title, round, rows))


def of_act(act: Act, round: Round) -> Case:
    """The lines of a plan."""
    rows = list(_rows(Q(dispositions__act=act)))
    return with_plan(_split(str(act), round, rows), act)


def _split(title: str, round: Round, rows: list[Line], application: Application | None = None) -> Case:
    modules = [line for line in rows if line.is_module]
    items = [line for line in rows if not line.is_module]
    return Case(title, round, modules, items, application=application)


def _in(decisions: QuerySet[Disposition]) -> Q:
    return Q(pk__in=decisions.values("line"))


def _rows(condition: Q) -> QuerySet[Line]:
    rows = Line.objects.filter(condition).select_related("application__round", "application__department")
    return rows.select_related("serves", "capability").order_by("application__number", "sequence")


def _leaning(modules: list[Line]) -> list[Line]:
    """Cost items that serve one of the modules, or are a rate of one."""
    pks = [line.pk for line in modules]
    lean = Q(serves__in=pks) | Q(base_links__base__in=pks)
    return list(_rows(lean).distinct()) if pks else []


def with_plan(case: Case, act: Act | None = None) -> Case:
    """Lay the newest unfinished plan over these lines on the table too, with whatever else it decides."""
    pks = [line.pk for line in case.lines]
    plans = Act.objects.filter(status=ActStatus.PLANNED, dispositions__line__in=pks).order_by("-pk")
    rows = Disposition.objects.filter(act=act or Subquery(plans.values("pk")[:1])).placed()
    rows = rows.prefetch_related("conditions").select_related(
        "target_line__application__department", "target_component__project__lead", "system__owner"
    )
    rows = rows.select_related("line__application__department", "line__serves", "line__capability")
    case.planned = {d.line_id: d for d in rows}
    case.act = act or next((d.act for d in case.planned.values()), None)
    more = [d.line for d in case.planned.values() if d.line_id not in pks]
    more.sort(key=lambda line: (line.application.number, line.sequence))
    case.modules += [line for line in more if line.is_module]
    case.items += [line for line in more if not line.is_module]
    _add_sources(case)
    return case


def _add_sources(case: Case) -> None:
    """The sources of the lines, and of what is transferred where there are several of them."""
    prefetch_related_objects(case.lines, Prefetch("sources", LineSource.objects.select_related("source")))
    several = {line.pk for line in case.lines if len(line.sources.all()) > 1}
    split = [d for d in case.planned.values() if d.moved and d.line_id in several]
    prefetch_related_objects(split, Prefetch("shares", DispositionMoney.objects.select_related("source")))


def bench(case: Case, reference: int | None = None) -> Bench:
    """Everything that is known of the lines on the table; the queries do not grow with them."""
    here = case.round.jurisdiction_id
    between = findings_between(case.modules)
    pairs = pairs_among(case.modules, here, between, against=reference)
    first = _reference(case.modules, pairs, reference)
    modules = sorted(case.modules, key=lambda line: (line.pk != first, -(line.declared or ZERO), line.pk))
    found = Finding.objects.filter(line__in=case.modules).exclude(other_line__in=case.modules)
    known = by_line(seen_among(found, here))
    told = _shared(first, modules, between)
    standing, proposed = _decided(case)
    members = []
    for number, line in enumerate(modules):
        member = Member(line, letter(number), line.pk == first, standing=standing.get(line.pk))
        member.pair = next((p for p in pairs if {p.one, p.other} == {first, line.pk}), None)
        member.marks = told.marks.get(line.pk, [])
        member.proposed_in = proposed.get(line.pk)
        _sort(member, known.get(line.pk, []))
        members.append(member)
    _suggest(members)
    items = [Member(line, standing=standing.get(line.pk), proposed_in=proposed.get(line.pk)) for line in case.items]
    return Bench(members, items, pairs, told.points, standing)


def letter(number: int) -> str:
    """A, B … Z, AA, AB …"""
    return (letter(number // 26 - 1) if number >= 26 else "") + chr(65 + number % 26)


def _reference(modules: list[Line], pairs: list[Pair], wanted: int | None) -> int | None:
    """The module that the others are compared with: as chosen, else the one that is most like the others."""
    if any(line.pk == wanted for line in modules):
        return wanted
    likeness: dict[int, float] = defaultdict(float)
    for pair in pairs:
        likeness[pair.one] += pair.score or 0
        likeness[pair.other] += pair.score or 0
    best = sorted(modules, key=lambda line: (-likeness[line.pk], -(line.declared or ZERO), line.pk))
    return best[0].pk if best else None


def _shared(reference: int | None, modules: list[Line], between: list[Finding]) -> Shared:
    text = next((line.description for line in modules if line.pk == reference), "")
    told: dict[int, tuple[int, dict[str, object], bool]] = {}
    for found in between:
        if reference not in {found.line_id, found.other_line_id}:
            continue
        from_reference = found.line_id == reference
        module = found.other_line_id if from_reference else found.line_id
        if module is not None and (from_reference or module not in told):
            told[module] = (module, found.evidence, from_reference)
    return shared(reference or 0, text, told.values())


def _decided(case: Case) -> tuple[dict[int, Disposition], dict[int, Act]]:
    """What stands for each line, and the other proposal in which it stands."""
    which = Q(state=DispositionState.LIVE) | Q(act__status=ActStatus.PROPOSED)
    rows = list(Disposition.objects.filter(which, line__in=case.lines).placed())
    standing = {d.line_id: d for d in rows if d.state == DispositionState.LIVE}
    return standing, {d.line_id: d.act for d in rows if d.act.status == ActStatus.PROPOSED and d.act != case.act}


def _sort(member: Member, known: list[Seen]) -> None:
    for one in known:
        if one.capability:
            member.catalog.append(one)
        elif one.system:
            member.running.append(one)
        elif one.page:
            member.others.append(one)
        else:
            member.uncompared.append(one)


def _suggest(members: list[Member]) -> None:
    """Prefill the places: the capability and the system that fit best, and the module that is compared with."""
    reference = next((m.line for m in members if m.is_reference), None)
    for m in members:
        if m.catalog:
            m.capability = named(m.catalog[0].capability, m.catalog[0].short)
        elif m.line.capability:
            m.capability = of_capability(m.line.capability)
        m.system = named(m.running[0].system, m.running[0].short, m.running[0].where) if m.running else ""
        m.into = of_line(reference) if reference and reference != m.line else ""
