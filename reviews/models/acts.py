"""Acts (统筹决定) and the opinions on them."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.constraints import implies, set_together, valid_choice
from common.models import Governed
from governance.models import Department, Jurisdiction, User
from governance.states import Role
from reviews.states import (
    STANDING,
    ActStatus,
    OpinionState,
)


class ActQuerySet(models.QuerySet["Act"]):
    def visible_to(self, user: User) -> ActQuerySet:
        """The authority's people see all of the jurisdiction; a department what touches it, once confirmed."""
        acting = user.acting
        if acting is None:
            return self.none()
        if acting.role in {Role.REVIEWER, Role.HEAD, Role.AUDITOR, Role.FINANCE}:
            return self.filter(jurisdiction=acting.department.jurisdiction_id)
        if acting.role in {Role.CLERK, Role.LEADER}:
            touched = Opinion.objects.filter(department=acting.department_id).values("act")
            return self.filter(pk__in=touched, status__in=[*STANDING, ActStatus.UNDONE])
        return self.none()

    def locked(self, pk: int) -> Act:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Act(Governed):
    """The decisions that are made together; planned, proposed, confirmed, objected to, undone as a whole."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="acts", verbose_name=_("jurisdiction"))
    number = models.CharField(_("number"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    status = models.CharField(_("status"), max_length=12, choices=ActStatus, default=ActStatus.PLANNED)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("planned by"))
    proposed_at = models.DateTimeField(_("proposed at"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    order = models.PositiveBigIntegerField(_("order of confirmation"), default=0)
    opinions_due_on = models.DateField(_("opinions due on"), null=True, blank=True)
    undo_asked_at = models.DateTimeField(_("undo asked at"), null=True, blank=True)
    undo_asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("undo asked by")
    )
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    is_sealed = models.BooleanField(_("stands on a locked list"), default=False)
    before = models.JSONField(_("money before"), default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("money after"), default=dict, encoder=DjangoJSONEncoder)

    objects = ActQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        indexes = [models.Index(fields=["jurisdiction", "status"], name="act_status")]
        constraints = [
            valid_choice("status", ActStatus),
            set_together("proposed_at", "proposed_by"),
            set_together("confirmed_at", "confirmed_by"),
            set_together("undo_asked_at", "undo_asked_by"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="reviews_act_four_eyes",
                violation_error_message=_("Nobody confirms an act that they proposed or edited."),
            ),
            implies(
                "standing_was_confirmed",
                Q(status__in=STANDING),
                Q(confirmed_at__isnull=False, order__gt=0),
                _("A standing act was confirmed."),
            ),
            implies(
                "proposed_has_reason",
                Q(status__in=sorted([ActStatus.PROPOSED, *STANDING])),
                ~Q(reason=""),
                _("An act has a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def is_standing(self) -> bool:
        return self.status in STANDING


class ActEditor(models.Model):
    """Somebody who planned or edited the act: they never confirm it."""

    act = models.ForeignKey(Act, models.CASCADE, related_name="editors")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "user"], name="reviews_acteditor_once")]

    def __str__(self) -> str:
        return f"{self.user}"


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, user: User) -> OpinionQuerySet:
        """The authority's people see all of the jurisdiction; a department its own."""
        acting = user.acting
        if acting is not None and acting.role in {Role.CLERK, Role.LEADER}:
            return self.filter(department=acting.department_id, act__in=Act.objects.visible_to(user))
        return self.filter(act__in=Act.objects.visible_to(user))

    def awaiting(self) -> OpinionQuerySet:
        """Asked for and not given; of an act that was undone nothing is asked any more."""
        return self.filter(state=OpinionState.AWAITING, act__status__in=STANDING)


class Opinion(models.Model):
    """What a touched department says to a confirmed act; no answer in time is agreement."""

    act = models.ForeignKey(Act, models.CASCADE, related_name="opinions")
    department = models.ForeignKey(Department, models.PROTECT, related_name="opinions", verbose_name=_("department"))
    state = models.CharField(_("opinion"), max_length=12, choices=OpinionState, default=OpinionState.AWAITING)
    text = models.TextField(_("text"), blank=True)
    given_at = models.DateTimeField(_("given at"), null=True, blank=True)
    given_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )

    objects = OpinionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        constraints = [
            models.UniqueConstraint(fields=["act", "department"], name="reviews_opinion_once"),
            valid_choice("state", OpinionState),
            set_together("given_at", "given_by"),
            implies(
                "answer_has_author",
                Q(state__in=[OpinionState.AGREED, OpinionState.OBJECTED]),
                Q(given_by__isnull=False),
                _("An opinion names who gave it."),
            ),
            implies("objection_has_text", Q(state=OpinionState.OBJECTED), ~Q(text=""), _("An objection says why.")),
        ]

    def __str__(self) -> str:
        return f"{self.department}: {self.get_state_display()}"
