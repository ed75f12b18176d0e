"""Deeds on the grid of lines beyond its cells: order, pasting into it, the catalog's question, taking back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from catalog.models import Capability
from common.errors import DomainError
from common.http import demand, telling, version_seen
from projects.models import Application, Line
from projects.services import lines as services
from projects.services.pasting import paste_from
from projects.services.undoing import undo_lines
from projects.states import CatalogAnswer
from projects.views.lines import cells_of, grid, rows_of, tab_of, whole
from projects.views.record import found, unit_of


def _changed(request: HttpRequest, number: str) -> Application:
    application = found(request, number)
    demand(request.user, "projects.change_application", application)
    return application


def _back(request: HttpRequest, application: Application, tab: str, pk: int | None) -> HttpResponse:
    """The grid where it was: the open row stays open."""
    page = reverse(f"projects:{tab}", args=[application.number])
    edited = whole(request.POST.get("edit", ""))
    query = f"?edit={edited}" if edited and application.lines.filter(pk=edited).exists() else ""
    return redirect(f"{page}{query}{f'#line-{pk}' if pk else ''}")


@require_POST
def move(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One place up or down among the lines of the same tab."""
    application = _changed(request, number)
    record = get_object_or_404(application.lines, pk=pk)
    peers = list(rows_of(application, record.is_module).order_by("sequence").values_list("pk", flat=True))
    place = peers.index(pk) + (-1 if request.POST.get("to") == "up" else 1)
    if 0 <= place < len(peers):
        peers.remove(pk)
        peers.insert(place, pk)
        _ordered(request, application, peers)
    return _back(request, application, tab_of(record), pk)


@require_POST
def order(request: HttpRequest, number: str) -> HttpResponse:
    """A line is dragged before another one of its tab, or to the end."""
    application = _changed(request, number)
    record = get_object_or_404(application.lines, pk=whole(request.POST.get("line", "")) or 0)
    peers = list(rows_of(application, record.is_module).order_by("sequence").values_list("pk", flat=True))
    peers.remove(record.pk)
    before = whole(request.POST.get("before", ""))
    peers.insert(peers.index(before) if before in peers else len(peers), record.pk)
    _ordered(request, application, peers)
    return _back(request, application, tab_of(record), record.pk)


def _ordered(request: HttpRequest, application: Application, peers: list[int]) -> None:
    """Give the lines of one tab this order; the others keep their places."""
    every = list(application.lines.order_by("sequence").values_list("pk", flat=True))
    wanted, moving = iter(peers), set(peers)
    try:
        services.reorder(
            application,
            [next(wanted) if pk in moving else pk for pk in every],
            by=request.user,
            version=version_seen(request),
        )
    except DomainError as error:
        messages.error(request, str(error))


@require_POST
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Take back one's own last change of the lines."""
    application = _changed(request, number)
    with telling(request, _("The last change is taken back.")):
        undo_lines(application, by=request.user, version=version_seen(request))
    tab = "estimate" if request.POST.get("tab") == "estimate" else "modules"
    return _back(request, application, tab, None)


@require_POST
def paste_into(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A block from a spreadsheet goes into the grid from the cell on in which it was pasted."""
    application = _changed(request, number)
    record = get_object_or_404(application.lines, pk=pk)
    text, column = request.POST.get("text", ""), request.POST.get("column", "")
    given: dict[str, Any] = {"unit": unit_of(request, application), "version": version_seen(request)}
    try:
        filled = paste_from(record, column, text, by=request.user, **given)
    except DomainError as error:
        form = cells_of(request, application, record, modules=record.is_module, data=None)
        told = {"pasting": [str(error.args[0]), *error.items]}
        return grid(request, application, form, modules=record.is_module, status=422, **told)
    told_words = ngettext("%(count)s row was filled.", "%(count)s rows were filled.", len(filled))
    messages.success(request, told_words % {"count": len(filled)})
    return _back(request, application, tab_of(record), pk)


@require_POST
def answer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say beside the row whether the module uses what the catalog offers, and why not."""
    application = _changed(request, number)
    record = get_object_or_404(application.lines.modules(), pk=pk)
    with telling(request, _("The answer is saved.")):
        services.update_line(record, _answer(request, record), by=request.user, version=version_seen(request))
    return redirect(f"{reverse('projects:modules', args=[number])}?edit={pk}#line-{pk}")


def _answer(request: HttpRequest, record: Line) -> dict[str, Any]:
    """The fields that the answer sets; another capability than the named one is a new question."""
    sent = request.POST
    chosen = whole(sent.get("capability", ""))
    capability = get_object_or_404(Capability.objects.published(), pk=chosen) if chosen else record.capability
    said = sent.get("catalog_answer", "")
    known = said if said in CatalogAnswer.values and capability == record.capability else ""
    reason = sent.get("decline_reason", "").strip()[:2000] if known == CatalogAnswer.DECLINE else ""
    return {"capability": capability, "catalog_answer": known, "decline_reason": reason}
