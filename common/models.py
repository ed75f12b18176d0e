"""What every app needs in the database: the audit trail, the outbox, versions of governed rows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError, Stale


class AuditEvent(models.Model):
    """One line of the audit trail: who did what to which record. Rows are only ever added."""

    at = models.DateTimeField(_("at"), auto_now_add=True)
    actor_code = models.CharField(_("account"), max_length=150)
    actor_name = models.CharField(_("person"), max_length=150, blank=True)
    department_code = models.CharField(_("department code"), max_length=40, blank=True)
    department_name = models.CharField(_("department"), max_length=200, blank=True)
    jurisdiction_code = models.CharField(_("jurisdiction code"), max_length=40, blank=True, db_index=True)
    action = models.CharField(_("action"), max_length=64)
    target_type = models.CharField(_("record type"), max_length=64)
    target_id = models.BigIntegerField(_("record id"))
    target_name = models.CharField(_("record"), max_length=200)
    details = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(_("request"), max_length=32, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("audit event")
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="audit_target"),
            models.Index(fields=["actor_code", "at"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise DomainError(_("The audit trail is never changed."))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise DomainError(_("The audit trail is never changed."))


class OutboxMessage(models.Model):
    """Work that a transaction asks for; the relay hands it to Celery after the commit."""

    task = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["sent_at", "id"], name="outbox_unsent")]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"


class Governed(models.Model):
    """A record with an integer version: the page and the API send back the one that they read."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True

    def demand_version(self, seen: int | None) -> None:
        """Refuse when the caller read another version than the one that is locked now."""
        if seen is not None and seen != self.version:
            raise Stale(
                _("Somebody changed this record meanwhile (you saw version %(seen)s, it is %(now)s): look at it again.")
                % {"seen": seen, "now": self.version}
            )

    def bump(self, *fields: str) -> None:
        """Save the named fields and the next version. The row must be locked."""
        self.version += 1
        self.save(update_fields=[*fields, "version", "updated_at"])

    @classmethod
    def touch(cls, pk: int) -> None:
        """Raise the version of a row whose parts changed."""
        cls._default_manager.filter(pk=pk).update(version=F("version") + 1)


class Sequence(models.Model):
    """The last number given out under a key (applications of a year, acts of a jurisdiction)."""

    key = models.CharField(max_length=80, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key}: {self.last}"


class IdempotencyKey(models.Model):
    """The answer that a write gave under a caller's key: sent again, it is answered and not done again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    route = models.CharField(max_length=300)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "route", "key"], name="common_idempotencykey_once"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
