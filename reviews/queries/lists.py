"""Reading annual lists: obstacles, what live decisions build, outcomes, entries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.money import ZERO
from governance.models import FundingSource
from projects.models import Application, Component, Line
from projects.states import ENDED, LineKind
from reviews.models import AnnualList, ComponentFunding, Disposition, Opinion
from reviews.queries.decisions import project_code
from reviews.queries.standing import CAUSE_OF_END, list_statuses
from reviews.states import BUILT, ActStatus, Cause, DispositionKind, ListStatus, MoneyPart, Outcome

Entries = dict[str, dict[int, Decimal]]  # project code -> {year: yuan}


@dataclass
class Built:
    """A component as the live decisions make it: its money by source, and who pays into it."""

    project: str
    line: Line | None
    component: Component | None
    money: Counter[FundingSource] = field(default_factory=Counter)
    contributing: set[int] = field(default_factory=set)

    @property
    def code(self) -> str:
        return component_code(self.line or self.component)  # type: ignore[arg-type]


def component_code(place: Line | Component) -> str:
    """The stable code of a component: that of its project and the sequence of its lead line."""
    if isinstance(place, Component):
        return place.code
    return f"{project_code(place.application)}/{place.sequence}"


def own_project_code(application: Application) -> str:
    """The code of the project in which an application's components stand: its own, or the one it continues."""
    return application.continues.code if application.continues else project_code(application)


def project_code_of(place: Line | Component) -> str:
    return place.project.code if isinstance(place, Component) else own_project_code(place.application)


def decided_lines(applications: Iterable[int]) -> QuerySet[Disposition]:
    """Live decisions on the lines of these applications, with all that building needs."""
    live = Disposition.objects.live().filter(line__application__in=list(applications)).loaded()
    return live.select_related(
        "line__application__continues",
        "line__application__department",
        "target_line__application__continues",
        "target_line__application__department",
    ).order_by("line__application", "line__sequence")


def stands_alone(d: Disposition) -> bool:
    """Whether a decision puts a component into its application's own project."""
    return d.own > 0 or (d.kind in BUILT and d.line.kind == LineKind.MODULE)


def built_from(applications: Iterable[int]) -> dict[str, Built]:
    """Components with their money by source, from the live decisions alone; keyed by component code."""
    found: dict[str, Built] = {}

    def place(target: Line | Component) -> Built:
        is_component = isinstance(target, Component)
        built = Built(project_code_of(target), None if is_component else target, target if is_component else None)  # type: ignore[arg-type]
        return found.setdefault(built.code, built)

    for d in decided_lines(applications):
        if stands_alone(d):
            _add(place(d.line).money, d, MoneyPart.OWN)
        if d.target and d.moved:
            paid = place(d.target)
            _add(paid.money, d, MoneyPart.MOVED)
            paid.contributing.add(d.line.application.department_id)
    return found


def _add(money: Counter[FundingSource], d: Disposition, part: MoneyPart) -> None:
    for share in d.shares.all():
        if share.part == part:
            money[share.source] += share.amount


def funding_by_project(built: Iterable[Built]) -> dict[str, Decimal]:
    """Σ of the components' money by project code."""
    result: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for component in built:
        result[component.project] += sum(component.money.values(), ZERO)
    return dict(result)


def stored_funding(annual_list: AnnualList) -> dict[str, Decimal]:
    """Σ of the stored component funding by project code."""
    result: dict[str, Decimal] = defaultdict(lambda: ZERO)
    rows = ComponentFunding.objects.filter(annual_list=annual_list)
    for code, amount in rows.values_list("component__project__code", "amount"):
        result[code] += amount
    return dict(result)


def obstacles(applications: Iterable[int]) -> list[str]:
    """Why these applications cannot be determined or locked yet, one sentence a line."""
    lines = Line.objects.filter(application__in=list(applications)).select_related("application")
    live = {d.line_id: d for d in Disposition.objects.live().filter(line__in=lines).select_related("act")}
    due = set(
        Opinion.objects.awaiting().filter(act__in=[d.act_id for d in live.values()]).values_list("act", flat=True)
    )
    found = []
    for line in lines.order_by("application", "sequence"):
        d = live.get(line.pk)
        if line.declared is None:
            found.append(_("%(line)s: amount unknown") % {"line": line})
        elif d is None:
            found.append(_("%(line)s: open") % {"line": line})
        elif d.act.status == ActStatus.CONTESTED:
            found.append(_("%(line)s: act %(act)s is contested") % {"line": line, "act": d.act.number})
        elif d.act_id in due:
            found.append(_("%(line)s: opinions on act %(act)s are due") % {"line": line, "act": d.act.number})
    return found


