"""What the catalog is worth."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from governance.models import User
from reviews.queries.reuse import worth


@require_safe
def reuse(request: HttpRequest) -> HttpResponse:
    """Uses and savings by capability: figures for the catalog's page, and a table as a page of its own."""
    user = cast(User, request.user)
    if user.acting is None:
        raise PermissionDenied
    template = "reviews/requests/_reuse.html" if request.headers.get("HX-Request") else "reviews/requests/reuse.html"
    return render(request, template, {"worth": worth(user)})
