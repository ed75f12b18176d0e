"""Lines (申报条目): every yuan of an application stands in exactly one of them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Capability, DataResource, FunctionCategory
from common.constraints import blank_or_choice, implies, not_negative, valid_choice
from common.money import MoneyField, half_up
from governance.models import FundingSource, Round, User
from projects.models.application import Application
from projects.states import UNDER_WAY, CatalogAnswer, DataAccess, LineKind, ModuleChange

Money = dict[str, Decimal]  # funding source code -> yuan


class LineQuerySet(models.QuerySet["Line"]):
    def visible_to(self, user: User) -> LineQuerySet:
        return self.filter(application__in=Application.objects.visible_to(user))

    def modules(self) -> LineQuerySet:
        return self.filter(kind=LineKind.MODULE)

    def of_round(self, round: Round) -> LineQuerySet:
        return self.filter(application__round=round)

    def under_way(self) -> LineQuerySet:
        return self.filter(application__status__in=UNDER_WAY)

    def with_money(self) -> LineQuerySet:
        """With everything that deciding needs: application, round, sources, base."""
        return self.select_related("application__round", "application__department").prefetch_related(
            models.Prefetch("sources", LineSource.objects.select_related("source")), "base_links"
        )


class Line(models.Model):
    """A functional module (功能模块) or another cost item, with its money by source and year."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="lines", verbose_name=_("application"))
    sequence = models.PositiveIntegerField(_("sequence"))
    kind = models.CharField(_("kind"), max_length=20, choices=LineKind, default=LineKind.MODULE)
    name = models.CharField(_("name"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    declared = MoneyField(
        _("declared amount"), null=True, blank=True, help_text=_("Including tax. Empty: not known yet.")
    )
    # what a module is
    subsystem = models.CharField(_("subsystem"), max_length=200, blank=True)
    function_level_1 = models.CharField(_("function, level 1"), max_length=200, blank=True)
    function_level_2 = models.CharField(_("function, level 2"), max_length=200, blank=True)
    function_level_3 = models.CharField(_("function, level 3"), max_length=200, blank=True)
    scene = models.TextField(_("users and scene"), blank=True)
    change = models.CharField(_("change"), max_length=8, choices=ModuleChange, default=ModuleChange.NEW)
    category = models.ForeignKey(
        FunctionCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    capability = models.ForeignKey(
        Capability, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("catalog capability")
    )
    catalog_answer = models.CharField(_("uses the catalog"), max_length=8, choices=CatalogAnswer, blank=True)
    decline_reason = models.TextField(_("why not"), blank=True)
    interfaces = models.TextField(_("interfaces"), blank=True)
    function_points = models.DecimalField(
        _("function points"), max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    person_months = models.DecimalField(
        _("person-months"), max_digits=8, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    # what a cost item is
    specification = models.CharField(_("specification"), max_length=300, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    unit_price = MoneyField(_("unit price"), null=True, blank=True)
    price_basis = models.CharField(_("basis of the price"), max_length=300, blank=True)
    is_domestic = models.BooleanField(_("domestic product"), default=False)
    serves = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="served_by", verbose_name=_("serves module")
    )
    rate = models.DecimalField(
        _("rate of its base"),
        max_digits=7,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    base = models.ManyToManyField(
        "self", through="LineBase", symmetrical=False, related_name="rated", verbose_name=_("base")
    )
    # what the city builds with it
    builds = models.OneToOneField(
        Capability, models.PROTECT, null=True, blank=True, related_name="built_by", verbose_name=_("builds capability")
    )
    earmarks = models.ManyToManyField(
        FundingSource, blank=True, related_name="+", verbose_name=_("earmarked money whose purpose it serves")
    )

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["application", "sequence"]
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        constraints = [
            models.UniqueConstraint(fields=["application", "sequence"], name="projects_line_sequence_once"),
            valid_choice("kind", LineKind),
            valid_choice("change", ModuleChange),
            blank_or_choice("catalog_answer", CatalogAnswer),
            not_negative("declared", "unit_price", "quantity", "function_points", "person_months"),
            models.CheckConstraint(
                condition=Q(rate__isnull=True) | Q(rate__gte=0, rate__lte=1), name="projects_line_rate_0_to_1"
            ),
            implies(
                "module_stands_alone",
                Q(kind=LineKind.MODULE),
                Q(serves__isnull=True, rate__isnull=True),
                _("A module serves no other module and is no rate of others."),
            ),
            implies("only_modules_build", Q(builds__isnull=False), Q(kind=LineKind.MODULE), _("A module builds it.")),
            implies(
                "answer_names_capability",
                ~Q(catalog_answer=""),
                Q(capability__isnull=False),
                _("Name the capability that the answer is about."),
            ),
            models.CheckConstraint(condition=~Q(serves=F("id")), name="projects_line_not_serving_itself"),
            models.CheckConstraint(condition=~Q(name=""), name="projects_line_has_name"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"

    @property
    def reference(self) -> str:
        """Stable within the application: SB2027-0001/3."""
        return f"{self.application.number}/{self.sequence}"

    @property
    def is_module(self) -> bool:
        return self.kind == LineKind.MODULE

    @property
    def priced(self) -> Decimal | None:
        """Quantity × unit price (of a module: person-months × unit price), half up; None when one is missing."""
        times = self.person_months if self.is_module else self.quantity
        return None if times is None or self.unit_price is None else half_up(times * self.unit_price)

    @property
    def money(self) -> Money | None:
        """Declared amounts by source code, over all years; None when the amount is unknown.

        Reads the prefetched ``sources`` of `LineQuerySet.with_money`.
        """
        if self.declared is None:
            return None
        found: Counter[str] = Counter()
        for row in self.sources.all():
            found[row.source.code] += row.amount
        return dict(found)  # type: ignore[arg-type]

    @property
    def base_ids(self) -> list[int]:
        """The lines that a rate-based item is a rate of (prefetched ``base_links``)."""
        return [link.base_id for link in self.base_links.all()]


class LineBase(models.Model):
    """A rate-based item is a rate of these lines."""

    line = models.ForeignKey(Line, models.CASCADE, related_name="base_links")
    base = models.ForeignKey(Line, models.CASCADE, related_name="rated_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "base"], name="projects_linebase_once"),
            models.CheckConstraint(condition=~Q(line=F("base")), name="projects_linebase_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} of {self.base_id}"


class LineSource(models.Model):
    """Money of a line from one source in one year; the rows of a line add up to its declared amount."""

    line = models.ForeignKey(Line, models.CASCADE, related_name="sources")
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="+", verbose_name=_("funding source"))
    year = models.PositiveSmallIntegerField(_("year"))
    amount = MoneyField(_("amount"))

    class Meta:
        ordering = ["year", "source__code"]
        verbose_name = _("line source")
        verbose_name_plural = _("line sources")
        constraints = [
            models.UniqueConstraint(fields=["line", "source", "year"], name="projects_linesource_once"),
            not_negative("amount"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.year}: {self.amount}"


class LineData(models.Model):
    """A data resource that a module reads or writes."""

    line = models.ForeignKey(Line, models.CASCADE, related_name="data_links")
    resource = models.ForeignKey(
        DataResource, models.PROTECT, related_name="line_links", verbose_name=_("data resource")
    )
    access = models.CharField(_("access"), max_length=8, choices=DataAccess)

    class Meta:
        verbose_name = _("data use")
        verbose_name_plural = _("data uses")
        constraints = [
            models.UniqueConstraint(fields=["line", "resource", "access"], name="projects_linedata_once"),
            valid_choice("access", DataAccess),
        ]

    def __str__(self) -> str:
        return f"{self.get_access_display()} {self.resource}"
