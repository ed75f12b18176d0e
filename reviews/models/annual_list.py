"""The annual list (年度建设清单): determinations, its projects and their money, locked versions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.constraints import not_negative, valid_choice
from common.models import Governed
from common.money import MoneyField
from governance.models import FundingSource, Round, User
from governance.states import Role
from projects.models import Application, Component, Project
from reviews.states import ListStatus


class AnnualListQuerySet(models.QuerySet["AnnualList"]):
    def visible_to(self, user: User) -> AnnualListQuerySet:
        """The authority, finance and audit see every list of the jurisdiction; departments the locked ones."""
        acting = user.acting
        if acting is None:
            return self.none()
        here = self.filter(round__jurisdiction=acting.department.jurisdiction_id)
        if acting.role in {Role.REVIEWER, Role.HEAD, Role.FINANCE, Role.AUDITOR, Role.PROCUREMENT}:
            return here
        if acting.role in {Role.CLERK, Role.LEADER, Role.INTAKE, Role.CATALOG}:
            return here.filter(versions__isnull=False).distinct()
        return self.none()

    def locked(self, pk: int) -> AnnualList:
        return self.select_for_update(of=("self",)).get(pk=pk)


class AnnualList(Governed):
    """The list of one round; stale when a decision changed after the determination that it rests on."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="annual_list", verbose_name=_("round"))
    is_stale = models.BooleanField(_("stale"), default=False)

    objects = AnnualListQuerySet.as_manager()

    class Meta:
        ordering = ["-round__year", "-round__batch"]
        verbose_name = _("annual list")
        verbose_name_plural = _("annual lists")

    def __str__(self) -> str:
        return str(self.round)


class Determination(models.Model):
    """审定: one meeting's decision over named applications."""

    annual_list = models.ForeignKey(AnnualList, models.CASCADE, related_name="determinations")
    meeting = models.CharField(_("meeting"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("determination")
        verbose_name_plural = _("determinations")

    def __str__(self) -> str:
        return self.meeting or f"#{self.pk}"


class DeterminedApplication(models.Model):
    """An application in the scope of a list."""

    annual_list = models.ForeignKey(AnnualList, models.CASCADE, related_name="scope")
    application = models.OneToOneField(Application, models.PROTECT, related_name="determined")
    determination = models.ForeignKey(Determination, models.PROTECT, related_name="applications")

    class Meta:
        verbose_name = _("determined application")
        verbose_name_plural = _("determined applications")

    def __str__(self) -> str:
        return f"{self.application}"


PRIORITIES = range(1, 5)  # 1 comes first
USUAL = 2


class ListProject(models.Model):
    """A project on a list, or in its reserve."""

    annual_list = models.ForeignKey(AnnualList, models.CASCADE, related_name="projects")
    project = models.ForeignKey(Project, models.PROTECT, related_name="list_entries", verbose_name=_("project"))
    status = models.CharField(_("status"), max_length=12, choices=ListStatus)
    priority = models.PositiveSmallIntegerField(_("priority"), default=USUAL)

    class Meta:
        ordering = ["project__code"]
        verbose_name = _("list entry")
        verbose_name_plural = _("list entries")
        constraints = [
            models.UniqueConstraint(fields=["annual_list", "project"], name="reviews_listproject_once"),
            models.CheckConstraint(
                condition=Q(priority__in=list(PRIORITIES)), name="reviews_listproject_priority_valid"
            ),
            valid_choice("status", ListStatus),
        ]

    def __str__(self) -> str:
        return f"{self.project} ({self.get_status_display()})"


class ComponentFunding(models.Model):
    """What this list's own lines bring to a component, by source; rebuilt by each determination."""

    annual_list = models.ForeignKey(AnnualList, models.CASCADE, related_name="funding")
    component = models.ForeignKey(Component, models.PROTECT, related_name="funding", verbose_name=_("component"))
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="+", verbose_name=_("funding source"))
    amount = MoneyField(_("amount"))

    class Meta:
        verbose_name = _("component funding")
        verbose_name_plural = _("component funding")
        constraints = [
            models.UniqueConstraint(fields=["annual_list", "component", "source"], name="reviews_funding_once"),
            not_negative("amount"),
        ]

    def __str__(self) -> str:
        return f"{self.component} {self.source}: {self.amount}"


class YearPlan(models.Model):
    """What a later year pays of a project's funding on this list; the list's own year pays the rest."""

    annual_list = models.ForeignKey(AnnualList, models.CASCADE, related_name="year_plans")
    project = models.ForeignKey(Project, models.PROTECT, related_name="year_plans", verbose_name=_("project"))
    year = models.PositiveSmallIntegerField(_("year"))
    amount = MoneyField(_("amount"))

    class Meta:
        ordering = ["year"]
        verbose_name = _("year plan")
        verbose_name_plural = _("year plans")
        constraints = [
            models.UniqueConstraint(fields=["annual_list", "project", "year"], name="reviews_yearplan_once"),
            not_negative("amount"),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.year}: {self.amount}"


class ListVersionQuerySet(models.QuerySet["ListVersion"]):
    def visible_to(self, user: User) -> ListVersionQuerySet:
        return self.filter(annual_list__in=AnnualList.objects.visible_to(user))


class ListVersion(models.Model):
    """The list as locked. Version 1, and after adjustment acts and a new determination the next."""

    annual_list = models.ForeignKey(AnnualList, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    at = models.DateTimeField(_("locked at"), auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("locked by"))

    objects = ListVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("list version")
        verbose_name_plural = _("list versions")
        constraints = [
            models.UniqueConstraint(fields=["annual_list", "number"], name="reviews_listversion_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="reviews_listversion_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.annual_list} v{self.number}"


class VersionProject(models.Model):
    """A project as it stood on a locked version, listed or in reserve."""

    version = models.ForeignKey(ListVersion, models.PROTECT, related_name="projects")
    project = models.ForeignKey(Project, models.PROTECT, related_name="versions", verbose_name=_("project"))
    status = models.CharField(_("status"), max_length=12, choices=ListStatus)
    name = models.CharField(_("name"), max_length=300)
    lead_name = models.CharField(_("lead unit"), max_length=200)

    class Meta:
        ordering = ["project__code"]
        verbose_name = _("project on a version")
        verbose_name_plural = _("projects on a version")
        constraints = [
            models.UniqueConstraint(fields=["version", "project"], name="reviews_versionproject_once"),
            models.CheckConstraint(
                condition=Q(status__in=[ListStatus.LISTED, ListStatus.RESERVE]),
                name="reviews_versionproject_status_valid",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VersionYear(models.Model):
    """What a year pays of a project on a locked version."""

    entry = models.ForeignKey(VersionProject, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    amount = MoneyField(_("amount"))

    class Meta:
        ordering = ["year"]
        verbose_name = _("year of a version")
        verbose_name_plural = _("years of a version")
        constraints = [
            models.UniqueConstraint(fields=["entry", "year"], name="reviews_versionyear_once"),
            not_negative("amount"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"
