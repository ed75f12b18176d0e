"""What decisions do to money: the identity of their lines, and projects and departments before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from django.db.models import FilteredRelation, Q

from catalog.models import Capability
from common.money import ZERO, total
from projects.models import Application, Component, Line, Project
from projects.states import ENDED
from reviews.models import Disposition
from reviews.queries.standing import Parts
from reviews.states import CAUSE_OF, DispositionKind, DispositionState

Key = tuple[str, int]  # ("application", its key), or ("project", the key of one that an application continues)


class Decided(Protocol):
    """What a plan and a stored decision have in common; amounts in yuan."""

    @property
    def line(self) -> Line: ...
    @property
    def kind(self) -> str: ...
    @property
    def own(self) -> Decimal: ...
    @property
    def moved(self) -> Decimal: ...
    @property
    def target_line(self) -> Line | None: ...
    @property
    def target_component(self) -> Component | None: ...
    @property
    def capability_id(self) -> int | None: ...


@dataclass(frozen=True)
class Change:
    """Money of a project or department before and after, in yuan."""

    label: str
    before: Decimal
    after: Decimal

    def __iter__(self) -> object:
        return iter((self.label, self.before, self.after))


@dataclass(frozen=True)
class Effect:
    """The identity of the decided lines, and who has how much before and after."""

    parts: Parts
    projects: list[Change]
    departments: list[Change]
    capabilities: list[Change] = field(default_factory=list)


@dataclass
class _Place:
    label: str
    department: str
    now: Decimal = ZERO
    change: Decimal = ZERO


def effect(
    decisions: Iterable[Decided],
    earlier: Mapping[int, Disposition],
    *,
    is_live: bool = False,
    known: Iterable[Application] = (),
) -> Effect:
    """What these decisions change; ``earlier`` holds by line what they take the place of.

    A project has what stands in it: own parts and open lines of its application, and what others transfer
    to it. With ``is_live`` the decisions stand already, and *before* is what was without them.
    Applications that are ``known`` with their department are not looked up again.
    """
    decisions = list(decisions)
    moves = [move for d in decisions for move in _moves(d, earlier.get(d.line.pk))]
    places = _places({key for key, _amount in moves}, known)
    for key, amount in moves:
        places[key].change += amount
    by_department: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    projects = []
    for place in sorted(places.values(), key=lambda p: (p.change, p.label)):
        before = place.now - place.change if is_live else place.now
        projects.append(Change(place.label, before, before + place.change))
        sums = by_department[place.department]
        sums[0] += before
        sums[1] += before + place.change
    departments = [Change(name, before, after) for name, (before, after) in sorted(by_department.items())]
    return Effect(parts_of(decisions), projects, departments, _capabilities(decisions, earlier, is_live=is_live))


def _capabilities(decisions: list[Decided], earlier: Mapping[int, Disposition], *, is_live: bool) -> list[Change]:
    """What lines transfer to capabilities before and after; one query, none without a strip."""
    change: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for d in decisions:
        old = earlier.get(d.line.pk)
        if d.capability_id:
            change[d.capability_id] += d.moved
        if old and old.capability_id:
            change[old.capability_id] -= old.moved
    if not change:
        return []
    live = Q(dispositions__state=DispositionState.LIVE)
    found = Capability.objects.filter(pk__in=change).annotate(now=total("dispositions__moved", filter=live))
    rows = []
    for pk, name, now in found.order_by("code").values_list("pk", "name", "now"):
        amount = now - (change[pk] if is_live else ZERO)
        rows.append(Change(name, amount, amount + change[pk]))
    return rows


def parts_of(decisions: Iterable[Decided]) -> Parts:
    """The identity of the decided lines, as if the decisions stood."""
    found = Parts()
    for d in decisions:
        declared = d.line.declared
        if declared is None:
            found += Parts(lines=1, unknown=1)
            continue
        part = Parts(declared=declared, own=d.own, transferred=d.moved, lines=1)
        if saved := declared - d.own - d.moved:
            part.saved[CAUSE_OF[DispositionKind(d.kind)]] = saved
        found += part
    return found


def _moves(d: Decided, old: Disposition | None) -> Iterable[tuple[Key, Decimal]]:
    """What comes into each place by one decision, and what goes out of it."""
    here = _key(d.line)
    yield here, d.own - (old.own if old else d.line.declared or ZERO)
    if target := d.target_line or d.target_component:
        yield _key(target), d.moved
    if old and old.target:
        yield _key(old.target), -old.moved


def _key(place: Line | Component) -> Key:
    if isinstance(place, Component):
        own = place.project.application_id
        return ("application", own) if own else ("project", place.project_id)
    continued = place.application.continues_id
    return ("project", continued) if continued else ("application", place.application_id)


def _places(keys: set[Key], known: Iterable[Application]) -> dict[Key, _Place]:
    """The places with their names and with what stands in them now: four queries at most."""
    applications = {pk for kind, pk in keys if kind == "application"}
    projects = {pk for kind, pk in keys if kind == "project"}
    found: dict[Key, _Place] = {}
    named = {a.pk: a for a in known if a.pk in applications}
    others = Application.objects.filter(pk__in=applications - named.keys()).select_related("department")
    for a in (*named.values(), *others):
        found["application", a.pk] = _Place(f"{a.number} {a.name}", str(a.department))
    for p in Project.objects.filter(pk__in=projects).select_related("lead"):
        found["project", p.pk] = _Place(f"{p.code} {p.name}", str(p.lead))
    for key, amount in _standing(applications, projects):
        found[key].now += amount
    return found


def _standing(applications: set[int], projects: set[int]) -> Iterable[tuple[Key, Decimal]]:
    here = Q(application__in=applications, application__continues__isnull=True) | Q(application__continues__in=projects)
    standing = FilteredRelation("dispositions", condition=Q(dispositions__state=DispositionState.LIVE))
    lines = Line.objects.filter(here).exclude(application__status__in=ENDED).order_by()
    columns = ("application", "application__continues", "declared", "live__own")
    for application, continued, declared, own in lines.annotate(live=standing).values_list(*columns):
        yield _named(application, continued), (declared or ZERO) if own is None else own
    paid = Disposition.objects.live().filter(
        Q(target_line__application__in=applications, target_line__application__continues__isnull=True)
        | Q(target_line__application__continues__in=projects)
        | Q(target_component__project__application__in=applications)
        | Q(target_component__project__in=projects)
    )
    places = (
        "target_line__application", "target_line__application__continues",
        "target_component__project__application", "target_component__project", "moved",
    )  # fmt: skip
    for application, continued, built_by, project, moved in paid.values_list(*places):
        yield _named(application or built_by, continued or (None if application or built_by else project)), moved


def _named(application: int | None, project: int | None) -> Key:
    return ("project", project) if project else ("application", application or 0)
