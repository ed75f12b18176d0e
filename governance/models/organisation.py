"""Jurisdictions and the departments in them, both trees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode
from tree_queries.query import TreeQuerySet

from common.constraints import valid_choice
from governance.states import DepartmentKind, Level

if TYPE_CHECKING:
    from governance.models.people import User

code_validator = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$", _("Use letters, digits, dots, dashes and underscores only.")
)


class JurisdictionQuerySet(TreeQuerySet):
    def visible_to(self, user: User) -> JurisdictionQuerySet:
        """The directory of jurisdictions is open to everybody who holds a role."""
        return self if user.acting else self.none()


class Jurisdiction(TreeNode):
    """A city, district or province: one currency, one authority, one IT budget a year."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=200)
    level = models.CharField(_("level"), max_length=16, choices=Level, default=Level.CITY)
    currency = models.CharField(
        _("currency (ISO 4217)"), max_length=3, default="CNY", validators=[RegexValidator(r"^[A-Z]{3}$")]
    )
    authority = models.ForeignKey(
        "governance.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="authority_of",
        verbose_name=_("big-data authority"),
    )

    objects = JurisdictionQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("jurisdiction")
        verbose_name_plural = _("jurisdictions")
        constraints = [
            valid_choice("level", Level),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="governance_jurisdiction_currency_iso"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DepartmentQuerySet(TreeQuerySet):
    def visible_to(self, user: User) -> DepartmentQuerySet:
        """The directory of departments is open to everybody who holds a role."""
        return self if user.acting else self.none()

    def active(self) -> DepartmentQuerySet:
        return self.filter(is_active=True)


class Department(TreeNode):
    """A unit that applies, takes part, provides or governs."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="departments", verbose_name=_("jurisdiction")
    )
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=DepartmentKind, default=DepartmentKind.DEPARTMENT)
    is_active = models.BooleanField(_("active"), default=True)
    document_mark = models.CharField(
        _("mark of its documents"),
        max_length=20,
        blank=True,
        help_text=_("What stands before year and number: 江数统 gives 江数统〔2027〕118号."),
    )

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "code"],
                name="governance_department_code_once",
                violation_error_message=_("This code is taken in this jurisdiction."),
            ),
            valid_choice("kind", DepartmentKind),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name
