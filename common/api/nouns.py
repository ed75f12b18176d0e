"""Nouns and verbs of the API: what every app's `api.py` is made of (docs/api.md).

A noun lists and shows the rows that `visible_to` lets a person see. Whatever changes something
is one transaction, demands its permission, compares the version that the caller saw, calls one
service and answers with the record as it is now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce, wraps
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import GenericViewSet

from common.api.filtering import filter_parameters, refuse_unknown
from common.api.idempotency import once
from common.api.parsing import BoundedMultiPartParser
from common.api.serializers import Serializer
from common.api.versions import etag, seen_version
from common.models import Governed

Data = dict[str, Any]


def write(handler: Callable[..., Response]) -> Callable[..., HttpResponseBase]:
    """A request that changes something: one transaction, and once per Idempotency-Key."""

    @wraps(handler)
    def inner(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with transaction.atomic():
            return once(request, lambda: handler(view, request, *args, **kwargs))

    inner.is_write = True  # type: ignore[attr-defined]
    return inner


class ApiViewSet(GenericViewSet):
    """Closed to parameters that nobody declared; its answers stay in no cache."""

    takes: type[Serializer] | None = None
    gives: Any = None
    filter_backends: Any = ()
    pagination_class: Any = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action:
            refuse_unknown(request, self.parameters())

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def parameters(self) -> set[str]:
        """The query parameters that this address reads."""
        return set()

    def demand(self, permission: str, target: Any = None) -> None:
        """Stop here, with 403, unless the person holds the permission (on the target)."""
        if not self.request.user.has_perm(permission, target):
            raise PermissionDenied

    def read(self, takes: type[Serializer]) -> Data:
        """The body as `takes` understands it, or 400."""
        serializer = takes(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class Noun(ApiViewSet):
    """List and detail of the rows in sight. Give `queryset` (with `visible_to`) and `serializer_class`.

    `permissions` names what each of list, retrieve, create, partial_update and destroy demands;
    reading demands nothing more than sight. `part_of` is the field that leads to the governed
    record whose version stands for this one (a line's application).
    """

    permissions: ClassVar[Mapping[str, str]] = {}
    part_of: ClassVar[str] = ""
    filterset_class: ClassVar[Any] = None
    search_fields: ClassVar[tuple[str, ...]] = ()
    ordering_fields: ClassVar[tuple[str, ...]] = ()
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    lookup_value_regex = "[0-9]{1,18}"
    filter_backends: Any = api_settings.DEFAULT_FILTER_BACKENDS
    pagination_class: Any = api_settings.DEFAULT_PAGINATION_CLASS

    def list(self, request: Request) -> Response:
        self.demand_for("list")
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        record = self.get_object()
        self.demand_for("retrieve", record)
        return self.answer(record)

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.none() if getattr(self, "swagger_fake_view", False) else rows.visible_to(self.request.user)

    def get_object(self) -> Any:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def parameters(self) -> set[str]:
        if self.action != "list":
            return set()
        known = {"limit", "cursor"} | ({"ordering"} if self.ordering_fields else set())
        known |= {"search"} if self.search_fields else set()
        return known | (filter_parameters(self.filterset_class) if self.filterset_class else set())

    def demand_for(self, act: str, target: object = None) -> None:
        if permission := self.permissions.get(act, ""):
            self.demand(permission, target)

    @classmethod
    def is_versioned(cls) -> bool:
        return bool(cls.part_of) or issubclass(cls.queryset.model, Governed)  # type: ignore[union-attr]

    def governed(self, record: Any) -> Governed | None:
        """The record whose version stands for this one."""
        if self.part_of:
            return reduce(getattr, self.part_of.split("__"), record)
        return record if isinstance(record, Governed) else None

    def seen(self, record: Any, *, required: bool = True) -> Data:
        """`version=` for the service, when there is one to compare."""
        governed = self.governed(record)
        return {} if governed is None else {"version": seen_version(self.request, governed, required=required)}

    def answer(self, record: Any, status: int = 200) -> Response:
        """The record as its list shows it now, or 204 when the person no longer sees it."""
        fresh = self.get_queryset().filter(pk=record.pk).first()
        if fresh is None:
            return Response(status=204)
        governed = self.governed(fresh)
        return Response(
            self.get_serializer(fresh).data,
            status=status,
            headers={"ETag": etag(governed)} if governed else {},
        )


class Creatable:
    """POST /noun/. Give `create_record(*, by, **fields)`: one call of a service that returns the record."""

    create_within: ClassVar[str] = ""  # the field whose value the permission is demanded on

    @write
    def create(self: Any, request: Request) -> Response:
        if not self.create_within:
            self.demand_for("create")
        data = self.read(self.serializer_class)
        order: Data = {"by": request.user}
        if self.create_within:
            self.demand_for("create", data[self.create_within])
        if self.part_of:
            parent = data[self.part_of]
            order["version"] = seen_version(request, parent, required=False)
        record = self.create_record(**order, **data)
        response = self.answer(record, 201)
        response["Location"] = f"{request.path}{record.pk}/"
        return response


class Changeable:
    """PATCH /noun/{id}/. Give `change_record(record, *, by, version, **fields)`; only sent fields are given."""

    @write
    def partial_update(self: Any, request: Request, pk: str) -> Response:
        record = self.get_object()
        self.demand_for("partial_update", record)
        order = {"by": request.user, **self.seen(record)}
        serializer = self.get_serializer(record, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        self.change_record(record, **order, **serializer.validated_data)
        return self.answer(record)


class Removable:
    """DELETE /noun/{id}/. Give `remove_record(record, *, by, version)`."""

    @write
    def destroy(self: Any, request: Request, pk: str) -> Response:
        record = self.get_object()
        self.demand_for("destroy", record)
        self.remove_record(record, by=request.user, **self.seen(record))
        return Response(status=204)


def verb(
    permission: str,
    *,
    takes: type[Serializer] = Serializer,
    gives: Any = None,
    detail: bool = True,
    upload: bool = False,
) -> Callable[[Callable[..., Any]], Any]:
    """POST /noun/{id}/verb/: find (404), may (403), seen version (428, 412), read (400), do (409), show.

    The method is given the record, `by`, `version` (where the noun has one) and the fields of
    `takes`, and returns what its one service call returns. The answer is the record anew, or that
    result in the words of `gives`. With `detail=False` there is no record: POST /noun/verb/.
    """

    def decorate(method: Callable[..., Any]) -> Any:
        @wraps(method)
        def act(view: Any, request: Request, pk: str | None = None) -> Response:
            found = [view.get_object()] if detail else []
            if permission:
                view.demand(permission, *found)
            order = {"by": request.user, **(view.seen(*found) if detail else {})}
            result = method(view, *found, **order, **view.read(takes))
            return _told(view, result, gives) if gives else view.answer(found[0] if detail else result)

        options: Data = {"takes": takes, "gives": gives}
        if upload:
            options["parser_classes"] = [BoundedMultiPartParser]
        act.permission = permission  # type: ignore[attr-defined]
        path = method.__name__.replace("_", "-")
        return action(detail=detail, methods=["post"], url_path=path, **options)(write(act))

    return decorate


def _told(view: Any, result: Any, gives: Any) -> Response:
    headers = {"ETag": etag(result)} if isinstance(result, Governed) else {}
    return Response(gives(result, context=view.get_serializer_context()).data, headers=headers)
