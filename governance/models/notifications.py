"""What people are told: a line for each person and role that something concerns."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.constraints import valid_choice
from governance.models.people import Membership, User
from governance.states import NotificationKind


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User) -> NotificationQuerySet:
        """One's own, in all roles that hold today."""
        return self.filter(membership__in=[role.pk for role in user.roles])

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)


class Notification(models.Model):
    """Something that happened, or runs out, and concerns a person in a role.

    `action` is what the audit trail calls it, or `term.near` and `term.over` when a clock says so; `key` tells what it
    is about, so that nobody is told the same twice.
    """

    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="notifications", verbose_name=_("membership")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=NotificationKind)
    action = models.CharField(_("action"), max_length=64, blank=True)
    title = models.CharField(_("record"), max_length=300)
    text = models.CharField(_("text"), max_length=500, blank=True)
    url = models.CharField(_("address"), max_length=300)
    who = models.CharField(_("by"), max_length=200, blank=True)
    key = models.CharField(max_length=200)
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(fields=["membership", "at"], name="notification_of"),
            models.Index(fields=["membership"], condition=Q(read_at=None), name="notification_unread"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["membership", "key"], name="governance_notification_once"),
            valid_choice("kind", NotificationKind),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_read(self) -> bool:
        return self.read_at is not None
