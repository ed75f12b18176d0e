"""Modules and cost items: a grid whose rows are changed in place, a page for all of a line, and pasting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.errors import DomainError, Stale
from common.http import demand, posted, telling, version_seen
from projects.forms import CellsForm, ItemForm, LineForm, ModuleForm, PasteForm, SharesFormSet
from projects.models import Application, Line, LineSource
from projects.queries.amounts import by_subsystem, funding_of
from projects.queries.grid import undoable, work
from projects.services import lines as services
from projects.services.pasting import paste_rows
from projects.states import LineKind
from projects.views.record import conflict, found, shown, unit_of

NEW = "new"


def modules(request: HttpRequest, number: str) -> HttpResponse:
    """The functional modules, by subsystem."""
    return _looked_at(request, found(request, number), modules=True)


def estimate(request: HttpRequest, number: str) -> HttpResponse:
    """The other cost items, and where the money comes from by source and year."""
    return _looked_at(request, found(request, number), modules=False)


def _looked_at(request: HttpRequest, application: Application, *, modules: bool) -> HttpResponse:
    """The grid, with one row open when `?edit=` names it."""
    wanted = request.GET.get("edit", "")
    form = None
    if wanted and application.is_editable and request.user.has_perm("projects.change_application", application):
        line = _blank(modules) if wanted == NEW else rows_of(application, modules).filter(pk=whole(wanted)).first()
        if line is not None:
            form = cells_of(request, application, line, modules=modules)
    return grid(request, application, form, modules=modules)


def grid(
    request: HttpRequest, application: Application, form: Any, *, modules: bool, status: int = 200, **more: Any
) -> HttpResponse:
    shares = LineSource.objects.select_related("source").order_by("year", "source__code")
    found_lines = rows_of(application, modules).select_related("capability", "serves")
    lines = list(found_lines.prefetch_related(Prefetch("sources", shares)))
    rows = {line.pk: row for line, row in zip(lines, grid_rows(application, lines, modules), strict=True)}
    edited = form.instance.pk if form else None
    return shown(
        request,
        application,
        "projects/modules.html" if modules else "projects/estimate.html",
        status=status,
        tab="modules" if modules else "estimate",
        rows=list(rows.values()),
        groups=[(group, [rows[line.pk] for line in group.lines], work(group.lines)) for group in by_subsystem(lines)]
        if modules
        else [],
        work=work(lines),
        undoable=undoable(application, request.user),
        form=form,
        edited=edited,
        is_new=form is not None and edited is None,
        chosen=rows.get(edited) if edited else None,
        **more,
    )


@dataclass(frozen=True)
class Row:
    """A line of the grid, and where it is changed."""

    line: Line
    edit_url: str
    is_first: bool
    is_last: bool

    @property
    def key(self) -> str:
        return f"line-{self.line.pk}"

    @property
    def percent(self) -> str:
        """The rate of a rate-based item."""
        return "" if self.line.rate is None else f"{(self.line.rate * 100).normalize():f} %"


def grid_rows(application: Application, lines: list[Line], modules: bool) -> list[Row]:
    page = reverse(f"projects:{'modules' if modules else 'estimate'}", args=[application.number])
    last = len(lines) - 1
    return [
        Row(line, f"{page}?edit={line.pk}#line-{line.pk}", place == 0, place == last)
        for place, line in enumerate(lines)
    ]


def _blank(modules: bool) -> Line:
    return Line(kind=LineKind.MODULE if modules else LineKind.HARDWARE)


def rows_of(application: Application, modules: bool) -> Any:
    rows = application.lines.all()
    return rows.modules() if modules else rows.exclude(kind=LineKind.MODULE)


def cells_of(
    request: HttpRequest, application: Application, line: Line, *, modules: bool, data: Any = None
) -> LineForm:
    """The cells of one row as a form."""
    unit = unit_of(request, application)
    return CellsForm(data, instance=line, application=application, modules=modules, unit=unit, auto_id="c_%s")


@require_POST
def save_cells(request: HttpRequest, number: str, pk: int | None = None) -> HttpResponse:
    """Save a row of the grid, new or old, and go on to the next when asked."""
    application = found(request, number)
    demand(request.user, "projects.change_application", application)
    line = get_object_or_404(application.lines, pk=pk) if pk else _blank(request.POST.get("tab") != "estimate")
    modules = line.is_module
    form = cells_of(request, application, line, modules=modules, data=request.POST)
    more: dict[str, Any] = {}
    if form.is_valid():
        try:
            saved = _save(application, form, version=version_seen(request), by=request.user)
            return redirect(_after(application, saved, modules, go_on=_wish(request)))
        except Stale as error:
            more = conflict(form, application.lines.filter(pk=pk).first(), error)
        except DomainError as error:
            form.add_error(None, str(error))
    return grid(request, application, form, modules=modules, status=409 if more else 422, **more)


def _save(application: Application, form: LineForm, *, shares: Any = None, **order: Any) -> Line:
    fields = form.changes()
    if shares is not None and shares.has_changed():
        fields["sources"] = shares.shares()
    if form.instance.pk:
        return services.update_line(form.instance, fields, **order)
    return services.add_line(application, fields, **order)


def _wish(request: HttpRequest) -> str:
    return next((wish for wish in ("next", "stay") if wish in request.POST), "")


def _after(application: Application, line: Line, modules: bool, *, go_on: str = "") -> str:
    """The grid; `go_on`: the row after this one is open ("next"), a new one behind the last; or this one ("stay")."""
    page = reverse(f"projects:{'modules' if modules else 'estimate'}", args=[application.number])
    if go_on == "stay":
        return f"{page}?edit={line.pk}"
    if not go_on:
        return f"{page}#line-{line.pk}"
    later = rows_of(application, modules).filter(sequence__gt=line.sequence).order_by("sequence").first()
    return f"{page}?edit={later.pk if later else NEW}#line-{later.pk if later else NEW}"


def line(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """All of one line: to read, and for the clerk to change."""
    application = found(request, number)
    record = get_object_or_404(application.lines.select_related("capability", "serves", "category"), pk=pk)
    if not (application.is_editable and request.user.has_perm("projects.change_application", application)):
        links = record.data_links.select_related("resource")
        return shown(request, application, "projects/line.html", line=record, tab=tab_of(record), data_links=links)
    form, shares = _line_forms(request, application, record)
    more: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid() and shares.is_valid():
        try:
            _save(application, form, shares=shares, version=version_seen(request), by=request.user)
            messages.success(request, _("Saved."))
            return redirect(_after(application, record, record.is_module))
        except Stale as error:
            more = conflict(form, application.lines.get(pk=pk), error)
        except DomainError as error:
            form.add_error(None, str(error))
    status = 409 if more else 422 if form.errors or any(shares.errors) else 200
    context = {"line": record, "form": form, "shares": shares, "tab": tab_of(record), **more}
    return shown(request, application, "projects/line_form.html", status=status, **context)


def _line_forms(request: HttpRequest, application: Application, record: Line) -> tuple[LineForm, Any]:
    unit, data = unit_of(request, application), posted(request)
    rows = [
        {"source": row.source_id, "year": row.year, "amount": row.amount}
        for row in record.sources.order_by("year", "pk")
    ]
    funding, modules = funding_of(application), record.is_module
    about = {"application": application, "modules": modules, "unit": unit, "funding": funding}
    form = (ModuleForm if modules else ItemForm)(data, instance=record, **about)
    known = {"sources": funding.sources, "first_year": application.round.year, "unit": unit}
    return form, SharesFormSet(data, initial=rows, prefix="shares", form_kwargs=known)


@require_POST
def remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    application = found(request, number)
    demand(request.user, "projects.change_application", application)
    record = get_object_or_404(application.lines, pk=pk)
    with telling(request, _("“%(name)s” is removed.") % {"name": record.name}):
        services.remove_line(record, by=request.user, version=version_seen(request))
    return redirect(f"projects:{tab_of(record)}", number)


def paste(request: HttpRequest, number: str, tab: str) -> HttpResponse:
    """Rows copied from a spreadsheet."""
    application = found(request, number)
    demand(request.user, "projects.change_application", application)
    form = PasteForm(posted(request))
    if form.is_valid():
        order = {"by": request.user, "version": version_seen(request), "unit": unit_of(request, application)}
        try:
            made = paste_rows(application, form.cleaned_data["text"], modules=tab == "modules", **order)
            told = ngettext("%(count)s row was added.", "%(count)s rows were added.", len(made)) % {"count": len(made)}
            messages.success(request, told)
            return redirect(f"projects:{tab}", number)
        except DomainError as error:
            form.add_error("text", [str(error.args[0]), *error.items])
    return shown(request, application, "projects/paste.html", tab=tab, form=form, status=422 if form.errors else 200)


def tab_of(record: Line) -> str:
    return "modules" if record.is_module else "estimate"


def whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
