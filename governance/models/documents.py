"""Official documents: the numbers they were given, and the offices' own Word templates."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.constraints import implies, set_together, valid_choice
from governance.models.organisation import Jurisdiction
from governance.models.people import User
from governance.states import DocumentKind


class DocumentNumber(models.Model):
    """The number (文号) of a document about one record: given once, in the order of the year, never changed."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="document_numbers", verbose_name=_("jurisdiction")
    )
    kind = models.CharField(_("document"), max_length=12, choices=DocumentKind)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    text = models.CharField(_("document number"), max_length=100)
    target_type = models.CharField(_("record type"), max_length=64)
    target_id = models.BigIntegerField(_("record id"))
    given_at = models.DateTimeField(_("given at"), auto_now_add=True)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("given by"))

    class Meta:
        ordering = ["-year", "-number"]
        verbose_name = _("document number")
        verbose_name_plural = _("document numbers")
        constraints = [
            valid_choice("kind", DocumentKind),
            models.UniqueConstraint(
                fields=["jurisdiction", "kind", "year", "number"], name="governance_documentnumber_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "target_type", "target_id"], name="governance_documentnumber_one_a_record"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="governance_documentnumber_from_1"),
        ]

    def __str__(self) -> str:
        return self.text


class DocumentTemplateQuerySet(models.QuerySet["DocumentTemplate"]):
    def visible_to(self, user: User) -> DocumentTemplateQuerySet:
        """Those of the jurisdiction, for whoever manages them there."""
        acting = user.acting
        if acting is None or not user.has_perm("governance.add_documenttemplate"):
            return self.none()
        return self.filter(jurisdiction=acting.department.jurisdiction_id)

    def locked(self, pk: int) -> DocumentTemplate:
        return self.select_for_update(of=("self",)).get(pk=pk)


def template_path(template: DocumentTemplate, filename: str) -> str:
    """A random name: nothing of what people typed reaches the disk."""
    return f"document-templates/{uuid.uuid4().hex}"


class DocumentTemplate(models.Model):
    """An office's own Word template for one document in one language; in force after it was tried on a record."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="document_templates", verbose_name=_("jurisdiction")
    )
    kind = models.CharField(_("document"), max_length=12, choices=DocumentKind)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    file = models.FileField(_("file"), upload_to=template_path)
    filename = models.CharField(_("file name"), max_length=255)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    tried_at = models.DateTimeField(_("tried out at"), null=True, blank=True)
    tried_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tried out by")
    )
    is_current = models.BooleanField(_("in force"), default=False)

    objects = DocumentTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "language", "-pk"]
        verbose_name = _("document template")
        verbose_name_plural = _("document templates")
        constraints = [
            valid_choice("kind", DocumentKind),
            models.CheckConstraint(
                condition=Q(language__in=[code for code, _word in settings.LANGUAGES]),
                name="governance_documenttemplate_language_valid",
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "kind", "language"],
                condition=Q(is_current=True),
                name="governance_documenttemplate_one_current",
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "kind", "language", "sha256"],
                name="governance_documenttemplate_file_once",
                violation_error_message=_("This very file is there already."),
            ),
            set_together("tried_at", "tried_by"),
            implies(
                "current_was_tried",
                Q(is_current=True),
                Q(tried_at__isnull=False),
                _("Try the template on a record before it is put in force."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_language_display()} · {self.filename}"
