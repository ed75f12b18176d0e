"""The dispositions (处置) that an act holds: one for each line, with its money and conditions."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Capability, System
from common.constraints import implies, not_negative, valid_choice
from common.money import MoneyField
from governance.models import FundingSource
from projects.models import Component, Line
from reviews.models.acts import Act
from reviews.states import (
    BUILT,
    DispositionKind,
    DispositionState,
    MoneyPart,
)

LEADS = (
    "line__application__department",
    "line__application__drafter",
    "target_line__application__department",
    "target_line__application__drafter",
    "target_component__project__lead",
    "capability__provider",
    "system__owner",
)


class DispositionQuerySet(models.QuerySet["Disposition"]):
    def live(self) -> DispositionQuerySet:
        return self.filter(state=DispositionState.LIVE)

    def of_lines(self, lines: Iterable[int]) -> DispositionQuerySet:
        return self.filter(line__in=list(lines))

    def placed(self) -> DispositionQuerySet:
        """With the lines and the places that they go to."""
        return self.select_related(
            "act",
            "line__application__round",
            "target_line__application__round",
            "target_component__project",
            "capability",
            "system",
        )

    def led(self) -> DispositionQuerySet:
        """Whose they are and where they go, for who asks nothing but whom they touch."""
        columns = ("act", "line", "state", "kind", "supersedes", *LEADS)
        return self.select_related(*(place.rpartition("__")[0] for place in LEADS)).only(*columns)

    def loaded(self) -> DispositionQuerySet:
        """With everything that the rules read: places, and money by source."""
        shares = DispositionMoney.objects.select_related("source")
        return self.placed().prefetch_related(models.Prefetch("shares", shares))


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
