"""The one IT budget of a jurisdiction-year (统筹资金), the authority's own, and its movements."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from budgets.states import BudgetStage, EntryKind
from common.constraints import implies, not_negative, set_together, valid_choice
from common.models import Governed
from common.money import MoneyField
from governance.models import Department, Jurisdiction, Round, User
from governance.states import Role
from projects.models import Project
from reviews.models import ListVersion


class BudgetQuerySet(models.QuerySet["Budget"]):
    def visible_to(self, user: User) -> BudgetQuerySet:
        """Finance, the authority and audit of the jurisdiction."""
        acting = user.acting
        if acting is None or acting.role not in {
            Role.FINANCE,
            Role.HEAD,
            Role.REVIEWER,
            Role.AUDITOR,
            Role.PROCUREMENT,
        }:
            return self.none()
        return self.filter(jurisdiction=acting.department.jurisdiction_id)

    def locked(self, pk: int) -> Budget:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Budget(Governed):
    """Ceiling, control figure (一下) and reply (二下) of one year; its owner is the authority."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="budgets", verbose_name=_("jurisdiction")
    )
    year = models.PositiveSmallIntegerField(_("fiscal year"))
    authority = models.ForeignKey(Department, models.PROTECT, related_name="budgets", verbose_name=_("authority"))
    stage = models.CharField(_("stage"), max_length=16, choices=BudgetStage, default=BudgetStage.FIRST_REQUEST)
    ceiling = MoneyField(_("ceiling"), null=True, blank=True)
    controlled_at = models.DateTimeField(_("control figure given at"), null=True, blank=True)
    controlled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("control figure given by")
    )
    replied_at = models.DateTimeField(_("replied at"), null=True, blank=True)
    replied_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("replied by")
    )
    reply_number = models.CharField(_("document number of the reply"), max_length=100, blank=True)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "year"], name="budgets_budget_once"),
            valid_choice("stage", BudgetStage),
            not_negative("ceiling"),
            set_together("controlled_at", "controlled_by"),
            set_together("replied_at", "replied_by"),
            implies(
                "reply_has_moment", Q(stage=BudgetStage.REPLY), Q(replied_at__isnull=False), _("A reply has a moment.")
            ),
            implies(
                "control_has_figure",
                Q(stage__in=[BudgetStage.CONTROL, BudgetStage.REPLY]),
                Q(ceiling__isnull=False, controlled_at__isnull=False),
                _("A control figure is an amount."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction} {self.year}"

    @property
    def is_replied(self) -> bool:
        return self.stage == BudgetStage.REPLY


class BudgetEntryQuerySet(models.QuerySet["BudgetEntry"]):
    def visible_to(self, user: User) -> BudgetEntryQuerySet:
        return self.filter(budget__in=Budget.objects.visible_to(user))


class BudgetEntry(models.Model):
    """A movement of the authority's budget: by a list version, or a carry-over. Rows are only ever added.

    ``department`` is whose money it is, ``authority`` whose it must be: equal by constraint,
    so no department ever carries an IT line of its own.
    """

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="entries")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    authority = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("authority"))
    kind = models.CharField(_("kind"), max_length=12, choices=EntryKind)
    round = models.ForeignKey(Round, models.PROTECT, related_name="budget_entries", verbose_name=_("round"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="budget_entries", verbose_name=_("project"))
    list_version = models.ForeignKey(
        ListVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="budget_entries",
        verbose_name=_("list version"),
    )
    amount = MoneyField(_("amount (negative: less)"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))

    objects = BudgetEntryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("budget entry")
        verbose_name_plural = _("budget entries")
        indexes = [models.Index(fields=["budget", "project"], name="entry_project")]
        constraints = [
            valid_choice("kind", EntryKind),
            models.CheckConstraint(
                condition=Q(department=F("authority")),
                name="budgets_entry_of_the_authority",
                violation_error_message=_("Every IT budget line belongs to the authority."),
            ),
            implies(
                "list_names_version",
                Q(kind=EntryKind.LIST),
                Q(list_version__isnull=False),
                _("A list movement names its version."),
            ),
            models.UniqueConstraint(
                fields=["budget", "project", "list_version"],
                condition=Q(kind=EntryKind.LIST),
                name="budgets_entry_once_a_version",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="budgets_entry_moves_something"),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.amount}"
