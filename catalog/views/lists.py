"""Lists of entries: filtered, sorted, and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import ListView

from common.exports import csv_response, xlsx_response
from common.money import MoneyField


class FilteredList(ListView):
    """A list that its FilterSet narrows and `?ordering=` sorts."""

    filterset_class: ClassVar[Any] = None
    hidden_filters: ClassVar[tuple[str, ...]] = ()  # those that the page offers elsewhere than in the bar
    orderings: ClassVar[Mapping[str, str]] = {}
    ordering: ClassVar[str] = "code"
    paginate_by = 25

    def scope(self) -> Any:
        """The rows before any filter."""
        return self.model.objects.visible_to(self.request.user)

    def get_queryset(self) -> Any:
        self.filter = self.filterset_class(self.request.GET, self.scope(), request=self.request)
        for name in self.hidden_filters:
            self.filter.form.fields[name].widget = forms.HiddenInput()
        wish = self.request.GET.get("ordering", "")
        column = self.orderings.get(wish.removeprefix("-"), "")
        order = f"-{column}" if column and wish.startswith("-") else column or self.ordering
        return self.filter.qs.order_by(order, "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filter, query=self.request.GET.urlencode(), **kwargs)


class Export:
    """The same rows as the list that it is mixed into, all pages, as CSV or as a workbook."""

    file_name: ClassVar[str] = ""
    columns: ClassVar[tuple[str, ...]] = ()  # fields of the model, and names of related rows

    def get(self: Any, request: HttpRequest, *args: Any, form: str, **kwargs: Any) -> HttpResponseBase:
        name = f"{self.file_name}-{timezone.localdate():%Y%m%d}"
        head, rows = [heading(self.model, column) for column in self.columns], self.cells()
        if form == "csv":
            return csv_response(f"{name}.csv", head, rows)
        return xlsx_response(f"{name}.xlsx", str(self.model._meta.verbose_name_plural), head, rows)

    def cells(self: Any) -> Iterator[list[Any]]:
        for row in self.get_queryset().iterator(chunk_size=500):
            yield [cell(row, column) for column in self.columns]


def heading(model: type[models.Model], column: str) -> str:
    """The word over a column; amounts say their unit."""
    field = model._meta.get_field(column)
    if field.one_to_many:
        return str(field.related_model._meta.verbose_name_plural)
    return (
        _("%(name)s (yuan)") % {"name": field.verbose_name}
        if isinstance(field, MoneyField)
        else str(field.verbose_name)
    )


def cell(row: Any, column: str) -> Any:
    """A value as people read it: labels, names, numbers and days."""
    field = row._meta.get_field(column)
    value = getattr(row, column)
    if field.one_to_many or field.many_to_many:
        return _(", ").join(map(str, value.all()))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if getattr(field, "choices", None):
        return str(getattr(row, f"get_{column}_display")())
    return str(value) if isinstance(value, models.Model) else value
