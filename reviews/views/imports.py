"""Bringing a file of applications: upload, look at what it would bring, import or give up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from common.exports import csv_response
from common.http import demand, telling
from common.tabular import read_map
from governance.models import Round
from reviews.forms.imports import ImportForm
from reviews.models import ImportFile
from reviews.services import importing

STANDARD = Path(settings.BASE_DIR) / "datasets" / "maps" / "standard.toml"
SHOWN = 50


def _round(request: HttpRequest, pk: int) -> Round:
    acting = request.user.acting
    here = Round.objects.filter(jurisdiction=acting.department.jurisdiction_id if acting else None)
    round = get_object_or_404(here, pk=pk)
    demand(request.user, "reviews.import_applications", round)
    return round


def _may_screen(request: HttpRequest, round: Round) -> bool:
    return bool(request.user.has_perm("reviews.consolidate_round", round))


def upload(request: HttpRequest, round_pk: int) -> HttpResponse:
    """Choose a file and how it is read."""
    round = _round(request, round_pk)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, map_file = form.cleaned_data["file"], form.cleaned_data["map"]
        try:
            text = map_file.read().decode() if map_file else STANDARD.read_text()
            kept = importing.bring(round, file.name, file.read(), text, by=request.user)
        except UnicodeDecodeError:
            form.add_error("map", _("The map is no text in UTF-8."))
        except DomainError as error:
            form.add_error("file", str(error))
        else:
            return redirect("reviews:import-preview", kept.pk)
    context = {
        "form": form,
        "round": round,
        "recent": round.imports.select_related("brought_by")[:10],
        "may_screen": _may_screen(request, round),
    }
    return render(request, "reviews/imports/upload.html", context, status=422 if form.errors else 200)


@require_safe
def template(request: HttpRequest, round_pk: int) -> HttpResponseBase:
    """An empty table with the columns of the standard map."""
    _round(request, round_pk)
    columns = [field.column for field in read_map(STANDARD.read_text()).fields]
    return csv_response("applications.csv", columns, [])


def _file(request: HttpRequest, pk: int) -> ImportFile:
    file = get_object_or_404(ImportFile.objects.select_related("round", "brought_by", "imported_by"), pk=pk)
    _round(request, file.round_id)
    return file


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would bring, with every error and gap by row and column."""
    file = _file(request, pk)
    found = None
    if file.imported_at is None:
        found = importing.preview(bytes(file.content), file.filename, read_map(file.map_text), file.round)
    context: dict[str, Any] = {"file": file, "found": found}
    if found:
        context |= {
            "rows": found.mapped.rows[:SHOWN],
            "errors": found.mapped.errors[:200],
            "gaps": found.mapped.gaps[:200],
        }
    return render(request, "reviews/imports/preview.html", context)


@require_POST
def carry_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the file into the round."""
    file = _file(request, pk)
    with telling(request, _("The file is imported: its applications stand under consolidation.")):
        importing.carry_out(file, by=request.user)
    return redirect("reviews:import-preview", pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the file up; nothing was written."""
    file = _file(request, pk)
    if file.imported_at is None:
        file.delete()
    return redirect("reviews:import", file.round_id)
