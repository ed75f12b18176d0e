"""Addresses for the tests of errors: the product's own, and views that fail."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path

from common.errors import DomainError
from config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from config.urls import urlpatterns as product


@login_not_required
def refuse(request: HttpRequest) -> HttpResponse:
    raise DomainError("Two lines are open: decide them first.")


@login_not_required
def forbid(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


@login_not_required
def mistrust(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("odd")


@login_not_required
def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret detail")


urlpatterns = [
    *product,
    path("refuse/", refuse),
    path("forbid/", forbid),
    path("mistrust/", mistrust),
    path("fail/", fail),
]
