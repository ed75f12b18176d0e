"""Intake (受理): the completeness check, its corrections, and who handles an application."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.constraints import set_together
from governance.models import User
from projects.models import Application


class Intake(models.Model):
    """The review of one submitted application: opened by submission, accepted by an intake officer."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="intake")
    assigned_to = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewer")
    )
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )
    screened_at = models.DateTimeField(_("screened for duplicates at"), null=True, blank=True)

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        constraints = [set_together("accepted_at", "accepted_by")]

    def __str__(self) -> str:
        return f"{self.application}"


class CorrectionRequest(models.Model):
    """补正: what is missing, until when, and the department's answer. The review clock stops meanwhile."""

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="corrections")
    message = models.TextField(_("message"))
    due_on = models.DateField(_("due on"))
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("correction request")
        verbose_name_plural = _("correction requests")
        constraints = [
            set_together("answered_at", "answered_by"),
            models.UniqueConstraint(
                fields=["intake"], condition=Q(answered_at__isnull=True), name="reviews_correction_one_open"
            ),
        ]

    def __str__(self) -> str:
        return self.message[:80]


class CorrectionItem(models.Model):
    """One point of a correction: the item, and its problem."""

    request = models.ForeignKey(CorrectionRequest, models.CASCADE, related_name="items")
    item = models.CharField(_("item"), max_length=200)
    problem = models.CharField(_("problem"), max_length=500)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("correction item")
        verbose_name_plural = _("correction items")

    def __str__(self) -> str:
        return self.item
