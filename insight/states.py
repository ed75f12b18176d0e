"""Where money stands in the pictures: what was done with it, what is built with it, where it ends."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Treatment(TextChoices):
    """What became of declared money: the disposition of its line, or what took it out before one."""

    KEEP = "keep", pgettext_lazy("disposition", "keep")
    MERGE = "merge", pgettext_lazy("disposition", "merge")
    STRIP = "strip", pgettext_lazy("disposition", "strip out")
    REUSE = "reuse", pgettext_lazy("disposition", "reuse")
    REMEDIATE = "remediate", pgettext_lazy("disposition", "remediate")
    CUT = "cut", pgettext_lazy("disposition", "cut")
    REJECT = "reject", pgettext_lazy("disposition", "reject")
    OPEN = "open", _("still open")
    ENDED = "ended", _("deferred, withdrawn or escalated")


class Place(TextChoices):
    """What the money builds."""

    PROJECT = "project", _("departments' projects")
    CAPABILITY = "capability", _("shared capabilities")


class End(TextChoices):
    """Where the money ends: on the list, or why it is not spent."""

    LISTED = "listed", _("listed: funded")
    RESERVE = "reserve", pgettext_lazy("money", "in reserve")
    UNDETERMINED = "undetermined", _("not on the list yet")
    AVOIDED = "avoided", _("not built twice")
    CUT = "cut", pgettext_lazy("disposition", "cut")
    REJECTED = "rejected", _("not built")
    OPEN = "open", _("still open")
    HELD = "held", _("held for later")


class Step(TextChoices):
    """The way of an application, from its draft to its money."""

    DRAFTED = "drafted", pgettext_lazy("step", "draft")
    SUBMITTED = "submitted", pgettext_lazy("step", "submitted")
    ACCEPTED = "accepted", pgettext_lazy("step", "accepted")
    CONSOLIDATED = "consolidated", pgettext_lazy("step", "consolidated")
    DETERMINED = "determined", pgettext_lazy("step", "determined")
    LISTED = "listed", pgettext_lazy("step", "on the locked list")
    FUNDED = "funded", pgettext_lazy("step", "funded by the budget reply")
