"""The demonstration city as pictures and measurements need it: one record for every page that shows one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet

from budgets.models import Budget
from catalog.models import DataResource, System
from common.documents.shipped import shipped
from config.notifications.delivery import deliver as notify
from governance.models import DocumentTemplate, Jurisdiction, Membership, Round, User
from governance.services.documents import upload_template
from governance.states import Role
from projects.models import Application, Project
from projects.states import ApplicationStatus
from reviews.models import Act, EndRequest, Finding, Opinion, Screening
from reviews.states import ActStatus, ListStatus, OpinionState


def scene() -> SimpleNamespace:
    """Records by the names that `tests.browser.journey.views` uses."""
    city = Jurisdiction.objects.get(parent=None)
    running = Round.objects.open().get(jurisdiction=city)
    locked = Round.objects.filter(jurisdiction=city, year__lt=running.year).latest("year")
    project = _project(locked)
    notify()
    return SimpleNamespace(
        city=city,
        template=_template(city),
        first=locked,
        second=running,
        **_applications(running),
        listed=project.application,
        project=project,
        **_acts(running),
        ending=EndRequest.objects.filter(closed_at=None).earliest("pk"),
        screening=Screening.objects.filter(round=running).latest("pk"),
        system=System.objects.filter(owner__code="health", functions__isnull=False).earliest("pk"),
        data=DataResource.objects.filter(provider__code="health").earliest("pk"),
        budget=Budget.objects.get(jurisdiction=city, year=locked.year),
    )


def _template(city: Jurisdiction) -> DocumentTemplate:
    """A Word template that the head has put up."""
    head = User.objects.get(username="head")
    return upload_template(city, "notice", "zh-hans", "处置意见书 2027 版.docx", shipped(False, "zh-hans"), by=head)


def _applications(running: Round) -> dict[str, Application]:
    """One in each state, and one of each department that the pages are shown to."""
    rows = Application.objects.filter(round=running)
    wanted = {
        "draft": rows.filter(status=ApplicationStatus.DRAFT, department__code="health"),
        "to_sign": rows.filter(status=ApplicationStatus.SIGN_OFF, department__code="police"),
        "to_check": rows.filter(status=ApplicationStatus.SUBMITTED),
        "corrected": rows.filter(status=ApplicationStatus.CORRECTION),
    }
    found = {name: some.filter(lines__isnull=False).earliest("number") for name, some in wanted.items()}
    reviewed = rows.filter(status=ApplicationStatus.CONSOLIDATION)
    found |= {code: _screened(reviewed.filter(department__code=code)) for code in ("health", "police", "civil")}
    return found | {"transport": EndRequest.objects.filter(closed_at=None).earliest("pk").application}


def _screened(rows: QuerySet[Application]) -> Application:
    """An application whose first module is like another's."""
    findings = Finding.objects.filter(line__application__in=rows, other_line__isnull=False, line__sequence=1)
    found: Any = findings.earliest("line__application__number").line.application
    return found


def _acts(running: Round) -> dict[str, Any]:
    rows = Act.objects.filter(dispositions__line__application__round=running).distinct()
    waiting = Opinion.objects.filter(act__in=rows, state=OpinionState.AWAITING, act__status=ActStatus.CONFIRMED)
    given = Opinion.objects.filter(act__in=rows, state=OpinionState.AGREED, department__code="health")
    asked = waiting.filter(department__code="police").first() or waiting.earliest("pk")
    leaders = Membership.objects.filter(department=asked.department_id, role=Role.LEADER)
    return {
        "waiting": rows.filter(status=ActStatus.PROPOSED).earliest("pk"),
        "asked": asked.act,
        "asked_leader": leaders.earliest("pk").user.username,
        "contested": rows.filter(status=ActStatus.CONTESTED).earliest("pk"),
        "done_act": given.earliest("pk").act,
    }


def _project(locked: Round) -> Project:
    """One of the locked list, of the health commission where it has one."""
    listed = Project.objects.filter(application__round=locked, list_entries__status=ListStatus.LISTED)
    return listed.filter(application__department__code="health").first() or listed.earliest("pk")
