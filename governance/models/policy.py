"""Numbers that differ by city and change every year, each with the document that sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.constraints import ordered
from governance.models.organisation import Jurisdiction
from governance.policies import PARAMETERS

if TYPE_CHECKING:
    from governance.models.people import User


class PolicyParameterQuerySet(models.QuerySet["PolicyParameter"]):
    def visible_to(self, user: User) -> PolicyParameterQuerySet:
        """The default pack, and the own values of the jurisdiction in which the person acts."""
        acting = user.acting
        if acting is None:
            return self.none()
        return self.filter(Q(jurisdiction__isnull=True) | Q(jurisdiction=acting.department.jurisdiction_id))

    def valid_on(self, day: object) -> PolicyParameterQuerySet:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class PolicyParameter(models.Model):
    """One value of a typed parameter (governance.policies.PARAMETERS) for a time.

    Without a jurisdiction it is the default pack's; a jurisdiction's own value goes before it.
    """

    jurisdiction = models.ForeignKey(
        Jurisdiction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="policy_parameters",
        verbose_name=_("jurisdiction"),
    )
    key = models.CharField(_("parameter"), max_length=60)
    value = models.JSONField(_("value"))
    source_document = models.CharField(_("source document"), max_length=300)
    clause = models.CharField(_("clause"), max_length=300, blank=True)
    is_verified = models.BooleanField(_("verified against the original"), default=False)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = PolicyParameterQuerySet.as_manager()

    class Meta:
        ordering = ["key", "-valid_from"]
        verbose_name = _("policy parameter")
        verbose_name_plural = _("policy parameters")
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "key", "valid_from"],
                name="governance_policy_once",
                violation_error_message=_("This parameter has a value from that day already."),
            ),
            models.UniqueConstraint(
                fields=["key", "valid_from"],
                condition=Q(jurisdiction__isnull=True),
                name="governance_policy_default_once",
                violation_error_message=_("This parameter has a value from that day already."),
            ),
            ordered("valid_from", "valid_to"),
        ]

    def __str__(self) -> str:
        parameter = PARAMETERS.get(self.key)
        return str(parameter.label) if parameter else self.key
