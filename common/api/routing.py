"""The API's addresses: what no noun answers is answered by a problem document too."""

from __future__ import annotations

from typing import Any, NoReturn

from django.urls import re_path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.routers import DefaultRouter
from rest_framework.views import APIView


@extend_schema(exclude=True)
class NothingHere(APIView):
    """Every address under the API that is not one."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        super().initial(request, *args, **kwargs)
        if request.path.endswith("/"):
            raise NotFound(_("This address does not exist: GET /api/v1/ lists those that do."))
        raise NotFound(_("This address does not exist: addresses end with a slash."))


class Router(DefaultRouter):
    """`/noun/`, `/noun/{id}/`, `/noun/{id}/verb/`, and a sentence for everything else."""

    include_format_suffixes = False

    def get_urls(self) -> list[Any]:
        return [*super().get_urls(), re_path("", NothingHere.as_view(), name="nothing-here")]
