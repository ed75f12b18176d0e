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
LARGEST = 2**63 - 1


class CursorPages(BasePagination):
    """`limit` (1 to 200), `ordering` (fields that the noun allows, - before for descending), `cursor`."""

    parameters = frozenset({"limit", "cursor", "ordering"})

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list[Model]:
        self.request, limit = request, _limit(request)
        order = _order(request, view)
        columns = [Column(name, queryset) for name in order]
        rows = queryset.order_by(*(column.order for column in columns))
        if text := request.query_params.get("cursor"):
            rows = rows.filter(_behind(columns, _values(text, columns)))
        page = list(rows[: limit + 1])
        self.next = _cursor(page[limit - 1], columns) if len(page) > limit else None
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


class Column:
    """One field to sort by: its name with the sign, which way, and whether rows may lack it."""

    def __init__(self, name: str, queryset: QuerySet) -> None:
        self.name, self.path, self.falls = name, name.removeprefix("-"), name.startswith("-")
        self.field = _field(queryset, self.path)
        # Only a column of the row itself is known to be filled: a join or a sum may have nothing.
        is_own = self.path == "pk" or self.field in queryset.model._meta.concrete_fields
        self.may_lack = not is_own or self.field.null

    @property
    def order(self) -> Any:
        """Databases differ in where NULL stands: here it is last. Without any, an index serves as it is."""
        by, last = F(self.path), True if self.may_lack else None
        return by.desc(nulls_last=last) if self.falls else by.asc(nulls_last=last)

    def behind(self, value: Any, *, or_there: bool = False) -> Q:
        lookup = ("lt" if self.falls else "gt") + ("e" if or_there else "")
        later = Q(**{f"{self.path}__{lookup}": value})
        return later | Q(**{f"{self.path}__isnull": True}) if self.may_lack else later

    def at(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def of(self, row: Model) -> Any:
        value = reduce(getattr, self.path.split("__"), row)
        return value if value is None or isinstance(value, bool | int) else str(value)


def _behind(columns: list[Column], values: list[Any]) -> Q:
    """Later in the first field, or equal there and later in the second, and so on."""
    found, equal = Q(pk__in=[]), Q()
    for column, value in zip(columns, values, strict=True):
        if value is not None:
            found |= equal & column.behind(value)
        equal &= column.at(value)
    # The same said again for the first field alone: from there an index is read, not from its beginning.
    return found if values[0] is None else columns[0].behind(values[0], or_there=True) & found


def _cursor(row: Model, columns: list[Column]) -> str:
    told = [[column.name for column in columns], [column.of(row) for column in columns]]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def _values(text: str, columns: list[Column]) -> list[Any]:
    """What a cursor says, as values of the fields; a cursor of another order says nothing."""
    try:
        padded = text + "=" * (-len(text) % 4)
        told, values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if told != [column.name for column in columns] or len(values) != len(columns):
            raise ValueError("another order")
        return [
            None if value is None and column.may_lack else column.field.to_python(_plain(value))
            for column, value in zip(columns, values, strict=True)
        ]
    except (ValueError, TypeError, ValidationError, RecursionError) as error:
        raise ParameterError({"cursor": [_("This cursor is not one of this list: start again without it.")]}) from error


def _plain(value: Any) -> Any:
    if not isinstance(value, str | int | bool) or (isinstance(value, int) and abs(value) > LARGEST):
        raise TypeError("not a value that a cursor holds")
    return value


def _field(queryset: QuerySet, path: str) -> Any:
    if path == "pk":
        return queryset.model._meta.pk
    if path in queryset.query.annotations:
        return queryset.query.annotations[path].output_field
    field, model = None, queryset.model
    for part in path.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model
    return field
