"""The inventory of information systems (信息系统台账)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Case, ExpressionWrapper, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from catalog.models.capability import Capability, FunctionCategory
from catalog.states import OWNERS, RUNS, SEES_INSIDE, Domain, Network, PlannedFate, SystemStatus, SystemTag
from common.constraints import blank_or_choice, implies, not_negative, set_together, valid_choice
from common.models import Governed
from common.money import MoneyField, yuan
from governance.models import Department, FundingSource, User
from governance.models.organisation import code_validator

COMPLETENESS_FIELDS = (
    "office", "contact", "description", "domain", "first_built_on", "build_cost", "yearly_operating_cost",
    "network", "vendor", "operator", "user_group", "last_used_on", "technology", "planned_fate",
)  # fmt: skip

IDLE_DAYS = 365
# Classified systems are pointers: these stay empty, and they list no functions.
POINTER_LEAVES_OUT = ("description", "contact", "technology", "cloud_node", "vendor", "operator", "service_items")


class SystemQuerySet(models.QuerySet["System"]):
    def visible_to(self, user: User) -> SystemQuerySet:
        """Everybody sees which systems there are; `details_visible_to` says whose inside."""
        return self.all() if user.acting else self.none()

    def details_visible_to(self, user: User) -> SystemQuerySet:
        """Money, security and contacts: the owner's people, the authority's, finance and audit."""
        acting = user.acting
        if acting is None:
            return self.none()
        if acting.role in OWNERS:
            return self.filter(owner=acting.department_id)
        if acting.role in SEES_INSIDE:
            return self.filter(owner__jurisdiction=acting.department.jurisdiction_id)
        return self.none()

    def with_completeness(self) -> SystemQuerySet:
        """Annotate `filled_percent`, the same figure as `System.completeness`."""
        filled: Any = sum((_filled(name) for name in COMPLETENESS_FIELDS), start=Value(0))
        filled += Case(When(mlps_level__gte=2, then=_filled("mlps_filing")), default=0)
        filled += Case(When(mlps_level__gte=3, then=_filled("cryptography_assessed_on")), default=0)
        expected = Case(
            When(mlps_level__gte=3, then=len(COMPLETENESS_FIELDS) + 2),
            When(mlps_level__gte=2, then=len(COMPLETENESS_FIELDS) + 1),
            default=len(COMPLETENESS_FIELDS),
        )
        return self.annotate(
            filled_percent=ExpressionWrapper((filled * 200 + expected) / (expected * 2), output_field=IntegerField())
        )

    def to_attest(self, year: int) -> SystemQuerySet:
        """Those that nobody has attested in this year; archived ones are past it."""
        return self.filter(is_to_attest(year))

    def idle(self, today: date) -> SystemQuerySet:
        """Signs of a system that nobody needs: unused for a year, without users, or stopped and still paid for."""
        return self.filter(is_idle(today))

    def locked(self, pk: int) -> System:
        return self.select_for_update(of=("self",)).get(pk=pk)


def is_to_attest(year: int) -> Q:
    """What `to_attest` asks of a system, for figures."""
    old = Q(attested_on__isnull=True) | Q(attested_on__lt=date(year, 1, 1))
    return old & ~Q(status=SystemStatus.ARCHIVED)


def is_idle(today: date) -> Q:
    """What `idle` asks of a system, for figures."""
    unused = Q(last_used_on__lt=today - timedelta(days=IDLE_DAYS)) | Q(monthly_active_users=0)
    paid = Q(status=SystemStatus.STOPPED, yearly_operating_cost__gt=yuan(0))
    return Q(status__in=RUNS) & unused | paid


def _filled(name: str) -> Case:
    """1 where the column says something, else 0."""
    says_something = Q(**{f"{name}__isnull": False})
    if isinstance(System._meta.get_field(name), models.CharField | models.TextField):
        says_something &= ~Q(**{name: ""})
    return Case(When(says_something, then=1), default=0)


class System(Governed):
    """One system of the inventory; its functions are what duplicates are compared with."""

    # identity
    code = models.CharField(_("system code"), max_length=60, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=200)
    former_name = models.CharField(_("former name"), max_length=200, blank=True)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    owner = models.ForeignKey(Department, models.PROTECT, related_name="systems", verbose_name=_("owner"))
    used_by = models.ManyToManyField(
        Department, blank=True, related_name="used_systems", verbose_name=_("using departments")
    )
    office = models.CharField(_("responsible office"), max_length=200, blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    tag = models.CharField(_("tag"), max_length=16, choices=SystemTag, default=SystemTag.PLATFORM)
    description = models.TextField(_("function description"), blank=True)
    domain = models.CharField(_("application domain"), max_length=16, choices=Domain, blank=True)
    # life
    status = models.CharField(_("status"), max_length=16, choices=SystemStatus, default=SystemStatus.IN_USE)
    first_built_on = models.DateField(_("first built"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("parent system")
    )
    depends_on = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="used_by_systems", verbose_name=_("depends on")
    )
    planned_fate = models.CharField(_("planned fate"), max_length=16, choices=PlannedFate, blank=True)
    absorbed_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbs", verbose_name=_("absorbed into")
    )
    replaced_by = models.ForeignKey(
        Capability, models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("replaced by")
    )
    fate_on = models.DateField(_("target date"), null=True, blank=True)
    attested_on = models.DateField(_("attested on"), null=True, blank=True)
    attested_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("attested by")
    )
    # money
    build_cost = MoneyField(_("total build cost"), null=True, blank=True)
    yearly_operating_cost = MoneyField(_("yearly operating cost"), null=True, blank=True)
    funding_source = models.ForeignKey(
        FundingSource, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("funding source")
    )
    vendor = models.CharField(_("vendor"), max_length=200, blank=True)
    operator = models.CharField(_("operator"), max_length=200, blank=True)
    warranty_until = models.DateField(_("warranty until"), null=True, blank=True)
    # use
    user_level = models.CharField(_("user level"), max_length=100, blank=True)
    user_group = models.CharField(_("user group"), max_length=200, blank=True)
    registered_users = models.PositiveIntegerField(_("registered users"), null=True, blank=True)
    monthly_active_users = models.PositiveIntegerField(_("monthly active users"), null=True, blank=True)
    last_used_on = models.DateField(_("last used"), null=True, blank=True)
    service_items = models.TextField(_("service items"), blank=True)
    # deployment
    network = models.CharField(_("network"), max_length=16, choices=Network, blank=True)
    cloud_node = models.CharField(_("cloud node"), max_length=200, blank=True)
    vcpu = models.PositiveIntegerField(_("vCPU"), null=True, blank=True)
    memory_gib = models.PositiveIntegerField(_("memory (GiB)"), null=True, blank=True)
    storage_gib = models.PositiveIntegerField(_("storage (GiB)"), null=True, blank=True)
    mean_cpu_percent = models.PositiveSmallIntegerField(
        _("mean CPU %"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    technology = models.CharField(_("technology stack"), max_length=300, blank=True)
    is_domestic = models.BooleanField(_("adapted to domestic hardware and software"), default=False)
    # security
    mlps_level = models.PositiveSmallIntegerField(
        _("MLPS level"), null=True, blank=True, validators=[MaxValueValidator(4)]
    )
    mlps_filing = models.CharField(_("MLPS filing number"), max_length=100, blank=True)
    mlps_tested_on = models.DateField(_("last MLPS test"), null=True, blank=True)
    mlps_result = models.CharField(_("MLPS test result"), max_length=100, blank=True)
    cryptography_assessed_on = models.DateField(_("cryptography assessed on"), null=True, blank=True)
    has_personal_data = models.BooleanField(_("holds personal data"), default=False)
    is_classified = models.BooleanField(_("classified (pointer only)"), default=False)

    objects = SystemQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("system")
        verbose_name_plural = _("systems")
        constraints = [
            valid_choice("status", SystemStatus),
            valid_choice("tag", SystemTag),
            blank_or_choice("domain", Domain),
            blank_or_choice("network", Network),
            blank_or_choice("planned_fate", PlannedFate),
            models.CheckConstraint(condition=~Q(name=""), name="catalog_system_has_name"),
            not_negative("build_cost", "yearly_operating_cost"),
            set_together("attested_on", "attested_by"),
            models.CheckConstraint(
                condition=Q(mlps_level__isnull=True) | Q(mlps_level__lte=4), name="catalog_system_mlps_level"
            ),
            implies(
                "absorbed_names_platform",
                Q(planned_fate=PlannedFate.ABSORB),
                Q(absorbed_into__isnull=False),
                _("Name the platform that absorbs the system."),
            ),
            implies(
                "replaced_names_capability",
                Q(planned_fate=PlannedFate.REPLACE),
                Q(replaced_by__isnull=False),
                _("Name the capability that replaces the system."),
            ),
            implies(
                "only_absorbed_names_platform",
                ~Q(planned_fate=PlannedFate.ABSORB),
                Q(absorbed_into__isnull=True),
                _("Only a system that is to be absorbed names a platform."),
            ),
            implies(
                "only_replaced_names_capability",
                ~Q(planned_fate=PlannedFate.REPLACE),
                Q(replaced_by__isnull=True),
                _("Only a system that is to be replaced names a capability."),
            ),
            models.CheckConstraint(
                condition=~Q(absorbed_into=models.F("id")),
                name="catalog_system_not_into_itself",
                violation_error_message=_("A system is not absorbed into itself."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")),
                name="catalog_system_not_its_own_part",
                violation_error_message=_("A system is not a part of itself."),
            ),
            models.CheckConstraint(
                condition=Q(mean_cpu_percent__isnull=True) | Q(mean_cpu_percent__lte=100),
                name="catalog_system_cpu_percent",
            ),
            implies(
                "classified_is_pointer",
                Q(is_classified=True),
                Q(**dict.fromkeys(POINTER_LEAVES_OUT, "")),
                _("A classified system is a pointer only: leave out description, contact and technology."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def unfilled(self) -> list[str]:
        """The expected fields that say nothing yet."""
        return [name for name in self._expected if getattr(self, name) in (None, "")]

    @property
    def completeness(self) -> int:
        """Per cent of the expected fields that are filled, 0 to 100, halves up."""
        expected = len(self._expected)
        return (200 * (expected - len(self.unfilled)) + expected) // (2 * expected)

    @property
    def _expected(self) -> list[str]:
        level = self.mlps_level or 0
        more = ["mlps_filing"] * (level >= 2) + ["cryptography_assessed_on"] * (level >= 3)
        return [*COMPLETENESS_FIELDS, *more]

    def is_attested_in(self, year: int) -> bool:
        return self.attested_on is not None and self.attested_on >= date(year, 1, 1)


class SystemFunctionQuerySet(models.QuerySet["SystemFunction"]):
    def visible_to(self, user: User) -> SystemFunctionQuerySet:
        """Functions are what everybody may see of a system."""
        return self.filter(system__in=System.objects.visible_to(user))


class SystemFunction(models.Model):
    """A function of a running system, in the words of its owner."""

    system = models.ForeignKey(System, models.CASCADE, related_name="functions", verbose_name=_("system"))
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    category = models.ForeignKey(
        FunctionCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )

    objects = SystemFunctionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("system function")
        verbose_name_plural = _("system functions")
        constraints = [
            models.UniqueConstraint(
                fields=["system", "name"],
                name="catalog_systemfunction_once",
                violation_error_message=_("The system lists a function of this name already."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="catalog_systemfunction_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SystemVersionQuerySet(models.QuerySet["SystemVersion"]):
    def visible_to(self, user: User) -> SystemVersionQuerySet:
        """The history says what stood inside an entry."""
        return self.filter(system__in=System.objects.details_visible_to(user))


class SystemVersion(models.Model):
    """What a system's entry said before a change, and why it changed."""

    system = models.ForeignKey(System, models.CASCADE, related_name="versions", verbose_name=_("system"))
    number = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.CharField(_("reason"), max_length=300)
    before = models.JSONField(_("before"), default=dict)

    objects = SystemVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("system version")
        verbose_name_plural = _("system versions")
        constraints = [
            models.UniqueConstraint(fields=["system", "number"], name="catalog_systemversion_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="catalog_systemversion_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.system} v{self.number}"
