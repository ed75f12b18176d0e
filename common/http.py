"""What every view needs: allow, tell people how it went, and go back to where they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from common.errors import DomainError


def demand(user: Any, permission: str, target: object = None) -> None:
    """Stop here, with 403, unless `user` holds `permission` (on `target`)."""
    if not user.has_perm(permission, target):
        raise PermissionDenied


@contextmanager
def telling(request: HttpRequest, done: object) -> Iterator[None]:
    """Say `done`, or what the rule of the business said instead. Outside any transaction of the verb."""
    try:
        yield
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(done))


def way_back(request: HttpRequest, fallback: Any) -> str:
    """The address in the form's `next` when it is one of ours, else `fallback` (a view, a record, an address)."""
    url = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
        return url
    return resolve_url(fallback)


def speak(response: HttpResponse, language: str) -> None:
    """Let the browser ask for pages in this language from now on; empty: in its own again."""
    if not language:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]
    )


def posted(request: HttpRequest) -> Any:
    """The data of a form that was sent; None when its page is only looked at."""
    return request.POST if request.method == "POST" else None


def version_seen(request: HttpRequest) -> int | None:
    """The version of the record that the person had before them, when the form says it."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() else None


def written(request: HttpRequest, *names: str, most: int | None = None) -> str:
    """What a person wrote in the first of these fields that was sent, outside of any form class, up to `most` characters.

    Without NUL, which PostgreSQL takes for a fault.
    """
    text: str = next((request.POST[name] for name in names if name in request.POST), "")
    return text.replace("\0", "").strip()[:most]


def sent_file(file: Any, *, name: str, content_type: str) -> FileResponse:
    """A stored file on its way out: a download, that no browser shows, guesses about or keeps."""
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
