"""What the city will build (建设项目): projects of the annual list, made of components."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.constraints import implies, valid_choice
from common.models import Governed
from governance.models import Department, FundingSource, Jurisdiction, User
from governance.states import Role
from projects.models.application import Application
from projects.models.line import Line
from projects.rules import SEES_PROJECTS
from projects.states import ParticipantRole


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> ProjectQuerySet:
        """Those that one's department leads or takes part in; all of the jurisdiction for the authority."""
        acting = user.acting
        if acting is None:
            return self.none()
        if acting.role in SEES_PROJECTS:
            return self.filter(jurisdiction=acting.department.jurisdiction_id)
        if acting.role in {Role.CLERK, Role.LEADER}:
            mine = Participant.objects.filter(department=acting.department_id).values("project")
            return self.filter(Q(lead=acting.department_id) | Q(pk__in=mine))
        return self.none()


class Project(Governed):
    """Led by one unit; funded by what the lines of applications bring to its components."""

    code = models.CharField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=300)
    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="projects", verbose_name=_("jurisdiction")
    )
    lead = models.ForeignKey(Department, models.PROTECT, related_name="led_projects", verbose_name=_("lead unit"))
    application = models.OneToOneField(
        Application, models.PROTECT, null=True, blank=True, related_name="project", verbose_name=_("application")
    )
    is_inherited = models.BooleanField(_("approved before this register began"), default=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            implies(
                "own_or_inherited",
                Q(application__isnull=True),
                Q(is_inherited=True),
                _("A project comes from an application, or was approved before this register began."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Component(models.Model):
    """A part of a project that money goes to: its lead line, or a part inherited from before."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="components", verbose_name=_("project"))
    line = models.OneToOneField(
        Line, models.PROTECT, null=True, blank=True, related_name="component", verbose_name=_("lead line")
    )
    code = models.CharField(_("code"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=300)
    earmarks = models.ManyToManyField(
        FundingSource, blank=True, related_name="+", verbose_name=_("earmarked money whose purpose it serves")
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("component")
        verbose_name_plural = _("components")

    def __str__(self) -> str:
        return self.name

    @property
    def is_inherited(self) -> bool:
        return self.line_id is None


class Participant(models.Model):
    """A department's part in a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="participants", verbose_name=_("project"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="participations", verbose_name=_("department")
    )
    role = models.CharField(_("part"), max_length=16, choices=ParticipantRole)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(fields=["project", "department", "role"], name="projects_participant_once"),
            valid_choice("role", ParticipantRole),
            models.UniqueConstraint(
                fields=["project"], condition=Q(role=ParticipantRole.LEAD), name="projects_participant_one_lead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} ({self.get_role_display()})"
