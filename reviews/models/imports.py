"""A file that somebody brought, looked at before it is written."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.constraints import set_together
from governance.models import Round, User


class ImportFile(models.Model):
    """An uploaded table with its map; its rows are written when somebody confirms the preview."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="imports", verbose_name=_("round"))
    filename = models.CharField(_("file name"), max_length=255)
    content = models.BinaryField(_("content"))
    map_text = models.TextField(_("map"))
    brought_at = models.DateTimeField(_("brought at"), auto_now_add=True)
    brought_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("brought by"))
    imported_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    imported_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("imported by")
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import file")
        verbose_name_plural = _("import files")
        constraints = [set_together("imported_at", "imported_by")]

    def __str__(self) -> str:
        return self.filename
