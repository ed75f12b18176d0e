"""Acts (统筹决定) and the dispositions (处置) that they hold."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Capability, System
from common.constraints import implies, not_negative, set_together, valid_choice
from common.models import Governed
from common.money import MoneyField
from governance.models import Department, FundingSource, Jurisdiction, User
from governance.states import Role
from projects.models import Component, Line
from reviews.states import (
    BUILT,
    STANDING,
    ActStatus,
    DispositionKind,
    DispositionState,
    MoneyPart,
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


class DispositionQuerySet(models.QuerySet["Disposition"]):
    def live(self) -> DispositionQuerySet:
        return self.filter(state=DispositionState.LIVE)

    def of_lines(self, lines: Iterable[int]) -> DispositionQuerySet:
        return self.filter(line__in=list(lines))

    def loaded(self) -> DispositionQuerySet:
        """With everything that the rules read."""
        return self.select_related(
            "act",
            "line__application__round",
            "target_line__application__round",
            "target_component__project",
            "capability",
            "system",
        ).prefetch_related("shares__source")


class Disposition(models.Model):
    """What becomes of one line: its own part, its transfer to a component, and what is saved.

    The saved amount is stored with its decision: derived, it would make the identity
    true by definition, and `reconcile` blind.
    """

    act = models.ForeignKey(Act, models.CASCADE, related_name="dispositions")
    line = models.ForeignKey(Line, models.PROTECT, related_name="dispositions", verbose_name=_("line"))
    kind = models.CharField(_("disposition"), max_length=12, choices=DispositionKind)
    state = models.CharField(_("state"), max_length=12, choices=DispositionState, default=DispositionState.PENDING)
    own = MoneyField(_("own part"))
    moved = MoneyField(_("transferred"))
    saved = MoneyField(_("saved"))
    target_line = models.ForeignKey(
        Line, models.PROTECT, null=True, blank=True, related_name="receives", verbose_name=_("goes into")
    )
    target_component = models.ForeignKey(
        Component, models.PROTECT, null=True, blank=True, related_name="receives", verbose_name=_("goes into")
    )
    capability = models.ForeignKey(
        Capability, models.PROTECT, null=True, blank=True, related_name="dispositions", verbose_name=_("capability")
    )
    system = models.ForeignKey(
        System, models.PROTECT, null=True, blank=True, related_name="dispositions", verbose_name=_("system")
    )
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("supersedes")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = DispositionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("disposition")
        verbose_name_plural = _("dispositions")
        indexes = [
            models.Index(fields=["target_line", "state"], name="disposition_target"),
            models.Index(fields=["line", "state"], name="disposition_line"),
        ]
        constraints = [
            valid_choice("kind", DispositionKind),
            valid_choice("state", DispositionState),
            not_negative("own", "moved", "saved"),
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(state=DispositionState.LIVE),
                name="reviews_disposition_one_live",
                violation_error_message=_("A line has one live decision at most."),
            ),
            models.UniqueConstraint(fields=["act", "line"], name="reviews_disposition_line_once_in_act"),
            models.CheckConstraint(
                condition=Q(target_line__isnull=True) | Q(target_component__isnull=True),
                name="reviews_disposition_one_target",
            ),
            models.CheckConstraint(
                condition=Q(target_line__isnull=True) | ~Q(target_line=F("line")),
                name="reviews_disposition_not_into_itself",
            ),
            implies(
                "merge_names_component",
                Q(kind=DispositionKind.MERGE),
                Q(target_line__isnull=False) | Q(target_component__isnull=False),
                _("A merge names the component that it goes into."),
            ),
            implies(
                "strip_names_capability",
                Q(kind=DispositionKind.STRIP),
                Q(capability__isnull=False),
                _("A strip names a capability of the catalog."),
            ),
            implies(
                "only_strip_names_capability",
                ~Q(kind=DispositionKind.STRIP),
                Q(capability__isnull=True),
                _("Only a strip names a capability."),
            ),
            implies(
                "reuse_names_system",
                Q(kind=DispositionKind.REUSE),
                Q(system__isnull=False),
                _("A reuse names a system of the inventory."),
            ),
            implies(
                "built_or_refused_has_no_target",
                Q(kind__in=sorted([*BUILT, DispositionKind.REJECT, DispositionKind.REUSE])),
                Q(moved=0, target_line__isnull=True, target_component__isnull=True),
                _("Only a merge or a strip transfers money."),
            ),
            implies(
                "transfer_has_target",
                Q(moved__gt=0),
                Q(target_line__isnull=False) | Q(target_component__isnull=False),
                _("A transfer goes into a component."),
            ),
            implies(
                "reject_leaves_nothing",
                Q(kind=DispositionKind.REJECT),
                Q(own=0),
                _("A reject leaves no own part."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} → {self.get_kind_display()}"

    @property
    def is_live(self) -> bool:
        return self.state == DispositionState.LIVE

    @property
    def target(self) -> Line | Component | None:
        """Where transferred money goes: the lead line of a component, or an inherited component."""
        return self.target_line or self.target_component

    def money(self, part: MoneyPart | str) -> dict[str, Decimal]:
        """Amounts by source code of the own or the transferred part (prefetched ``shares``)."""
        return {row.source.code: row.amount for row in self.shares.all() if row.part == part}


class DispositionMoney(models.Model):
    """The own or transferred part of a disposition from one funding source."""

    disposition = models.ForeignKey(Disposition, models.CASCADE, related_name="shares")
    part = models.CharField(_("part"), max_length=8, choices=MoneyPart)
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="+", verbose_name=_("funding source"))
    amount = MoneyField(_("amount"))

    class Meta:
        verbose_name = _("share of a source")
        verbose_name_plural = _("shares of sources")
        constraints = [
            models.UniqueConstraint(fields=["disposition", "part", "source"], name="reviews_share_once"),
            valid_choice("part", MoneyPart),
            not_negative("amount"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.amount}"


class Condition(models.Model):
    """What a kept line must still fulfil (改造): follows the project, does not block listing."""

    disposition = models.ForeignKey(Disposition, models.CASCADE, related_name="conditions")
    text = models.CharField(_("condition"), max_length=500)
    due_on = models.DateField(_("due on"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="reviews_condition_has_text"),
        ]

    def __str__(self) -> str:
        return self.text


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, user: User) -> OpinionQuerySet:
        """The authority's people see all of the jurisdiction; a department its own."""
        acting = user.acting
        if acting is not None and acting.role in {Role.CLERK, Role.LEADER}:
            return self.filter(department=acting.department_id, act__in=Act.objects.visible_to(user))
        return self.filter(act__in=Act.objects.visible_to(user))

    def awaiting(self) -> OpinionQuerySet:
        return self.filter(state=OpinionState.AWAITING)


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
