"""What one department asks for (项目申报)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import System
from catalog.states import Domain, Network
from common.constraints import blank_or_choice, implies, not_negative, ordered, set_together, valid_choice
from common.models import Governed
from common.money import MoneyField, total
from governance.models import Department, Round, User
from governance.states import Role
from projects.rules import SEES_SUBMITTED
from projects.states import (
    BEFORE_SUBMISSION,
    EDITABLE,
    ENDED,
    UNDER_WAY,
    ApplicationClass,
    ApplicationKind,
    ApplicationStatus,
    BuildMode,
    LineKind,
)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> ApplicationQuerySet:
        """Own department for its clerk and leader; submitted ones for the authority and finance."""
        acting = user.acting
        if acting is None:
            return self.none()
        if acting.role in {Role.CLERK, Role.LEADER}:
            return self.filter(department=acting.department_id)
        here = self.filter(round__jurisdiction=acting.department.jurisdiction_id)
        if acting.role in SEES_SUBMITTED:
            return here.exclude(status__in=BEFORE_SUBMISSION).exclude(submitted_at__isnull=True)
        return here if acting.role == Role.AUDITOR else self.none()

    def of_round(self, round: Round) -> ApplicationQuerySet:
        return self.filter(round=round)

    def under_way(self) -> ApplicationQuerySet:
        return self.filter(status__in=UNDER_WAY)

    def with_amounts(self) -> ApplicationQuerySet:
        """Annotate ``declared`` (Σ of the known lines), ``modules``, ``unknown`` (lines without amount)."""
        return self.annotate(
            declared=total("lines__declared"),
            modules=Count("lines", filter=Q(lines__kind=LineKind.MODULE)),
            unknown=Count("lines", filter=Q(lines__declared__isnull=True)),
        )

    def locked(self, pk: int) -> Application:
        """Read one row and hold it until the transaction ends."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class Application(Governed):
    """Status moves only through services; the total is Σ of its lines, never stored."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    round = models.ForeignKey(Round, models.PROTECT, related_name="applications", verbose_name=_("round"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="applications", verbose_name=_("department")
    )
    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("type"), max_length=20, choices=ApplicationKind, default=ApplicationKind.NEW)
    category = models.CharField(
        _("class"), max_length=16, choices=ApplicationClass, default=ApplicationClass.PROFESSIONAL
    )
    domain = models.CharField(_("domain"), max_length=16, choices=Domain, blank=True)
    build_mode = models.CharField(_("build mode"), max_length=16, choices=BuildMode, default=BuildMode.OWN)
    status = models.CharField(_("status"), max_length=16, choices=ApplicationStatus, default=ApplicationStatus.DRAFT)
    office = models.CharField(_("office"), max_length=200, blank=True)
    leader = models.CharField(_("leader in charge"), max_length=100, blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    months = models.PositiveSmallIntegerField(
        _("duration (months)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    starts_on = models.DateField(_("planned start"), null=True, blank=True)
    ends_on = models.DateField(_("planned end"), null=True, blank=True)
    network = models.CharField(_("network"), max_length=16, choices=Network, blank=True)
    is_classified = models.BooleanField(_("classified"), default=False)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    urgency_reason = models.CharField(_("reason for urgency"), max_length=500, blank=True)
    in_five_year_plan = models.BooleanField(_("in the five-year plan"), default=False)
    previous_phase = models.TextField(_("previous phase and its evaluation"), blank=True)
    yearly_operating_cost = MoneyField(_("yearly operating cost"), null=True, blank=True)
    operating_cost_avoided = MoneyField(_("operating cost avoided a year"), null=True, blank=True)
    system = models.ForeignKey(
        System, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("system operated")
    )
    continues = models.ForeignKey(
        "projects.Project",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="continuations",
        verbose_name=_("continues project"),
    )
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name=_("renews")
    )
    escalated_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="escalated_to", verbose_name=_("escalated from")
    )
    drafter = models.ForeignKey(User, models.PROTECT, related_name="drafted", verbose_name=_("drafter"))
    signed_off_at = models.DateTimeField(_("signed off at"), null=True, blank=True)
    signed_off_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed off by")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    end_reason = models.CharField(_("reason of the end"), max_length=500, blank=True)
    status_since = models.DateTimeField(_("in this status since"), auto_now_add=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        indexes = [
            models.Index(fields=["round", "status"], name="application_round_status"),
            models.Index(fields=["department", "status"], name="application_department"),
        ]
        constraints = [
            valid_choice("status", ApplicationStatus),
            valid_choice("kind", ApplicationKind),
            valid_choice("category", ApplicationClass),
            valid_choice("build_mode", BuildMode),
            blank_or_choice("domain", Domain),
            blank_or_choice("network", Network),
            set_together("signed_off_at", "signed_off_by"),
            set_together("ended_at", "ended_by"),
            ordered("starts_on", "ends_on"),
            not_negative("yearly_operating_cost", "operating_cost_avoided"),
            implies(
                "under_way_was_submitted",
                Q(status__in=UNDER_WAY),
                Q(submitted_at__isnull=False),
                _("An application under review was submitted."),
            ),
            implies("ended_has_moment", Q(status__in=ENDED), Q(ended_at__isnull=False), _("An end has a moment.")),
            implies("urgent_has_reason", Q(is_urgent=True), ~Q(urgency_reason=""), _("Say why it is urgent.")),
            models.CheckConstraint(condition=~Q(renews=F("id")), name="projects_application_not_renewing_itself"),
            models.CheckConstraint(condition=~Q(name=""), name="projects_application_has_name"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY
