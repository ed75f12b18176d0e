"""Locking an annual list: the version is frozen and moves the authority's budget by the difference."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from budgets.models import Budget, BudgetEntry
from budgets.queries.figures import requested
from budgets.services.budget import budget_of
from budgets.states import EntryKind
from common import audit
from common.errors import demand
from common.money import ZERO
from governance.models import User
from projects.models import Application, Component, Project
from projects.states import UNDER_WAY
from reviews.models import Act, AnnualList, ComponentFunding, ListVersion, VersionProject, VersionYear
from reviews.queries.lists import Entries, entries_of, locked_entries, obstacles, outcomes
from reviews.services.register import lock_register
from reviews.states import ActStatus, ListStatus, Outcome


@transaction.atomic
def lock(
    annual_list: AnnualList, *, by: User, document_number: str = "", reason: str = "", version: int | None = None
) -> ListVersion:
    """Freeze the list: version 1, and after adjustment acts and a new determination the next.

    Refused while a line in scope is open, contested, unknown or awaits opinions, an application
    is not determined, the determination is stale, what the list pays into is on no locked list,
    or this year's money exceeds what is left under the ceiling.
    """
    lock_register(annual_list.round.jurisdiction_id)
    annual_list = AnnualList.objects.select_related("round__jurisdiction").locked(annual_list.pk)
    annual_list.demand_version(version)
    round = annual_list.round
    demand(by.is_head_of(round.jurisdiction_id), _("Only the authority's head does this."))
    scope = Application.objects.filter(round=round, status__in=UNDER_WAY)
    found = lock_obstacles(annual_list)
    demand(not found, _("These stand in the way of the lock:"), items=found)
    demand(annual_list.scope.exists(), _("Nothing is determined yet."))
    demand(not annual_list.is_stale, _("A decision changed after the determination: determine again."))
    budget = Budget.objects.locked(budget_of(round.jurisdiction, round.year).pk)
    demand(budget.ceiling is not None, _("Finance has set no ceiling for the year yet."))
    entries, reserve = entries_of(annual_list), reserve_of(annual_list)
    last = locked_entries(annual_list)
    changed = last is None or (last, locked_reserve(annual_list)) != (entries, reserve)
    demand(changed, _("Nothing has changed since the last version."))
    _demand_ceiling(budget, annual_list, entries)
    new = _publish(annual_list, entries, reserve, by=by, document_number=document_number, reason=reason)
    _seal(scope)
    _cancel_renewed(scope, by=by)
    return new


def lock_obstacles(annual_list: AnnualList) -> list[str]:
    """What stands in the way of locking this list, one sentence each."""
    scope = Application.objects.filter(round=annual_list.round_id, status__in=UNDER_WAY).order_by("number")
    found = obstacles(scope.values_list("pk", flat=True))
    waiting = scope.filter(determined__isnull=True)
    found += [_("%(application)s: not determined") % {"application": a} for a in waiting]
    return found + [
        _("%(component)s: not on a locked list") % {"component": component}
        for component in _foreign_components(annual_list)
    ]


def _foreign_components(annual_list: AnnualList) -> list[Component]:
    """Components of other rounds that this list pays into and that no locked list carries."""
    rows = ComponentFunding.objects.filter(annual_list=annual_list, component__line__isnull=False)
    rows = rows.exclude(component__line__application__round=annual_list.round_id)
    paid = Component.objects.filter(pk__in=rows.values("component")).select_related(
        "project", "line__application__round__annual_list"
    )
    found = []
    for component in paid:
        home = getattr(component.line.application.round, "annual_list", None)  # type: ignore[union-attr]
        locked = locked_entries(home) if home else None
        if not locked or component.project.code not in locked:
            found.append(component)
    return found


def reserve_of(annual_list: AnnualList) -> set[str]:
    """Codes of the projects that wait now."""
    return set(annual_list.projects.filter(status=ListStatus.RESERVE).values_list("project__code", flat=True))


def locked_reserve(annual_list: AnnualList) -> set[str]:
    """Codes of the projects that waited on the newest locked version."""
    version = annual_list.versions.order_by("-number").first()
    if version is None:
        return set()
    return set(version.projects.filter(status=ListStatus.RESERVE).values_list("project__code", flat=True))


def _demand_ceiling(budget: Budget, annual_list: AnnualList, entries: Entries) -> None:
    elsewhere = requested(budget, without=annual_list.round)
    this_year = sum((years.get(budget.year, ZERO) for years in entries.values()), ZERO)
    left = (budget.ceiling or ZERO) - elsewhere
    demand(
        this_year <= left,
        _("This year's %(asked)s exceed the %(left)s left under the ceiling.")
        % {"asked": f"{this_year:,.2f}", "left": f"{left:,.2f}"},
    )


def _publish(
    annual_list: AnnualList,
    entries: Entries,
    reserve: set[str],
    *,
    by: User,
    document_number: str = "",
    reason: str = "",
) -> ListVersion:
    """Write the next version, and move the budget by the difference to the one before."""
    last = locked_entries(annual_list) or {}
    number = annual_list.versions.count() + 1
    new = ListVersion.objects.create(
        annual_list=annual_list, number=number, document_number=document_number, reason=reason, by=by
    )
    codes = {*entries, *reserve, *last}
    projects = {p.code: p for p in Project.objects.filter(code__in=codes).select_related("lead")}
    for code in sorted({*entries, *reserve}):
        status = ListStatus.LISTED if code in entries else ListStatus.RESERVE
        entry = VersionProject.objects.create(
            version=new,
            project=projects[code],
            status=status,
            name=projects[code].name,
            lead_name=projects[code].lead.name,
        )
        VersionYear.objects.bulk_create(
            VersionYear(entry=entry, year=year, amount=amount) for year, amount in entries.get(code, {}).items()
        )
    _move_budget(annual_list, new, _difference(last, entries), projects, by=by)
    annual_list.bump()
    audit.record("list.locked", annual_list, by=by, number=number, document=document_number, reason=reason)
    return new


def _difference(last: Entries, entries: Entries) -> dict[tuple[str, int], Decimal]:
    moved: Counter[tuple[str, int]] = Counter()
    for sign, side in ((1, entries), (-1, last)):
        for code, years in side.items():
            for year, amount in years.items():
                moved[code, year] += sign * amount  # type: ignore[assignment]
    return {key: amount for key, amount in moved.items() if amount}  # type: ignore[misc]


def _move_budget(
    annual_list: AnnualList,
    version: ListVersion,
    difference: dict[tuple[str, int], Decimal],
    projects: dict[str, Project],
    *,
    by: User,
) -> None:
    jurisdiction = annual_list.round.jurisdiction
    for (code, year), amount in sorted(difference.items()):
        budget = budget_of(jurisdiction, year)
        BudgetEntry.objects.create(
            budget=budget,
            department_id=budget.authority_id,
            authority_id=jurisdiction.authority_id,
            kind=EntryKind.LIST,
            round=annual_list.round,
            project=projects[code],
            list_version=version,
            amount=amount,
            by=by,
        )


def _seal(scope: QuerySet[Application]) -> None:
    """Acts on a locked list are never undone, only superseded by an adjustment act."""
    acts = Act.objects.filter(status=ActStatus.CONFIRMED, is_sealed=False)
    acts.filter(dispositions__line__application__in=scope).distinct().update(is_sealed=True)


def _cancel_renewed(scope: QuerySet[Application], *, by: User) -> None:
    """The lock that funds a renewal cancels the old project on every list that carries it."""
    renewing = list(scope.filter(renews__isnull=False).select_related("renews"))
    if not renewing:
        return
    found = outcomes(renewing)
    for application in renewing:
        if application.renews and found[application.pk] in {Outcome.LISTED, Outcome.CONSOLIDATED}:
            _cancel(application.renews, by=by)


def _cancel(old: Application, *, by: User) -> None:
    project = old.continues or old.project
    lists = AnnualList.objects.filter(projects__project=project, projects__status=ListStatus.LISTED)
    for annual_list in lists.filter(versions__isnull=False).distinct().order_by("pk"):
        annual_list.projects.filter(project=project).update(status=ListStatus.RENEWED)
        entries = locked_entries(annual_list) or {}
        kept = {code: years for code, years in entries.items() if code != project.code}
        _publish(annual_list, kept, locked_reserve(annual_list), by=by, reason=_("renewed by a later application"))
