"""Addresses for the tests of htmx: the product's own, and four small ones."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from config.urls import urlpatterns as product

PAGE = """{% extends "entrance.html" %}{% block title %}htmx{% endblock %}{% block main %}<h1>htmx</h1>
<form method="post" action="/try/form/" hx-post="/try/form/" hx-target="this" hx-swap="outerHTML">
<button>send</button></form>
<button hx-post="/try/plain/" hx-target="#out">post</button>
<button hx-get="/try/two/" hx-target="#out">two places</button>
<a href="/try/next/" hx-get="/try/next/" hx-target="#out" hx-select="#out" hx-swap="outerHTML"
 hx-push-url="true">next</a>
<button hx-post="/try/fault/" hx-target="#out">fault</button>
<div id="out">{{ word }}</div><div id="other">before</div>{% endblock %}"""


@login_not_required
def start(request: HttpRequest, word: str = "start") -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({"word": word}, request))


@login_not_required
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<form><p class="error">name is missing</p></form>', status=422)


@login_not_required
def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"taken by {request.method}")


@login_not_required
def two(request: HttpRequest) -> HttpResponse:
    return HttpResponse('one<div id="other" hx-swap-oob="true">after</div>')


@login_not_required
def fault(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<h1>stack trace</h1>", status=500)


urlpatterns = [
    *product,
    path("try/", start),
    path("try/next/", start, {"word": "next page"}),
    path("try/form/", form),
    path("try/plain/", plain),
    path("try/two/", two),
    path("try/fault/", fault),
]
