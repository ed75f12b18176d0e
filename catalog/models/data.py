"""Data resources (数据资源目录)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.system import System
from catalog.states import OpenClass, SharingClass
from common.constraints import implies, valid_choice
from common.models import Governed
from governance.models import Department, User
from governance.models.organisation import code_validator


class DataResourceQuerySet(models.QuerySet["DataResource"]):
    def visible_to(self, user: User) -> DataResourceQuerySet:
        """The data catalogue is open to everybody who holds a role."""
        return self.all() if user.acting else self.none()

    def locked(self, pk: int) -> DataResource:
        return self.select_for_update(of=("self",)).get(pk=pk)


class DataResource(Governed):
    """A data set that a department provides."""

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=300)
    provider = models.ForeignKey(Department, models.PROTECT, related_name="data_resources", verbose_name=_("provider"))
    system = models.ForeignKey(
        System, models.SET_NULL, null=True, blank=True, related_name="data_resources", verbose_name=_("system")
    )
    summary = models.TextField(_("summary"), blank=True)
    format = models.CharField(_("format"), max_length=60, blank=True)
    sharing = models.CharField(_("sharing"), max_length=16, choices=SharingClass, default=SharingClass.CONDITIONAL)
    legal_basis = models.CharField(_("legal basis for not sharing"), max_length=300, blank=True)
    openness = models.CharField(_("openness"), max_length=16, choices=OpenClass, default=OpenClass.CLOSED)
    update_cycle = models.CharField(_("update cycle"), max_length=60, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    pooled_since = models.DateField(_("in the city data pool since"), null=True, blank=True)
    quality_percent = models.PositiveSmallIntegerField(
        _("quality pass rate %"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )

    objects = DataResourceQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("data resource")
        verbose_name_plural = _("data resources")
        constraints = [
            valid_choice("sharing", SharingClass),
            valid_choice("openness", OpenClass),
            models.CheckConstraint(condition=~Q(name=""), name="catalog_dataresource_has_name"),
            models.CheckConstraint(
                condition=Q(quality_percent__isnull=True) | Q(quality_percent__lte=100),
                name="catalog_dataresource_quality_percent",
            ),
            implies(
                "pooled_is_shared",
                Q(pooled_since__isnull=False),
                ~Q(sharing=SharingClass.NONE),
                _("A resource that is not shared is not in the city data pool."),
            ),
            implies(
                "unshared_has_basis",
                Q(sharing=SharingClass.NONE),
                ~Q(legal_basis=""),
                _("Name the legal basis for not sharing."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DataItem(models.Model):
    """One field of a data resource."""

    resource = models.ForeignKey(DataResource, models.CASCADE, related_name="items", verbose_name=_("data resource"))
    name = models.CharField(_("name"), max_length=200)
    type = models.CharField(_("type"), max_length=60, blank=True)
    length = models.PositiveIntegerField(_("length"), null=True, blank=True)
    is_key = models.BooleanField(_("key"), default=False)
    sensitivity = models.CharField(_("sensitivity"), max_length=60, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("data item")
        verbose_name_plural = _("data items")
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "name"],
                name="catalog_dataitem_once",
                violation_error_message=_("The resource has an item of this name already."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="catalog_dataitem_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
