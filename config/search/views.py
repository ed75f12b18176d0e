"""The page of the search, what stands under its field while somebody types, and what means the same."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from config.search import queries
from governance.models import User

SUGGESTED = 3  # of each kind under the field
LEAST = 2  # characters before something is suggested


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything that the words are found in, by kind; the number of a record leads straight to it."""
    words, kind = queries.read(request.GET.get("q", "")), request.GET.get("kind", "")
    result = queries.by_words(cast(User, request.user), words, kind)
    if not kind and result.only:
        return redirect(result.only)
    shown = [group for group in result.groups if kind in ("", group.key)]
    near_url = f"{reverse('search-meaning')}?{urlencode({'q': words.phrase})}"
    context = {"result": result, "words": words, "kind": kind, "shown": shown, "near_url": near_url}
    return render(request, "config/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The first hits of each kind, for the list under the field."""
    words = queries.read(request.GET.get("q", ""))
    asked = words if len(words.phrase) >= LEAST else queries.read("")
    result = queries.by_words(cast(User, request.user), asked, first=SUGGESTED)
    return render(request, "config/_search_suggestions.html", {"result": result, "words": asked})


@require_safe
def meaning(request: HttpRequest) -> HttpResponse:
    """What says it in other words: a part of the search's page, and a page of its own."""
    words = queries.read(request.GET.get("q", ""))
    context = {"words": words, "near": queries.by_meaning(cast(User, request.user), words) if words else None}
    part = request.headers.get("HX-Request")
    return render(request, "config/_search_meaning.html" if part else "config/search_meaning.html", context)