def planned_years(annual_list: AnnualList) -> dict[str, dict[int, Decimal]]:
    """Later years' money by project code."""
    found: dict[str, dict[int, Decimal]] = defaultdict(dict)
    rows = annual_list.year_plans.values_list("project__code", "year", "amount")
    for code, year, amount in rows:
        found[code][year] = amount
    return dict(found)


def entries_of(annual_list: AnnualList) -> Entries:
    """What a version locked now would say: per listed project its money by year; this year pays the rest."""
    funding, later = stored_funding(annual_list), planned_years(annual_list)
    year = annual_list.round.year
    listed = annual_list.projects.filter(status=ListStatus.LISTED).order_by("project__code")
    result: Entries = {}
    for code in listed.values_list("project__code", flat=True):
        plan = later.get(code, {})
        result[code] = {year: funding.get(code, ZERO) - sum(plan.values(), ZERO), **plan}
    return result


def locked_entries(annual_list: AnnualList) -> Entries | None:
    """What the newest version says; None before the first lock."""
    version = annual_list.versions.order_by("-number").first()
    if version is None:
        return None
    result: Entries = {}
    for entry in version.projects.filter(status=ListStatus.LISTED).select_related("project").prefetch_related("years"):
        result[entry.project.code] = {row.year: row.amount for row in entry.years.all()}
    return result


OUTCOME_OF_LIST = {
    ListStatus.LISTED: Outcome.LISTED,
    ListStatus.RESERVE: Outcome.RESERVE,
    ListStatus.LAPSED: Outcome.DEFERRED,
    ListStatus.RENEWED: Outcome.RENEWED,
}
OUTCOME_OF_TARGET = (
    (ListStatus.LISTED, Outcome.CONSOLIDATED),
    (ListStatus.RESERVE, Outcome.RESERVE),
    (ListStatus.RENEWED, Outcome.RENEWED),
    (ListStatus.LAPSED, Outcome.DEFERRED),
)
OUTCOME_OF_CAUSE = {
    Cause.REJECTED: Outcome.REJECTED,
    Cause.DEFERRED: Outcome.DEFERRED,
    Cause.WITHDRAWN: Outcome.WITHDRAWN,
    Cause.ESCALATED: Outcome.ESCALATED,
}


def outcomes(applications: Iterable[Application]) -> dict[int, Outcome]:
    """What became of each application: computed from its status, its determination and its live decisions."""
    applications = list(applications)
    decisions: dict[int, list[Disposition]] = defaultdict(list)
    rows = decided_lines(a.pk for a in applications).select_related("target_line__application__project")
    for d in rows.prefetch_related(None):  # where the money goes, not from whom it comes
        decisions[d.line.application_id].append(d)
    determined = set(
        Application.objects.filter(pk__in=[a.pk for a in applications], determined__isnull=False).values_list(
            "pk", flat=True
        )
    )
    statuses = list_statuses(a.round_id for a in applications)
    return {a.pk: _outcome(a, a.pk in determined, decisions[a.pk], statuses.get(a.round_id, {})) for a in applications}


def _outcome(
    application: Application, is_determined: bool, decided: list[Disposition], on_list: dict[int, str]
) -> Outcome:
    if application.status in ENDED:
        return OUTCOME_OF_CAUSE[CAUSE_OF_END[application.status]]  # type: ignore[index]
    if not is_determined:
        return Outcome.UNDER_REVIEW
    if any(map(stands_alone, decided)):
        own = on_list.get(_own_project(application) or 0)
        if own:
            return OUTCOME_OF_LIST[ListStatus(own)]
    targets = {on_list.get(_target_project(d) or 0, ListStatus.LISTED) for d in decided if d.target}
    for status, result in OUTCOME_OF_TARGET:
        if status in targets:
            return result
    served = any(d.kind in {DispositionKind.STRIP, DispositionKind.REUSE} for d in decided)
    return Outcome.SERVED if served else Outcome.REJECTED


def _own_project(application: Application) -> int | None:
    if application.continues_id:
        return application.continues_id
    project = getattr(application, "project", None)
    return project.pk if project else None


def _target_project(d: Disposition) -> int | None:
    if isinstance(d.target, Component):
        return d.target.project_id
    return _own_project(d.target.application) if d.target else None
