"""Which rows: the pages' own FilterSet and a search, and no parameter that is not known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import IntegerField, Model, QuerySet
from django.utils.translation import gettext as _
from django_filters import BooleanFilter, Filter, NumberFilter, RangeFilter
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import get_model_field
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from common.api.problems import ParameterError
from common.money import MoneyField


class StrictFilterBackend(DjangoFilterBackend):
    """The noun's FilterSet; what it refuses, and what it would pass over, is told per parameter."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        errors = dict(_misshapen(request, view.filterset_class, queryset.model))
        if errors:
            raise ParameterError(errors)
        try:
            return super().filter_queryset(request, queryset, view)
        except ValidationError as error:
            raise ParameterError(error.detail) from error


def _misshapen(request: Request, filterset_class: Any, model: type[Model]) -> Iterator[tuple[str, list[str]]]:
    """Pages take "maybe" for both and half a year for none: in a program that is a mistake."""
    for name, shown in filterset_class.base_filters.items() if filterset_class else ():
        if pattern := _pattern(shown, model):
            for parameter in _parameters(name, shown):
                value = request.query_params.get(parameter)
                if value is not None and not re.fullmatch(pattern, value, re.ASCII):
                    yield parameter, [_("This is not a value for this parameter.")]


def _pattern(shown: Filter, model: type[Model]) -> str:
    if isinstance(shown, BooleanFilter):
        return "true|false"
    field = get_model_field(model, shown.field_name or "")
    if not isinstance(shown, NumberFilter | RangeFilter) or not isinstance(field, IntegerField):
        return ""
    return r"-?\d{1,13}(\.\d{1,2})?" if isinstance(field, MoneyField) else r"-?\d{1,18}"


def filter_parameters(filterset_class: Any) -> set[str]:
    """The names that a FilterSet reads; ranges are read as two."""
    return {name for pair in filterset_class.base_filters.items() for name in _parameters(*pair)}


def _parameters(name: str, shown: Filter) -> list[str]:
    widget = shown.extra.get("widget") or shown.field_class.widget  # `field` would ask for a request
    return [f"{name}_{suffix}" if suffix else name for suffix in getattr(widget, "suffixes", [None])]


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
