"""Which rows: the pages' own FilterSet and a search, and no parameter that is not known."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import BooleanFilter
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from common.api.problems import ParameterError


class StrictFilterBackend(DjangoFilterBackend):
    """The noun's FilterSet; what it refuses is told per parameter."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        self.demand_booleans(request, view)
        try:
            return super().filter_queryset(request, queryset, view)
        except ValidationError as error:
            raise ParameterError(error.detail) from error

    def demand_booleans(self, request: Request, view: Any) -> None:
        """A page's yes-or-no filter takes anything else for "both": that is an error here."""
        for name, shown in getattr(view.filterset_class, "base_filters", {}).items():
            if isinstance(shown, BooleanFilter) and request.query_params.get(name, "true") not in {"true", "false"}:
                raise ParameterError({name: [_("Send true or false.")]})


def filter_parameters(filterset_class: Any) -> set[str]:
    """The names that a FilterSet reads; ranges are read as two."""
    names: set[str] = set()
    for name, shown in filterset_class.base_filters.items():
        widget = shown.extra.get("widget") or shown.field_class.widget  # `field` would ask for a request
        suffixes = getattr(widget, "suffixes", [None])
        names |= {f"{name}_{suffix}" if suffix else name for suffix in suffixes}
    return names


def refuse_unknown(request: Request, known: set[str]) -> None:
    """A misspelt parameter is an error: passed over, it would answer another question."""
    errors: dict[str, Any] = {}
    for name, values in request.query_params.lists():
        if name not in known:
            errors[name[:80]] = [_("There is no such parameter here.")]
        elif "" in values:
            errors[name] = [_("This parameter is empty: leave it out.")]
        elif any("\x00" in value or any("\ud800" <= char <= "\udfff" for char in value) for value in values):
            errors[name] = [_("This text contains a character that is not allowed.")]
    if errors:
        raise ParameterError(errors)
