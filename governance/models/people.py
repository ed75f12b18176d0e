"""People and what they are in which department."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import Any, ClassVar

import rules
from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.constraints import ordered, valid_choice
from governance.models.organisation import Department
from governance.states import SEES_PEOPLE, Role


class PersonManager(UserManager["User"]):
    use_in_migrations = False

    def visible_to(self, user: User) -> models.QuerySet[User]:
        """Who holds or held a role that the person sees, and who has none yet."""
        acting = user.acting
        if acting is None or acting.role not in SEES_PEOPLE:
            return self.none()
        here = Membership.objects.visible_to(user)
        anywhere = Membership.objects.filter(user=OuterRef("pk"))
        return self.filter(Q(pk__in=here.values("user")) | ~Exists(anywhere))


class User(AbstractUser):
    """A person. What they may do hangs on the memberships and on the one they act in."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(pgettext_lazy("person", "name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    money_unit = models.CharField(
        _("unit of amounts"), max_length=4, choices=[("wan", _("10,000 yuan")), ("yuan", _("yuan"))], blank=True
    )
    muted = models.JSONField(_("notifications not wanted"), default=list, blank=True)  # of NotificationKind
    acting_membership = models.ForeignKey(
        "governance.Membership",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acting as"),
    )
    lists = models.JSONField(_("columns of lists"), default=dict, blank=True)

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta(AbstractUser.Meta):
        verbose_name = _("person")  # type: ignore[assignment]
        verbose_name_plural = _("people")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.display_name or self.username

    def clean(self) -> None:
        super().clean()
        self.username = unicodedata.normalize("NFKC", self.username)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """The predicates of rules.py alone decide, without a query: no account stands above the roles."""
        return self.is_active and bool(rules.has_perm(perm, self, obj))

    @cached_property
    def roles(self) -> list[Membership]:
        """The memberships that are valid today, with department, jurisdiction and `unread` notifications: one query."""
        if not self.is_active:
            return []
        rows = self.memberships.valid().select_related("department__jurisdiction__authority")
        unread = Count("notifications", filter=Q(notifications__read_at=None))
        return list(rows.annotate(unread=unread).order_by("pk"))

    @property
    def acting(self) -> Membership | None:
        """The membership that the person acts in now: the chosen one, else the first."""
        chosen = next((m for m in self.roles if m.pk == self.acting_membership_id), None)
        return chosen or (self.roles[0] if self.roles else None)

    def has_role(self, *roles: Role | str, department: Department | int | None = None) -> bool:
        """Whether the person *acts* in one of the roles (in this department, when given)."""
        acting = self.acting
        if acting is None or acting.role not in roles:
            return False
        pk = department.pk if isinstance(department, Department) else department
        return pk is None or acting.department_id == pk

    def is_judge_of(self, jurisdiction_id: int) -> bool:
        """Whether the person acts as reviewer or head of this jurisdiction's authority."""
        return self.has_role(Role.REVIEWER, Role.HEAD) and self.acting.is_at_authority_of(jurisdiction_id)  # type: ignore[union-attr]

    def is_head_of(self, jurisdiction_id: int) -> bool:
        """Whether the person acts as head of this jurisdiction's authority."""
        return self.has_role(Role.HEAD) and self.acting.is_at_authority_of(jurisdiction_id)  # type: ignore[union-attr]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: User) -> MembershipQuerySet:
        """Those of the jurisdiction and directly below, for the administrators, the head and the auditor."""
        acting = user.acting
        if acting is None or acting.role not in SEES_PEOPLE:
            return self.none()
        place = acting.department.jurisdiction_id
        return self.filter(Q(department__jurisdiction=place) | Q(department__jurisdiction__parent=place))

    def not_ended(self) -> MembershipQuerySet:
        """Those that hold today or will."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate()))

    def valid(self) -> MembershipQuerySet:
        """Those that hold today."""
        today = timezone.localdate()
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=today),
            Q(valid_to__isnull=True) | Q(valid_to__gte=today),
            department__is_active=True,
        )


class Membership(models.Model):
    """A person holds a role in a department for a time."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="memberships", verbose_name=_("department"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department", "role"],
                name="governance_membership_once",
                violation_error_message=_("This person holds this role there already."),
            ),
            valid_choice("role", Role),
            ordered("valid_from", "valid_to"),
        ]

    def __str__(self) -> str:
        return f"{self.department} · {self.get_role_display()}"

    def is_at_authority_of(self, jurisdiction_id: int) -> bool:
        """Whether the department is the authority of this jurisdiction (both loaded by `User.roles`)."""
        place = self.department
        return place.jurisdiction_id == jurisdiction_id and place.jurisdiction.authority_id == place.pk
