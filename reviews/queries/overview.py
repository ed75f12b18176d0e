"""Figures of annual lists for their pages and documents: dataclasses, never model rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.money import ZERO, total
from governance.models import Round, User
from projects.models import Application, Line, Participant
from projects.states import ENDED, ApplicationStatus, ParticipantRole
from reviews.models import AnnualList, ComponentFunding, Disposition, ListVersion, VersionProject
from reviews.queries.decisions import project_code
from reviews.queries.lists import Entries, obstacles, outcomes, planned_years
from reviews.queries.standing import Parts, grouped, stand, total_of
from reviews.states import ListStatus, Outcome


@dataclass
class ComponentRow:
    """A component of a listed project and the lines that pay for it."""

    code: str
    name: str
    amount: Decimal


@dataclass
class ProjectRow:
    """A project on a list: its funding from this list's lines, by year; this year pays what later years do not."""

    pk: int
    code: str
    name: str
    lead: str
    status: ListStatus
    declared: Decimal
    funding: Decimal
    this_year: Decimal
    later: dict[int, Decimal]
    priority: int
    others: list[str] = field(default_factory=list)
    components: list[ComponentRow] = field(default_factory=list)


@dataclass
class ListRow:
    """A round and its list, as the index shows them."""

    round: Round
    parts: Parts
    projects: int
    funding: Decimal
    version: int
    is_stale: bool


@dataclass
class ReadyRow:
    """An application of the round: whether it may be determined, and what stands in the way."""

    pk: int
    number: str
    name: str
    department: str
    status: str
    parts: Parts
    outcome: Outcome
    code: str
    is_determined: bool
    obstacles: int

    @property
    def place(self) -> str:
        """Where it stands on the way to its determination, a key of `PLACES`."""
        if self.status in ENDED:
            return "ended"
        if self.status != ApplicationStatus.CONSOLIDATION:
            return "before"
        if self.obstacles:
            return "waiting"
        return "determined" if self.is_determined else "ready"


PLACES: dict[str, Any] = {
    "ready": _("Ready to be determined"),
    "waiting": _("Lines stand in the way"),
    "determined": _("Determined"),
    "before": _("Not accepted yet"),
    "ended": _("Ended without a determination"),
}


def by_place(rows: Iterable[ReadyRow]) -> list[tuple[str, Any, list[ReadyRow]]]:
    """Rows by where they stand (`key, label, rows`), without the places where nothing stands."""
    found: dict[str, list[ReadyRow]] = {key: [] for key in PLACES}
    for row in rows:
        found[row.place].append(row)
    return [(key, PLACES[key], found[key]) for key in PLACES if found[key]]


def list_rows(user: User) -> list[ListRow]:
    """The rounds of the person's jurisdiction with their lists, newest first."""
    acting = user.acting
    if acting is None:
        return []
    rounds = Round.objects.filter(jurisdiction=acting.department.jurisdiction_id)
    visible = {x.round_id: x for x in AnnualList.objects.visible_to(user)}
    wide = user.is_judge_of(acting.department.jurisdiction_id)
    shown = [r for r in rounds if wide or r.pk in visible]
    parts = grouped(
        stand(Line.objects.filter(application__round__in=shown, application__submitted_at__isnull=False)), "round"
    )
    funding: dict[int, Decimal] = dict(
        ComponentFunding.objects.filter(annual_list__in=visible.values())
        .values_list("annual_list__round")
        .annotate(sum=total("amount"))
    )
    projects: dict[int, int] = defaultdict(int)
    for entry in AnnualList.objects.filter(pk__in=[x.pk for x in visible.values()]).values_list(
        "round", "projects__status"
    ):
        projects[entry[0]] += entry[1] == ListStatus.LISTED
    versions: dict[int, int] = defaultdict(int)
    for round_id, number in ListVersion.objects.filter(annual_list__in=visible.values()).values_list(
        "annual_list__round", "number"
    ):
        versions[round_id] = max(versions[round_id], number)
    return [
        ListRow(
            r, parts.get(r.pk, Parts()), projects[r.pk], funding.get(r.pk, ZERO), versions[r.pk],
            r.pk in visible and visible[r.pk].is_stale,
        )
        for r in shown
    ]  # fmt: skip


def project_rows(annual_list: AnnualList) -> list[ProjectRow]:
    """The projects of a list with their money: listed first, then reserve, then what is gone; each by priority."""
    components = _components(annual_list)
    later = planned_years(annual_list)
    declared = _declared(annual_list)
    others = _others(annual_list)
    order = [ListStatus.LISTED, ListStatus.RESERVE, ListStatus.LAPSED, ListStatus.RENEWED]
    entries = annual_list.projects.select_related("project__lead").order_by("project__code")
    rows = []
    for entry in sorted(entries, key=lambda e: (order.index(ListStatus(e.status)), e.priority)):
        project = entry.project
        mine = components.get(project.pk, [])
        funding = sum((c.amount for c in mine), ZERO)
        plan = later.get(project.code, {})
        rows.append(
            ProjectRow(
                project.pk, project.code, project.name, project.lead.name, ListStatus(entry.status),
                declared.get(project.application_id or 0, ZERO), funding, funding - sum(plan.values(), ZERO), plan,
                entry.priority, others.get(project.pk, []), mine,
            )
        )  # fmt: skip
    return rows


def _components(annual_list: AnnualList) -> dict[int, list[ComponentRow]]:
    found: dict[int, list[ComponentRow]] = defaultdict(list)
    rows = ComponentFunding.objects.filter(annual_list=annual_list).values(
        "component__project", "component__code", "component__name"
    )
    for row in rows.annotate(sum=total("amount")).order_by("component__code"):
        found[row["component__project"]].append(
            ComponentRow(row["component__code"], row["component__name"], row["sum"])
        )
    return dict(found)


