"""Pages by cursor: the last page costs what the first does, and no row is missed or told twice.

A cursor holds the sort values of the last row; the next page is what lies behind them.
"""

from __future__ import annotations

import base64
import json
from functools import reduce
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from common.api.problems import ParameterError

USUAL, MOST = 50, 200


class CursorPages(BasePagination):
    """`limit` (1 to 200), `ordering` (fields that the noun allows, - before for descending), `cursor`."""

    parameters = frozenset({"limit", "cursor", "ordering"})

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list[Model]:
        self.request, limit = request, _limit(request)
        order = _order(request, view)
        rows = queryset.order_by(*map(_expression, order))
        if text := request.query_params.get("cursor"):
            rows = rows.filter(_behind(order, _values(text, order, queryset)))
        page = list(rows[: limit + 1])
        self.next = _cursor(page[limit - 1], order) if len(page) > limit else None
        return page[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        here = self.request.build_absolute_uri()
        following = replace_query_param(here, "cursor", self.next) if self.next else None
        return Response({"next": following, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        following = {"type": ["string", "null"], "format": "uri", "description": _("address of the next page")}
        return {"type": "object", "required": ["next", "results"], "properties": {"next": following, "results": schema}}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
        found = [_parameter("limit", limit, _("rows a page"))]
        found.append(_parameter("cursor", {"type": "string"}, _("from `next` of the page before")))
        if view.ordering_fields:
            names = "|".join(view.ordering_fields)
            pattern = {"type": "string", "pattern": f"^-?({names})(,-?({names}))*$"}
            found.append(_parameter("ordering", pattern, _("fields to sort by; “-” before one sorts downwards")))
        return found


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(USUAL))
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST):
        raise ParameterError({"limit": [_("A page has 1 to %(most)s rows.") % {"most": MOST}]})
    return int(text)


def _order(request: Request, view: Any) -> list[str]:
    """The names to sort by, always ending in the key, so that no two rows are equal."""
    wished = request.query_params.get("ordering")
    names = wished.split(",") if wished is not None else list(view.ordering)
    plain = [name.removeprefix("-") for name in names]
    if wished is not None and (set(plain) - set(view.ordering_fields) or len(set(plain)) < len(plain)):
        allowed = ", ".join(view.ordering_fields)
        raise ParameterError({"ordering": [_("Sort by these fields, each once: %(names)s.") % {"names": allowed}]})
    return names if "pk" in plain else [*names, "-pk" if names and names[0].startswith("-") else "pk"]


def _expression(name: str) -> Any:
    # Databases differ in where NULL stands: here it is always last.
    return F(name[1:]).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True)


def _behind(order: list[str], values: list[Any]) -> Q:
    """Later in the first field, or equal there and later in the second, and so on."""
    found, equal = Q(pk__in=[]), Q()
    for name, value in zip(order, values, strict=True):
        plain = name.removeprefix("-")
        if value is None:
            equal &= Q(**{f"{plain}__isnull": True})
            continue
        later = Q(**{f"{plain}__{'lt' if name.startswith('-') else 'gt'}": value})
        if plain != "pk":
            later |= Q(**{f"{plain}__isnull": True})
        found |= equal & later
        equal &= Q(**{plain: value})
    return found


def _cursor(row: Model, order: list[str]) -> str:
    values = [reduce(getattr, name.removeprefix("-").split("__"), row) for name in order]
    plain = [value if value is None or isinstance(value, bool | int) else str(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps([order, plain]).encode()).decode().rstrip("=")


def _values(text: str, order: list[str], queryset: QuerySet) -> list[Any]:
    """What a cursor says, as values of the fields; a cursor of another order says nothing."""
    try:
        padded = text + "=" * (-len(text) % 4)
        told, values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if told != order or len(values) != len(order):
            raise ValueError("another order")
        return [
            None if value is None else _field(queryset, name.removeprefix("-")).to_python(value)
            for name, value in zip(order, values, strict=True)
        ]
    except (ValueError, TypeError, ValidationError, RecursionError) as error:
        raise ParameterError({"cursor": [_("This cursor is not one of this list: start again without it.")]}) from error


def _field(queryset: QuerySet, name: str) -> Any:
    if name == "pk":
        return queryset.model._meta.pk
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field
    field, model = None, queryset.model
    for part in name.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model
    return field
