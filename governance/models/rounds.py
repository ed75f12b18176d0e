"""Rounds of applications, and where the money comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.constraints import implies, ordered, valid_choice
from common.models import Governed
from governance.models.organisation import Jurisdiction, code_validator
from governance.states import RoundStatus, SourceKind

if TYPE_CHECKING:
    from governance.models.people import User


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User) -> RoundQuerySet:
        """Those of the jurisdiction in which the person acts."""
        acting = user.acting
        return self.filter(jurisdiction=acting.department.jurisdiction_id) if acting else self.none()

    def above(self, jurisdiction: Jurisdiction) -> RoundQuerySet:
        """Those of the next level up, to which an application of this level is escalated."""
        return self.filter(jurisdiction=jurisdiction.parent_id) if jurisdiction.parent_id else self.none()

    def open(self) -> RoundQuerySet:
        return self.filter(status=RoundStatus.OPEN)

    def locked(self, pk: int) -> Round:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Round(Governed):
    """A batch of a jurisdiction-year: applications are made to it, one annual list comes out of it."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="rounds", verbose_name=_("jurisdiction")
    )
    year = models.PositiveSmallIntegerField(_("fiscal year"))
    batch = models.PositiveSmallIntegerField(_("batch"), default=1)
    name = models.CharField(_("name"), max_length=200)
    status = models.CharField(_("status"), max_length=16, choices=RoundStatus, default=RoundStatus.PLANNED)
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-batch"]
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "year", "batch"],
                name="governance_round_batch_once",
                violation_error_message=_("This batch exists already."),
            ),
            models.UniqueConstraint(
                fields=["jurisdiction"],
                condition=Q(status=RoundStatus.OPEN),
                name="governance_round_one_open",
                violation_error_message=_("Another round is open: close it first."),
            ),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2100), name="governance_round_year_plausible"),
            valid_choice("status", RoundStatus),
            ordered("opens_on", "closes_on"),
        ]

    def __str__(self) -> str:
        return self.name


class FundingSourceQuerySet(models.QuerySet["FundingSource"]):
    def visible_to(self, user: User) -> FundingSourceQuerySet:
        """Those of the jurisdiction in which the person acts."""
        acting = user.acting
        return self.filter(jurisdiction=acting.department.jurisdiction_id) if acting else self.none()

    def active(self) -> FundingSourceQuerySet:
        return self.filter(is_active=True)


class FundingSource(models.Model):
    """Where money comes from; earmarked superior money names the purpose that it follows."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="funding_sources", verbose_name=_("jurisdiction")
    )
    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=SourceKind, default=SourceKind.CITY)
    purpose = models.CharField(_("purpose (earmarked money)"), max_length=200, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = FundingSourceQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("funding source")
        verbose_name_plural = _("funding sources")
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "code"], name="governance_source_code_once"),
            valid_choice("kind", SourceKind),
            implies(
                "superior_has_purpose",
                Q(kind=SourceKind.SUPERIOR),
                ~Q(purpose=""),
                _("Earmarked superior money names its purpose."),
            ),
            implies(
                "only_superior_has_purpose",
                ~Q(kind=SourceKind.SUPERIOR),
                Q(purpose=""),
                _("Only earmarked superior money has a purpose."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_earmarked(self) -> bool:
        return bool(self.purpose)
