"""The list of applications, and its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.views.lists import FilteredList
from common.exports import csv_response, xlsx_response
from governance.queries.lists import Layout, layout_of
from governance.queries.working_days import calendar
from projects.filters import ApplicationFilter
from projects.models import Application
from projects.queries.listing import DEPARTMENT, View, summed, views_of, with_figures
from projects.queries.progress import holder, is_determined, is_turn_of, stage
from projects.states import ENDED
from projects.views.record import unit_of

COLUMNS: Mapping[str, Any] = {
    "department": gettext_lazy("Department"),
    "round": gettext_lazy("Round"),
    "stage": gettext_lazy("Stage"),
    "turn": gettext_lazy("Whose turn"),
    "waits": gettext_lazy("There for"),
    "submitted": gettext_lazy("Submitted on"),
    "modules": gettext_lazy("Modules"),
}


@dataclass
class Row:
    """An application of the list, with what the page says of it."""

    application: Application
    stage: tuple[str, str]
    is_mine: bool
    holder: str
    waits: int | None = None
    clock: Any = None


class ApplicationList(FilteredList):
    """One's own department's applications, or all that were submitted; by view, filter and search."""

    model = Application
    template_name = "projects/list.html"
    filterset_class = ApplicationFilter
    ordering = "-number"
    columns: ClassVar[Mapping[str, Any]] = COLUMNS
    hidden: ClassVar[frozenset[str]] = frozenset({"round", "submitted"})
    orderings: ClassVar = {
        "number": "number",
        "name": "name",
        "department": "department__code",
        "round": "round__name",
        "status": "status",
        "since": "status_since",
        "submitted": "submitted_at",
        "declared": "declared",
    }

    @property
    def is_department(self) -> bool:
        acting = self.request.user.acting
        return acting is not None and acting.role in DEPARTMENT

    @property
    def hidden_filters(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("category", "is_urgent", *(("department",) if self.is_department else ()))

    def scope(self) -> Any:
        rows = super().scope()
        by_amount = self.request.GET.get("ordering", "").removeprefix("-") == "declared"
        return with_figures(rows) if by_amount else rows

    def questions(self) -> list[View]:
        """The tabs of the list."""
        return views_of(self.request.user)

    def get_queryset(self) -> Any:
        self.filtered = super().get_queryset()
        self.views = self.questions()
        wanted = self.request.GET.get("view", "")
        self.current = next((view for view in self.views if view.key == wanted), self.views[0])
        plain = Application.objects.filter(pk__in=self.filtered.order_by().values("pk"))
        self.numbers, self.totals = summed(plain, self.views, self.current)
        return self.filtered.filter(self.current.filter)

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator:
        """How many rows there are is known from the tabs."""
        paginator = super().get_paginator(*args, **kwargs)
        paginator.count = self.numbers[self.current.key]
        return paginator

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        layout = self.layout()
        rows = self.rows(context["page_obj"].object_list, layout)
        return {
            **context,
            "rows": rows,
            "layout": layout,
            "tabs": self.tabs(),
            "current": self.current,
            "turns": self.numbers.get("turn", 0),
            "totals": self.totals,
            "page_declared": sum(row.application.declared for row in rows),
            "is_department": self.is_department,
            "may_add": self.request.user.has_perm("projects.add_application"),
            "money_unit": unit_of(self.request) if self.request.user.acting else "",
            "query": self.request.GET.urlencode(),
        }

    def layout(self) -> Layout:
        """The columns that the person chose; a department reads its own name on no row."""
        offered = {key: label for key, label in self.columns.items() if key != "department" or not self.is_department}
        return layout_of(self.request.user, "projects", offered, self.hidden)

    def rows(self, page: Any, layout: Layout) -> list[Row]:
        """The applications of a page with their sums."""
        loaded = with_figures(page) if "declared" not in page.query.annotations else page
        rows = [
            Row(row, stage(row), is_turn_of(row, self.request.user), holder(row))
            for row in loaded.select_related("department", "round__jurisdiction", "determined")
        ]
        if "waits" in layout.shown:
            _wait(rows)
        return rows

    def tabs(self) -> list[tuple[View, int, str]]:
        """Each view with its count, and its address: it keeps the filters, but those of one's own view stay with that."""
        kept = QueryDict(mutable=True) if "saved" in self.request.GET else self.request.GET.copy()
        for name in ("view", "page"):
            kept.pop(name, None)
        tail = f"&{kept.urlencode()}" if kept else ""
        return [(view, self.numbers[view.key], f"?view={view.key}{tail}") for view in self.views]


def _wait(rows: list[Row]) -> None:
    """How long each has been where it is, in working days; what is decided waits for nobody."""
    days, today = calendar(), timezone.localdate()
    for row in rows:
        if row.application.status not in ENDED and not is_determined(row.application):
            row.waits = days.between(timezone.localdate(row.application.status_since), today)


class ApplicationExport(ApplicationList):
    """What the list shows, all pages: the same rows in the same order, and the chosen columns."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        layout = self.layout()
        shown = [column for column in layout.columns if column.is_shown]
        head = [
            _("number"), _("name"), *(column.label for column in shown), _("declared amount of all lines (yuan)"),
            _("lines of unknown amount"),
        ]  # fmt: skip
        name = f"applications-{timezone.localdate():%Y%m%d}"
        rows = self.rows(self.get_queryset(), layout)
        cells = (self.cells(row, [column.key for column in shown]) for row in rows)
        if kwargs["form"] == "csv":
            return csv_response(f"{name}.csv", list(map(str, head)), cells)
        return xlsx_response(f"{name}.xlsx", _("Applications"), list(map(str, head)), cells)

    def cells(self, row: Row, shown: list[str]) -> Iterator[Any] | list[Any]:
        """A row as the file holds it: numbers as numbers, days as days."""
        application = row.application
        middle = [self.cell(row, key) for key in shown]
        return [application.number, application.name, *middle, application.declared, application.unknown]

    def cell(self, row: Row, key: str) -> Any:
        """One of the columns that may be left out."""
        application = row.application
        if key in {"department", "round"}:
            return str(getattr(application, key).name)
        submitted = application.submitted_at
        found = {
            "stage": row.stage[0],
            "turn": row.holder,
            "waits": row.waits,
            "submitted": timezone.localdate(submitted) if submitted else None,
            "modules": application.modules,
        }
        return found[key]
