"""What a person keeps about lists: questions under a name, and which columns they want to see."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.models.people import User


class SavedView(models.Model):
    """A question to a list under a name: a tab of that list, for the person who saved it alone."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views", verbose_name=_("person"))
    page = models.SlugField(_("list"), max_length=40)
    name = models.CharField(_("name of the view"), max_length=40)
    query = models.CharField(_("question"), max_length=1000, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["page", "position", "pk"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "page", "name"],
                name="governance_savedview_once",
                violation_error_message=_("You have a view of this name already."),
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="governance_savedview_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
