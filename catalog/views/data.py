"""The data catalogue."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from catalog.filters import DataResourceFilter
from catalog.forms import DataResourceForm, PoolForm
from catalog.models import DataResource
from catalog.queries import resources
from catalog.queries.trail import trail
from catalog.services import data as services
from catalog.views.entry import EntryFormView
from catalog.views.lists import Export, FilteredList
from common.errors import DomainError
from common.http import demand, telling


class DataList(FilteredList):
    """All data resources, and whether the city data pool holds them."""

    model = DataResource
    template_name = "catalog/data.html"
    filterset_class = DataResourceFilter
    orderings: ClassVar = {"name": "name", "provider": "provider__code", "pooled": "pooled_since"}

    def scope(self) -> Any:
        return super().scope().select_related("provider").annotate(item_count=Count("items"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        figures = resources.figures(DataResource.objects.visible_to(user))
        may_register = user.has_perm("catalog.add_dataresource")
        views = self.views(figures)
        return super().get_context_data(may_register=may_register, figures=figures, views=views, **kwargs)

    def views(self, figures: resources.DataFigures) -> list[tuple[Any, str, int, bool]]:
        """The list's tabs: words, query, how many, whether this one is shown."""
        asked = self.request.GET
        tabs = [
            (_("Not in the pool yet"), "pooled", "no", figures.waiting),
            (_("Not shared"), "sharing", "none", figures.kept_back),
        ]
        found = [(label, f"?{n}={value}", count, asked.get(n) == value) for label, n, value, count in tabs]
        return [(_("All"), "?", figures.total, not any(current for *_rest, current in found)), *found]


class DataExport(Export, DataList):
    file_name = "data-resources"
    columns = (
        "code", "name", "provider", "system", "summary", "format", "items", "sharing", "legal_basis", "openness",
        "update_cycle", "published_on", "pooled_since", "quality_percent",
    )  # fmt: skip

    def scope(self) -> Any:
        return super().scope().select_related("system").prefetch_related("items")


class DataDetail(DetailView):
    """One data resource with its items."""

    template_name = "catalog/data_resource.html"
    context_object_name = "resource"

    def get_queryset(self) -> Any:
        rows = DataResource.objects.visible_to(self.request.user)
        return rows.select_related("provider__jurisdiction", "system").prefetch_related("items")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_edit = self.request.user.has_perm("catalog.change_dataresource", self.object)
        history = trail(self.object) if may_edit else []
        return super().get_context_data(may_edit=may_edit, pool_form=PoolForm(), trail=history, **kwargs)


class DataCreate(EntryFormView):
    """Catalogue a data resource."""

    model = DataResource
    form_class = DataResourceForm
    template_name = "catalog/data_form.html"
    permission = "catalog.add_dataresource"
    done = _("The data resource is catalogued.")

    def call(self, form: DataResourceForm) -> DataResource:
        values = form.values
        provider = values.pop("provider")
        demand(self.request.user, "catalog.register_dataresource", provider)
        return services.register(provider, values, by=self.request.user, items=form.cleaned_data["items"])

    def address_of(self, record: DataResource) -> str:
        return reverse("catalog:data-resource", args=[record.pk])


class DataEdit(DataCreate):
    """Change an entry."""

    permission = "catalog.change_dataresource"
    done = _("The entry is changed.")

    def call(self, form: DataResourceForm) -> DataResource:
        cleaned = form.cleaned_data
        return services.update(
            self.object, form.values, by=self.request.user, items=cleaned["items"], version=cleaned["version"]
        )


@require_POST
def pool(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the city data pool holds the resource."""
    rows = DataResource.objects.visible_to(request.user).select_related("provider")
    resource = get_object_or_404(rows, pk=pk)
    demand(request.user, "catalog.change_dataresource", resource)
    form = PoolForm(request.POST)
    with telling(request, _("The city data pool holds the resource now.")):
        if not form.is_valid():
            raise DomainError(_("Give the day as year-month-day."))
        services.pool(resource, by=request.user, on=form.cleaned_data["on"], version=form.cleaned_data["version"])
    return redirect("catalog:data-resource", pk=pk)
