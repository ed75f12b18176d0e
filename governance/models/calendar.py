"""Days on which the official calendar departs from the packaged one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """An override: a holiday announced late, or a make-up workday (调休)."""

    day = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(_("workday"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["day"]
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")

    def __str__(self) -> str:
        return f"{self.day}"


class CalendarYear(models.Model):
    """A year whose holiday notice the city entered itself, before the packaged calendar has it."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    document = models.CharField(_("document"), max_length=200)

    class Meta:
        ordering = ["year"]
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="governance_calendaryear_plausible",
                violation_error_message=_("This is not a year of our time."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}"
