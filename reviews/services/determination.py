"""Determination (审定): one meeting's decision over named applications rebuilds the projects of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from common.money import ZERO
from governance.models import FundingSource, Round, User
from projects.models import Application, Component, Participant, Project
from projects.states import ApplicationStatus, ParticipantRole
from reviews.models import (
    AnnualList,
    ComponentFunding,
    Determination,
    DeterminedApplication,
    Disposition,
    ListProject,
    YearPlan,
)
from reviews.queries.lists import (
    Built,
    built_from,
    component_code,
    funding_by_project,
    obstacles,
    own_project_code,
    planned_years,
    stored_funding,
)
from reviews.services.notices import number_notices
from reviews.services.register import lock_register
from reviews.states import GONE, ListStatus


@transaction.atomic
def list_of(round: Round) -> AnnualList:
    """The annual list of a round, opened when first asked for."""
    return AnnualList.objects.get_or_create(round=round)[0]


@transaction.atomic
def determine(
    round: Round,
    applications: Iterable[Application],
    *,
    by: User,
    reserve: Iterable[str] = (),
    meeting: str = "",
    version: int | None = None,
) -> AnnualList:
    """Take named applications onto the list and rebuild its projects from the live decisions.

    Repeating it changes nothing. Refused, with the lines listed, while one in scope is open,
    contested, of unknown amount, awaits opinions, or pays into what is not determined.
    ``reserve`` names projects (codes) that wait without a budget line.
    """
    annual_list = _locked(list_of(round), version)
    round = annual_list.round
    demand(by.is_head_of(round.jurisdiction_id), _("Only the authority's head does this."))
    named = list(Application.objects.select_related("continues", "round").filter(pk__in=[a.pk for a in applications]))
    ready = all(a.round_id == round.pk and a.status == ApplicationStatus.CONSOLIDATION for a in named)
    demand(ready, _("Only applications of this round under consolidation are determined."))
    scope = set(annual_list.scope.values_list("application_id", flat=True)) | {a.pk for a in named}
    found = obstacles(scope) + _undetermined_targets(scope)
    demand(not found, _("These lines stand in the way:"), items=found)
    built = built_from(scope)
    funding = funding_by_project(built.values())
    reserve = set(reserve)
    demand(reserve <= funding.keys(), _("Only a project of this list is put in reserve."))
    _demand_plan_fits(planned_years(annual_list), funding)
    decision = Determination.objects.create(annual_list=annual_list, meeting=meeting, by=by)
    _take_in(annual_list, named, decision)
    number_notices(round.jurisdiction, sorted(named, key=lambda a: a.number), by=by)
    projects = _projects(built)
    _rebuild_funding(annual_list, built, projects)
    _rebuild_statuses(annual_list, projects, {own_project_code(a) for a in named}, reserve)
    _rebuild_participants(built, projects)
    annual_list.is_stale = False
    annual_list.bump("is_stale")
    audit.record("list.determined", annual_list, by=by, applications=[a.number for a in named], meeting=meeting)
    return annual_list


@transaction.atomic
def plan_years(
    annual_list: AnnualList, project: Project, later: Mapping[int, Decimal], *, by: User, version: int | None = None
) -> None:
    """Fix what later years pay of a project; the list's own year pays the rest."""
    annual_list = _locked(annual_list, version)
    demand(by.is_head_of(annual_list.round.jurisdiction_id), _("Only the authority's head does this."))
    fits = all(year > annual_list.round.year and amount >= 0 for year, amount in later.items())
    demand(fits, _("The year plan names later years and amounts that are not negative."))
    funding = stored_funding(annual_list).get(project.code, ZERO)
    demand(sum(later.values(), ZERO) <= funding, _("The year plan exceeds the funding of the project."))
    YearPlan.objects.filter(annual_list=annual_list, project=project).delete()
    YearPlan.objects.bulk_create(
        YearPlan(annual_list=annual_list, project=project, year=year, amount=amount)
        for year, amount in later.items()
        if amount
    )
    annual_list.bump()
    audit.record("list.years_planned", project, by=by, later={year: f"{amount:.2f}" for year, amount in later.items()})


def _locked(annual_list: AnnualList, version: int | None) -> AnnualList:
    lock_register(annual_list.round.jurisdiction_id)
    annual_list = AnnualList.objects.select_related("round").locked(annual_list.pk)
    annual_list.demand_version(version)
    return annual_list


