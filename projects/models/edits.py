"""What a draft's lines were before each change, so that the drafter can take the change back."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.constraints import valid_choice
from governance.models import User
from projects.models.application import Application
from projects.states import EditKind


class LineEdit(models.Model):
    """One change of the lines of a draft: what it did, and what stood there before.

    `version` is the application's after the change: when it is another one now, something else changed meanwhile.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="line_edits")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), auto_now_add=True)
    kind = models.CharField(_("what"), max_length=8, choices=EditKind)
    name = models.CharField(_("name"), max_length=300)
    version = models.PositiveIntegerField(_("version"), editable=False)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change of lines")
        verbose_name_plural = _("changes of lines")
        constraints = [valid_choice("kind", EditKind)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"
