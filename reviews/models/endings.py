"""A whole application is rejected, deferred or escalated by two persons."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.constraints import implies, set_together
from governance.models import Round, User
from projects.models import Application
from projects.states import ApplicationStatus
from reviews.rules import SEES_VERDICTS

BY_TWO = (ApplicationStatus.REJECTED, ApplicationStatus.DEFERRED, ApplicationStatus.ESCALATED)
ENDS = [(one.value, one.label) for one in BY_TWO]


class EndRequestQuerySet(models.QuerySet["EndRequest"]):
    def visible_to(self, user: User) -> EndRequestQuerySet:
        """What the authority's people ask one another; a department reads the end itself, not the proposal."""
        acting = user.acting
        if acting is None or acting.role not in SEES_VERDICTS:
            return self.none()
        return self.filter(application__round__jurisdiction=acting.department.jurisdiction_id)

    def open(self) -> EndRequestQuerySet:
        return self.filter(closed_at__isnull=True)


class EndRequest(models.Model):
    """What one reviewer asks and a colleague carries out or refuses."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="end_requests")
    to = models.CharField(_("end"), max_length=20, choices=ApplicationStatus)
    to_round = models.ForeignKey(
        Round, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("round of the upper level")
    )
    reason = models.CharField(_("reason"), max_length=500)
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    is_granted = models.BooleanField(_("granted"), default=False)

    objects = EndRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("request to end an application")
        verbose_name_plural = _("requests to end applications")
        constraints = [
            models.CheckConstraint(condition=Q(to__in=BY_TWO), name="reviews_endrequest_to_valid"),
            set_together("closed_at", "closed_by"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(closed_at__isnull=True), name="reviews_endrequest_one_open"
            ),
            implies(
                "granted_by_another",
                Q(is_granted=True),
                Q(closed_by__isnull=False) & ~Q(closed_by=F("asked_by")),
                _("Two persons are needed."),
            ),
            implies(
                "escalation_names_round",
                Q(to=ApplicationStatus.ESCALATED),
                Q(to_round__isnull=False),
                _("Name the round of the upper level."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_to_display()}"