def _undetermined_targets(scope: set[int]) -> list[str]:
    """Whatever a determined application pays into is determined too."""
    paying = Disposition.objects.live().filter(line__application__in=scope, target_line__isnull=False)
    waiting = paying.filter(target_line__application__determined__isnull=True).exclude(
        target_line__application__in=scope
    )
    return [
        _("%(line)s: %(target)s is not determined") % {"line": d.line, "target": d.target_line}
        for d in waiting.loaded().order_by("pk")
    ]


def _demand_plan_fits(later: dict[str, dict[int, Decimal]], funding: dict[str, Decimal]) -> None:
    over = [code for code, amount in funding.items() if sum(later.get(code, {}).values(), ZERO) > amount]
    demand(not over, _("The year plan exceeds the funding of the project:"), items=over)


def _take_in(annual_list: AnnualList, named: list[Application], decision: Determination) -> None:
    for application in named:
        DeterminedApplication.objects.get_or_create(
            application=application, defaults={"annual_list": annual_list, "determination": decision}
        )


def _projects(built: dict[str, Built]) -> dict[str, Project]:
    """The projects of these components by code; a new one takes name and lead from its application."""
    codes = {component.project for component in built.values()}
    found = {project.code: project for project in Project.objects.filter(code__in=codes)}
    for component in built.values():
        if component.project in found:
            continue
        assert component.line is not None
        application = component.line.application
        found[component.project] = Project.objects.create(
            code=component.project,
            name=application.name,
            jurisdiction_id=application.round.jurisdiction_id,
            lead_id=application.department_id,
            application=application,
        )
    return found


def _rebuild_funding(annual_list: AnnualList, built: dict[str, Built], projects: dict[str, Project]) -> None:
    annual_list.funding.all().delete()
    fallback: FundingSource | None = annual_list.round.jurisdiction.funding_sources.order_by("code").first()
    lines = [item.line for item in built.values() if item.line and not item.component]
    prefetch_related_objects(lines, "earmarks")
    known = {component.line_id: component for component in Component.objects.filter(line__in=lines).order_by()}
    rows = []
    for item in built.values():
        component = item.component or _component(item, projects[item.project], known)
        money = item.money or ({fallback: ZERO} if fallback else {})
        rows += [
            ComponentFunding(annual_list=annual_list, component=component, source=source, amount=amount)
            for source, amount in money.items()
        ]
    ComponentFunding.objects.bulk_create(rows)


def _component(item: Built, project: Project, known: Mapping[int | None, Component]) -> Component:
    """The component that the line became earlier, or a new one; the register's lock keeps others from making it."""
    line = item.line
    assert line is not None
    if line.pk in known:
        return known[line.pk]
    component = Component.objects.create(line=line, project=project, code=component_code(line), name=line.name)
    if earmarks := line.earmarks.all():
        component.earmarks.set(earmarks)
    return component


def _rebuild_statuses(
    annual_list: AnnualList, projects: dict[str, Project], named: set[str], reserve: set[str]
) -> None:
    """New and named projects are listed or in reserve; others keep their place; gone ones stay gone."""
    before = {entry.project.code: entry for entry in annual_list.projects.select_related("project")}
    for code, entry in before.items():
        if code not in projects and entry.status not in GONE:
            entry.delete()
    for code, project in projects.items():
        old = before.get(code)
        if old and old.status in GONE:
            continue
        if old is None or code in named or code in reserve:
            status = ListStatus.RESERVE if code in reserve else ListStatus.LISTED
            ListProject.objects.update_or_create(annual_list=annual_list, project=project, defaults={"status": status})


def _rebuild_participants(built: dict[str, Built], projects: dict[str, Project]) -> None:
    """Who leads, who pays in: rebuilt from this list's money, added to what other lists brought."""
    for code, project in projects.items():
        paying = {pk for item in built.values() if item.project == code for pk in item.contributing}
        rows = [(project.lead_id, ParticipantRole.LEAD)]
        rows += [(pk, ParticipantRole.CONTRIBUTING) for pk in sorted(paying - {project.lead_id})]
        for department, role in rows:
            Participant.objects.get_or_create(project=project, department_id=department, role=role)
        if project.list_entries.count() <= 1:
            wanted = {pk for pk, _role in rows}
            project.participants.exclude(department_id__in=wanted).delete()
