"""Capability requests (能力使用申请): who wants to use a shared capability, for what, and how much."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Capability, System
from common.constraints import implies, set_together, valid_choice
from common.models import Governed
from governance.models import Department, User
from governance.states import Role
from projects.models import Application, Line
from reviews.models.acts import Act
from reviews.rules import SEES_REQUESTS
from reviews.states import OPEN_REQUESTS, RequestStatus

LARGEST_QUOTA = 2**31 - 1  # what the column holds


class CapabilityRequestQuerySet(models.QuerySet["CapabilityRequest"]):
    def visible_to(self, user: User) -> CapabilityRequestQuerySet:
        """A department's own; for the authority and finance those that come from, or go to, their jurisdiction."""
        acting = user.acting
        if acting is None:
            return self.none()
        if acting.role in {Role.CLERK, Role.LEADER}:
            return self.filter(department=acting.department_id)
        if acting.role not in SEES_REQUESTS:
            return self.none()
        here = acting.department.jurisdiction_id
        return self.filter(Q(department__jurisdiction=here) | Q(capability__jurisdiction=here))

    def open(self) -> CapabilityRequestQuerySet:
        """Waiting, or granted and in use."""
        return self.filter(status__in=OPEN_REQUESTS)

    def loaded(self) -> CapabilityRequestQuerySet:
        """With everything that a page names."""
        return self.select_related(
            "capability",
            "department",
            "system",
            "application",
            "line__application",
            "act",
            "asked_by",
            "decided_by",
            "ended_by",
        )


class CapabilityRequest(Governed):
    """Opened by a strip, or by a department for a system or an application of its own."""

    capability = models.ForeignKey(Capability, models.PROTECT, related_name="requests", verbose_name=_("capability"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="capability_requests", verbose_name=_("department")
    )
    line = models.ForeignKey(
        Line, models.PROTECT, null=True, blank=True, related_name="capability_requests", verbose_name=_("module")
    )
    act = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, related_name="capability_requests", verbose_name=_("act")
    )
    system = models.ForeignKey(
        System, models.PROTECT, null=True, blank=True, related_name="capability_requests", verbose_name=_("system")
    )
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="capability_requests",
        verbose_name=_("application"),
    )
    quota = models.PositiveIntegerField(_("quota"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=500)
    status = models.CharField(_("status"), max_length=12, choices=RequestStatus, default=RequestStatus.ASKED)
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    # of one that ends without a decision, both moments are the same
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = CapabilityRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("capability request")
        verbose_name_plural = _("capability requests")
        indexes = [models.Index(fields=["capability", "status"], name="request_capability")]
        constraints = [
            valid_choice("status", RequestStatus),
            set_together("decided_at", "decided_by"),
            set_together("ended_at", "ended_by"),
            set_together("line", "act"),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.ASKED, decided_at__isnull=True)
                | Q(~Q(status=RequestStatus.ASKED), decided_at__isnull=False),
                name="reviews_capabilityrequest_decided_is_dated",
                violation_error_message=_("A request that is decided says when and by whom."),
            ),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.ENDED, ended_at__isnull=False)
                | Q(~Q(status=RequestStatus.ENDED), ended_at__isnull=True),
                name="reviews_capabilityrequest_ended_is_dated",
                violation_error_message=_("A request that has ended says when and by whom."),
            ),
            models.CheckConstraint(
                condition=Q(system__isnull=False, application__isnull=True)
                | Q(system__isnull=True, application__isnull=False),
                name="reviews_capabilityrequest_one_purpose",
                violation_error_message=_("Name the system or the application that it is for, one of both."),
            ),
            implies(
                "line_of_application",
                Q(line__isnull=False),
                Q(application__isnull=False),
                _("The request of a module is for its application."),
            ),
            models.CheckConstraint(
                condition=Q(quota__isnull=True) | Q(quota__gt=0),
                name="reviews_capabilityrequest_quota_above_zero",
                violation_error_message=_("A quota is more than nothing."),
            ),
            implies(
                "granted_has_quota",
                Q(status=RequestStatus.GRANTED),
                Q(quota__isnull=False),
                _("Say how much is granted."),
            ),
            implies("refusal_says_why", Q(status=RequestStatus.REFUSED), ~Q(reason=""), _("A refusal says why.")),
            models.UniqueConstraint(
                fields=["line", "capability"],
                condition=Q(status__in=OPEN_REQUESTS),
                name="reviews_capabilityrequest_one_open_of_line",
            ),
            models.UniqueConstraint(
                fields=["system", "capability"],
                condition=Q(status__in=OPEN_REQUESTS),
                name="reviews_capabilityrequest_one_open_of_system",
            ),
            models.UniqueConstraint(
                fields=["application", "capability"],
                condition=Q(status__in=OPEN_REQUESTS, line__isnull=True),
                name="reviews_capabilityrequest_one_open_of_application",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.capability} → {self.purpose_record}"

    @property
    def purpose_record(self) -> System | Application | None:
        """What it is for: a system that runs, or an application."""
        return self.system or self.application

    @property
    def decision(self) -> RequestStatus | None:
        """What was decided on it, also when it has ended since."""
        if self.status == RequestStatus.ENDED:
            return None if self.decided_at == self.ended_at else RequestStatus.GRANTED
        return None if self.is_asked else RequestStatus(self.status)

    @property
    def is_asked(self) -> bool:
        return self.status == RequestStatus.ASKED

    @property
    def is_open(self) -> bool:
        """Waiting, or granted and in use."""
        return self.status in OPEN_REQUESTS
