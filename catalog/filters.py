"""Which capabilities, systems and data resources: the same questions on pages and in the API."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters.widgets import BooleanWidget
from drf_spectacular.utils import extend_schema_field

from catalog.models import Capability, DataResource, FunctionCategory, System
from catalog.queries.inventory import LOW
from catalog.states import (
    AccessMode,
    CapabilityKind,
    CapabilityStatus,
    Domain,
    Network,
    OpenClass,
    PlannedFate,
    SharingClass,
    SystemStatus,
    SystemTag,
)
from governance.models import Department
from governance.states import Level

ANY = pgettext_lazy("filter", "any")


def by_words(rows: QuerySet, text: str, fields: tuple[str, ...]) -> QuerySet:
    """Rows in which every word stands in one of the fields."""
    words = text.split()[:12]
    found = (reduce(or_, (Q(**{f"{field}__icontains": word}) for field in fields)) for word in words)
    pks = rows.model.objects.filter(reduce(and_, found, Q())).values("pk")  # no row twice, whatever was joined
    return rows.filter(pk__in=pks)


class ByWords(filters.CharFilter):
    """The search field of a list."""

    def __init__(self, *fields: str, words: Any) -> None:
        super().__init__(label=_("Search"), help_text=words, max_length=200)
        self.searched = fields

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return by_words(qs, value, self.searched) if value and value.strip() else qs


@extend_schema_field(str)
class CategoryFilter(filters.ModelChoiceFilter):
    """A function category by code, with all below it."""

    def __init__(self, path: str) -> None:
        super().__init__(
            queryset=FunctionCategory.objects.order_by("code"),
            to_field_name="code",
            label=_("Function category"),
            empty_label=ANY,
        )
        self.path = path

    def filter(self, qs: QuerySet, value: FunctionCategory | None) -> QuerySet:
        if value is None:
            return qs
        below = FunctionCategory.objects.descendants(value, include_self=True)
        within = {f"{self.path}__in": [row.pk for row in below]}
        return qs.filter(pk__in=qs.model.objects.filter(**within).values("pk"))


def departments(request: Any) -> QuerySet:
    return Department.objects.visible_to(request.user).order_by("jurisdiction__code", "code")


def choice(choices: Any, label: Any, **more: Any) -> filters.ChoiceFilter:
    return filters.ChoiceFilter(choices=choices, label=label, empty_label=ANY, **more)


class YesNoWidget(BooleanWidget):
    """Both, yes, or no; the library calls both "unknown", which means something else here."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        _unknown, *yes_and_no = list(self.choices)
        self.choices: list[Any] = [("", ANY), *yes_and_no]


def yes_no(label: Any, **more: Any) -> filters.BooleanFilter:
    return filters.BooleanFilter(label=label, widget=YesNoWidget, **more)


def department(label: Any) -> filters.ModelChoiceFilter:
    return filters.ModelChoiceFilter(queryset=departments, label=label, empty_label=ANY)


class CapabilityFilter(filters.FilterSet):
    """The catalog by words, its three indexes (resource, function category, kind) and status."""

    q = ByWords(
        "name",
        "code",
        "keywords",
        "built_centrally",
        "services_offered",
        "department_builds",
        "not_separately",
        "categories__name",
        words=_("What is to be done, such as “reading licence plates”"),
    )
    resource = filters.CharFilter(label=_("Resource"))
    category = CategoryFilter("categories")
    kind = choice(CapabilityKind, _("Kind"))
    status = choice(CapabilityStatus, _("Status"))
    access_mode = choice(AccessMode, _("Access mode"))
    provider = department(_("Provider unit"))
    level = choice(Level, _("Level"))

    class Meta:
        model = Capability
        fields: tuple[str, ...] = ()


class SystemFilter(filters.FilterSet):
    """All systems, by what everybody may see of them."""

    q = ByWords(
        "name",
        "code",
        "former_name",
        "short_name",
        "description",
        "functions__name",
        "functions__description",
        words=_("Name, code or function"),
    )
    owner = department(_("Owner"))
    status = choice(SystemStatus, _("Status"))
    domain = choice(Domain, _("Domain"))
    tag = choice(SystemTag, _("Type"))
    category = CategoryFilter("functions__category")

    class Meta:
        model = System
        fields: tuple[str, ...] = ()


class InventoryFilter(SystemFilter):
    """The inventory, by what stands inside an entry too: then only entries whose inside the person sees."""

    INSIDE = ("attested", "completeness", "network", "mlps_level", "planned_fate", "use")

    attested = filters.ChoiceFilter(
        choices=[("yes", _("attested this year")), ("no", _("to be attested"))],
        label=_("Attestation"),
        empty_label=ANY,
        method="by_attestation",
    )
    completeness = filters.ChoiceFilter(
        choices=[("low", _("below 80 %"))], label=_("Completeness"), empty_label=ANY, method="by_completeness"
    )
    network = choice(Network, _("Network"))
    mlps_level = choice([(n, n) for n in range(5)], _("MLPS level"))
    planned_fate = filters.ChoiceFilter(
        choices=[*PlannedFate.choices, ("open", _("undecided"))],
        label=_("Planned fate"),
        empty_label=ANY,
        method="by_fate",
    )
    use = filters.ChoiceFilter(choices=[("idle", _("possibly idle"))], label=_("Use"), empty_label=ANY, method="by_use")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        if any(self.form.cleaned_data.get(name) for name in self.INSIDE):
            queryset = queryset.details_visible_to(self.request.user)
        return super().filter_queryset(queryset)

    def by_attestation(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        year = timezone.localdate().year
        return rows.to_attest(year) if value == "no" else rows.filter(attested_on__year__gte=year)

    def by_completeness(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        low = System.objects.with_completeness().filter(filled_percent__lt=LOW).values("pk")
        return rows.filter(pk__in=low)

    def by_fate(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(planned_fate="" if value == "open" else value)

    def by_use(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.idle(timezone.localdate())


class DataResourceFilter(filters.FilterSet):
    """The data catalogue, by words, sharing and whether the city data pool holds it."""

    q = ByWords("name", "code", "summary", "items__name", words=_("Name, code or item"))
    provider = department(_("Provider"))
    sharing = choice(SharingClass, _("Sharing"))
    openness = choice(OpenClass, _("Openness"))
    pooled = filters.ChoiceFilter(
        choices=[("yes", _("in the pool")), ("no", _("not in the pool"))],
        label=_("City data pool"),
        empty_label=ANY,
        method="by_pool",
    )

    class Meta:
        model = DataResource
        fields: tuple[str, ...] = ()

    def by_pool(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        if value == "no":  # what is not shared is never pooled
            return rows.filter(pooled_since=None).exclude(sharing=SharingClass.NONE)
        return rows.filter(pooled_since__isnull=False)
