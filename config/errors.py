"""What a person reads when a page cannot be given: what happened, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from common.api.problems import MEDIA_TYPE, TITLES, Problem
from common.errors import DomainError
from common.request import current_request_id

API = "/api/v1/"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return trouble(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return trouble(request, 403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose page does not belong to the present sign-in (CSRF)."""
    return trouble(request, 403, "csrf")


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return trouble(request, 404)


class RefusalMiddleware:
    """A rule of the business, or a colleague who was quicker, stands against it, and no view said so: 409."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:  # no record has it in its number, and PostgreSQL takes it for a fault
            return missing(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(str(exception), status=409, content_type="text/plain; charset=utf-8")
        back = request.headers.get("Referer", "")
        ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        return trouble(request, 409, sentence=str(exception), back=back if ours else "")


def fault(request: HttpRequest) -> HttpResponse:
    """Without context processors: what failed may be what they need."""
    if request.path.startswith(API):
        return told_to_program(500)
    return HttpResponse(render_to_string("errors/500.html", {"request_id": current_request_id()}), status=500)


def trouble(request: HttpRequest, status: int, page: str = "", **more: Any) -> HttpResponse:
    """In the shell for people who are signed in, on a card for others; for programs as a problem document."""
    if request.path.startswith(API):
        return told_to_program(status)
    user = getattr(request, "user", None)
    parent = "base.html" if user is not None and user.is_authenticated else "entrance.html"
    return render(request, f"errors/{page or status}.html", {"parent": parent, **more}, status=status)


def told_to_program(status: int) -> HttpResponse:
    """What went wrong before or behind the nouns of the API."""
    problem = Problem(status, HTTPStatus(status).name.lower(), str(TITLES[status]))
    return JsonResponse(problem.body(), status=status, content_type=MEDIA_TYPE)
