"""Weights of the comparison, learnt from a jurisdiction's verdicts. Without any in use, those that ship are."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.constraints import implies, set_together, valid_choice
from common.models import Governed
from governance.models import Jurisdiction, User
from reviews.rules import SEES_VERDICTS
from reviews.states import WeightsState


class MatchWeightsQuerySet(models.QuerySet["MatchWeights"]):
    def visible_to(self, user: User) -> MatchWeightsQuerySet:
        """Those of the jurisdiction, for who judges and for the auditor."""
        acting = user.acting
        if acting is None or acting.role not in SEES_VERDICTS:
            return self.none()
        return self.filter(jurisdiction=acting.department.jurisdiction_id)

    def loaded(self) -> MatchWeightsQuerySet:
        """With everything that a page says of them."""
        return self.select_related("jurisdiction", "learnt_by", "activated_by", "parent")


class MatchWeights(Governed):
    """What was learnt once: the weights, from how many verdicts, and how they compare with those before.

    `values` is a `matching.score.Weights`; `figures` has what was measured before and after, the reasons of a
    refusal, and the same by pool and category. Rows are never changed but for their state.
    """

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="match_weights", verbose_name=_("jurisdiction")
    )
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=WeightsState)
    values = models.JSONField(_("weights"))
    model_id = models.CharField(_("model"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in use before")
    )
    verdicts = models.PositiveIntegerField(_("verdicts"))
    last_verdict = models.DateTimeField(_("last verdict"))
    figures = models.JSONField(_("figures"), default=dict)
    learnt_at = models.DateTimeField(_("learnt at"), auto_now_add=True)
    learnt_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    activated_at = models.DateTimeField(_("put in use at"), null=True, blank=True)
    activated_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("put in use by")
    )

    objects = MatchWeightsQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("weights of the comparison")
        verbose_name_plural = _("weights of the comparison")
        constraints = [
            valid_choice("state", WeightsState),
            models.UniqueConstraint(fields=["jurisdiction", "number"], name="reviews_matchweights_number_once"),
            models.UniqueConstraint(
                fields=["jurisdiction"],
                condition=Q(state=WeightsState.ACTIVE),
                name="reviews_matchweights_one_active",
                violation_error_message=_("Other weights are in use already."),
            ),
            set_together("activated_at", "activated_by"),
            implies(
                "used_has_moment",
                Q(state__in=[WeightsState.ACTIVE, WeightsState.RETIRED]),
                Q(activated_at__isnull=False),
                _("What is or was in use was put in use by somebody."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction.code}-{self.number}"
