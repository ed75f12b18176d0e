"""The papers of an application: narrative, basis, systems named, attachments."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import System
from common.constraints import valid_choice
from governance.models import User
from governance.states import Level
from projects.models.application import Application
from projects.states import SectionKey, SystemPart


class PartQuerySet(models.QuerySet[Any]):
    """Parts of applications: seen by those who see the application."""

    def visible_to(self, user: User) -> PartQuerySet:
        return self.filter(application__in=Application.objects.visible_to(user))


class ApplicationSection(models.Model):
    """One chapter of the application in words."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="sections")
    key = models.CharField(_("chapter"), max_length=24, choices=SectionKey)
    text = models.TextField(_("text"), blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")
        constraints = [
            models.UniqueConstraint(fields=["application", "key"], name="projects_section_once"),
            valid_choice("key", SectionKey),
        ]

    def __str__(self) -> str:
        return str(self.get_key_display())


class ApplicationBasis(models.Model):
    """A document on which the application rests."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="bases")
    document = models.CharField(_("document"), max_length=300)
    number = models.CharField(_("document number"), max_length=100, blank=True)
    level = models.CharField(_("issuing level"), max_length=16, choices=Level)
    clause = models.CharField(_("clause"), max_length=300, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("basis")
        verbose_name_plural = _("bases")
        constraints = [
            valid_choice("level", Level),
            models.CheckConstraint(condition=~Q(document=""), name="projects_basis_has_document"),
        ]

    def __str__(self) -> str:
        return self.document


class ApplicationSystem(models.Model):
    """A system of the inventory that the application starts from, absorbs, replaces or retires."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="system_links")
    system = models.ForeignKey(System, models.PROTECT, related_name="application_links", verbose_name=_("system"))
    part = models.CharField(_("part"), max_length=8, choices=SystemPart)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("system named")
        verbose_name_plural = _("systems named")
        constraints = [
            models.UniqueConstraint(fields=["application", "system", "part"], name="projects_applicationsystem_once"),
            valid_choice("part", SystemPart),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()}: {self.system}"


def attachment_path(attachment: Attachment, filename: str) -> str:
    """A random name: nothing of what people typed reaches the disk."""
    return f"attachments/{uuid.uuid4().hex}"


class Attachment(models.Model):
    """A file of the application, kept privately: served only by a view that asks who may see it."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="attachments")
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(_("file"), upload_to=attachment_path)
    filename = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.title

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        self.file.delete(save=False)
        return super().delete(*args, **kwargs)
