"""The shared-capability catalog (共性服务能力清单)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode
from tree_queries.query import TreeQuerySet

from catalog.states import CLOSING, UNBUILT, AccessMode, CapabilityKind, CapabilityStatus
from common.constraints import ordered, valid_choice
from common.models import Governed
from governance.models import Department, Jurisdiction, User
from governance.models.organisation import code_validator
from governance.states import Level


class FunctionCategoryQuerySet(TreeQuerySet):
    def visible_to(self, user: User) -> FunctionCategoryQuerySet:
        return self.all() if user.acting else self.none()


class FunctionCategory(TreeNode):
    """What kind of function a module performs: the catalog's second index."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=200)

    objects = FunctionCategoryQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("function category")
        verbose_name_plural = _("function categories")

    def __str__(self) -> str:
        return self.name


class CapabilityQuerySet(models.QuerySet["Capability"]):
    def published(self) -> CapabilityQuerySet:
        """What departments may choose from or wait for."""
        return self.exclude(status=CapabilityStatus.RETIRED)

    def visible_to(self, user: User) -> CapabilityQuerySet:
        """The catalog is open to everybody who holds a role."""
        return self.all() if user.acting else self.none()

    def locked(self, pk: int) -> Capability:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Capability(Governed):
    """One entry of the catalog: what is built once, and what a department must still build."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=CapabilityKind)
    status = models.CharField(_("status"), max_length=16, choices=CapabilityStatus, default=CapabilityStatus.PLANNED)
    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="capabilities", verbose_name=_("jurisdiction")
    )
    provider = models.ForeignKey(
        Department, models.PROTECT, related_name="capabilities", verbose_name=_("provider unit")
    )
    level = models.CharField(_("level"), max_length=16, choices=Level, default=Level.CITY)
    categories = models.ManyToManyField(
        FunctionCategory, blank=True, related_name="capabilities", verbose_name=_("function categories")
    )
    built_centrally = models.TextField(_("what is built centrally"))
    services_offered = models.TextField(_("services offered to departments"))
    department_builds = models.TextField(_("what the department must still build"))
    not_separately = models.TextField(_("what may no longer be built separately"), blank=True)
    resource = models.CharField(_("resource that it stands on"), max_length=200, blank=True)
    access_mode = models.CharField(_("access mode"), max_length=16, choices=AccessMode, default=AccessMode.API)
    interface_document = models.CharField(_("interface document"), max_length=500, blank=True)
    service_level = models.CharField(_("service level and capacity"), max_length=500, blank=True)
    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)  # None: unknown, or without limit
    capacity_unit = models.CharField(_("unit of the capacity"), max_length=40, blank=True)
    price = models.CharField(_("price"), max_length=200, blank=True)
    prerequisites = models.TextField(_("prerequisites"), blank=True)
    keywords = models.CharField(_("keywords"), max_length=500, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = CapabilityQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("capability")
        verbose_name_plural = _("capabilities")
        constraints = [
            valid_choice("kind", CapabilityKind),
            valid_choice("status", CapabilityStatus),
            valid_choice("access_mode", AccessMode),
            valid_choice("level", Level),
            ordered("valid_from", "valid_to"),
            models.CheckConstraint(condition=~Q(name=""), name="catalog_capability_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def takes_requests(self) -> bool:
        """Whether somebody new may be let in, now or once it is built."""
        return self.status not in CLOSING

    @property
    def is_running(self) -> bool:
        """It serves already, so it takes no building money."""
        return self.status not in UNBUILT