def _declared(annual_list: AnnualList) -> dict[int, Decimal]:
    lines = Line.objects.filter(application__determined__annual_list=annual_list).order_by()
    return dict(lines.values_list("application").annotate(sum=total("declared")))


def _others(annual_list: AnnualList) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Participant.objects.filter(project__list_entries__annual_list=annual_list).exclude(role=ParticipantRole.LEAD)
    for project, name in rows.values_list("project", "department__name").order_by("department__code"):
        found[project].append(name)
    return dict(found)


def ready_rows(round: Round) -> list[ReadyRow]:
    """The round's submitted applications with their standing, for the meeting that determines them."""
    applications = list(
        Application.objects.filter(round=round, submitted_at__isnull=False)
        .select_related("department", "continues", "project", "determined")
        .order_by("number")
    )
    parts = grouped(stand(Line.objects.filter(application__in=applications)), "application")
    found = outcomes(applications)
    waiting = _waiting(applications)
    return [
        ReadyRow(
            a.pk, a.number, a.name, a.department.name, a.status, parts.get(a.pk, Parts()), found[a.pk], project_code(a),
            hasattr(a, "determined"), waiting.get(a.pk, 0),
        )
        for a in applications
    ]  # fmt: skip


def _waiting(applications: list[Application]) -> dict[int, int]:
    """How many lines of each application stand in the way of its determination."""
    ready = [a.pk for a in applications if a.status == ApplicationStatus.CONSOLIDATION]
    lines = obstacles(ready)
    numbers = {a.number: a.pk for a in applications}
    found: dict[int, int] = defaultdict(int)
    for sentence in lines:
        found[numbers[sentence.partition("/")[0]]] += 1
    return dict(found)


@dataclass
class Change:
    """What a version changed for one project and year, against the version before."""

    code: str
    name: str
    year: int
    before: Decimal
    after: Decimal


def changes(version: ListVersion) -> list[Change]:
    """The difference of a version to the one before it."""
    names: dict[str, str] = {}
    sides: list[Entries] = []
    for number in (version.number - 1, version.number):
        rows = VersionProject.objects.filter(
            version__annual_list=version.annual_list_id, version__number=number, status=ListStatus.LISTED
        )
        side: Entries = defaultdict(dict)
        for row in rows.select_related("project").prefetch_related("years"):
            names[row.project.code] = row.name
            side[row.project.code] = {y.year: y.amount for y in row.years.all()}
        sides.append(side)
    before, after = sides
    keys = sorted({(code, year) for side in sides for code, years in side.items() for year in years})
    found = [Change(c, names[c], y, before.get(c, {}).get(y, ZERO), after.get(c, {}).get(y, ZERO)) for c, y in keys]
    return [change for change in found if change.before != change.after]


@dataclass
class NoticeLine:
    """One line of a decision notice (统筹处置意见书)."""

    number: int
    name: str
    declared: Decimal | None
    kind: str
    label: str
    own: Decimal
    moved: Decimal
    saved: Decimal
    target: str
    is_open: bool


@dataclass
class Notice:
    """What the decision notice of an application says: dispositions, money, conditions, partners."""

    application: Application
    outcome: Outcome
    parts: Parts
    lines: list[NoticeLine]
    conditions: list[tuple[str, object]]
    capabilities: list[str]
    project: str
    partners: list[str]
    is_final: bool


def notice(application: Application) -> Notice:
    """Everything that the notice of one application tells its department."""
    lines = list(Line.objects.filter(application=application).select_related("application").order_by("sequence"))
    live = {
        d.line_id: d
        for d in Disposition.objects.live()
        .filter(line__application=application)
        .placed()
        .select_related("target_line__application__department", "target_component__project__lead")
        .prefetch_related("conditions")
    }
    partners = {_partner(d) for d in live.values()} - {""}
    project = getattr(application, "project", None)
    return Notice(
        application=application,
        outcome=outcomes([application])[application.pk],
        parts=total_of(stand(Line.objects.filter(application=application))),
        lines=[_notice_line(n, line, live.get(line.pk)) for n, line in enumerate(lines, 1)],
        conditions=[(c.text, c.due_on) for d in live.values() for c in d.conditions.all()],
        capabilities=sorted({d.capability.name for d in live.values() if d.capability}),
        project=project.code if project else "",
        partners=sorted(partners),
        is_final=is_final(application),
    )


def is_final(application: Application) -> bool:
    """Whether the meeting determined it, or it ended (``determined`` loaded)."""
    return hasattr(application, "determined") or application.status in ENDED


def _partner(d: Disposition) -> str:
    if d.target_line:
        return d.target_line.application.department.name
    return d.target_component.project.lead.name if d.target_component else ""


def _notice_line(number: int, line: Line, d: Disposition | None) -> NoticeLine:
    if d is None:
        return NoticeLine(number, line.name, line.declared, "", "", ZERO, ZERO, ZERO, "", True)
    return NoticeLine(
        number,
        line.name,
        line.declared,
        d.kind,
        str(d.get_kind_display()),
        d.own,
        d.moved,
        d.saved,
        target_words(d),
        False,
    )


def target_words(d: Disposition) -> str:
    """Where a line goes, in words: the capability, the system, or the receiving module and its unit."""
    if d.capability:
        return d.capability.name
    if d.system:
        return d.system.name
    if d.target_line:
        return f"{d.target_line.application.department} · {d.target_line.name}"
    return d.target_component.name if d.target_component else d.note
