"""What can be found of applications, their modules and the projects that came of them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.search import Found, Hit, Kind, Words, first_of, hit
from governance.models import User
from governance.states import Role
from projects.models import Application, Line, Project
from projects.queries.progress import stage

APPLICATION = ("number", "name", "department__name", "department__short_name")
MODULE = ("name", "description", "subsystem")
SEES_CHAIN = (Role.FINANCE, Role.HEAD, Role.REVIEWER, Role.AUDITOR, Role.PROCUREMENT)


def applications(user: User, words: Words, limit: int) -> Found:
    """Applications by number, name and department."""
    rows = Application.objects.visible_to(user).filter(words.match(*APPLICATION))
    count, page = first_of(rows.select_related("department", "determined"), words, limit, number="number")
    hits = [
        hit(
            words,
            title=row.name,
            number=row.number,
            whose=str(row.department),
            state=stage(row)[0],
            url=reverse("projects:detail", args=[row.number]),
        )
        for row in page
    ]
    return Found(count, hits, f"{reverse('projects:list')}?{urlencode({'q': words.phrase})}")


def modules(user: User, words: Words, limit: int) -> Found:
    """Modules by name and description, or by their reference (SB2027-0001/3)."""
    wanted = words.match(*MODULE) | _reference(words)
    rows = Line.objects.visible_to(user).modules().filter(wanted)
    count, page = first_of(rows.select_related("application__department"), words, limit)
    return Found(count, [module_hit(row, words) for row in page])


def module_hit(line: Line, words: Words) -> Hit:
    """A module with its application and whose it is."""
    return hit(
        words,
        title=line.name,
        number=line.reference,
        texts=(line.description, line.subsystem),
        whose=f"{line.application.department} · {line.application.name}",
        url=reverse("projects:line", args=[line.application.number, line.pk]),
    )


def projects(user: User, words: Words, limit: int) -> Found:
    """Projects of the annual lists by code and name."""
    rows = Project.objects.visible_to(user).filter(words.match("code", "name", "lead__name"))
    count, page = first_of(rows.select_related("lead", "application"), words, limit, number="code")
    hits = [
        hit(words, title=row.name, number=row.code, whose=str(row.lead), url=_project_url(row, user)) for row in page
    ]
    return Found(count, hits)


def _project_url(project: Project, user: User) -> str:
    """The money chain for those who see budgets, else the department's own application that it came of."""
    if user.has_role(*SEES_CHAIN):
        return reverse("budgets:chain", args=[project.code])
    application = project.application
    if application and user.has_perm("projects.view_application", application):
        return reverse("projects:detail", args=[application.number])
    return ""


def _reference(words: Words) -> Q:
    number, slash, sequence = words.phrase.rpartition("/")
    if not slash or not sequence.isascii() or not sequence.isdigit() or len(sequence) > 6:
        return Q(pk__in=())
    return Q(application__number__iexact=number, sequence=int(sequence))


KINDS = (
    Kind("application", _("Applications"), "folders", applications),
    Kind("module", _("Modules"), "layout-list", modules),
    Kind("project", _("Projects"), "target", projects),
)
