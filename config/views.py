"""Pages that belong to no app: home, and the API's manual."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.views import SpectacularSwaggerSplitView


def home(request: HttpRequest) -> HttpResponse:
    """Where a person lands after signing in."""
    return render(request, "home.html")


class ApiDocs(SpectacularSwaggerSplitView):
    """Swagger from our own server, in a page that the content security policy lets pass."""

    template_name = "api_docs.html"
