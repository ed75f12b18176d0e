"""The list of applications, and its files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.views.lists import FilteredList
from common.exports import csv_response, xlsx_response
from governance.queries.working_days import calendar
from projects.filters import ApplicationFilter
from projects.models import Application
from projects.queries.listing import DEPARTMENT, View, counts, totals, views_of
from projects.queries.progress import holder, is_determined, is_turn_of, stage
from projects.states import ENDED
from projects.views.record import unit_of


class ApplicationList(FilteredList):
    """One's own department's applications, or all that were submitted; by view, filter and search."""

    model = Application
    template_name = "projects/list.html"
    filterset_class = ApplicationFilter
    ordering = "-number"
    orderings: ClassVar = {
        "number": "number",
        "name": "name",
        "department": "department__code",
        "status": "status",
        "since": "status_since",
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
        return rows.with_amounts() if by_amount else rows

    def get_queryset(self) -> Any:
        self.filtered = super().get_queryset()
        self.views = views_of(self.request.user)
        wanted = self.request.GET.get("view", "")
        self.current = next((view for view in self.views if view.key == wanted), self.views[0])
        return self.filtered.filter(self.current.filter)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = self.rows(context["page_obj"])
        plain = Application.objects.filter(pk__in=self.object_list.order_by().values("pk"))
        return {
            **context,
            "rows": rows,
            "tabs": self.tabs(),
            "current": self.current,
            "totals": totals(plain),
            "page_declared": sum(row["application"].declared for row in rows),
            "is_department": self.is_department,
            "may_add": self.request.user.has_perm("projects.add_application"),
            "money_unit": unit_of(self.request) if self.request.user.acting else "",
            "query": self.request.GET.urlencode(),
        }

    def rows(self, page: Any) -> list[dict[str, Any]]:
        """The applications of this page with their sums, and how long each has been where it is."""
        order = [application.pk for application in page]
        rows = Application.objects.with_amounts().select_related("department", "round__jurisdiction", "determined")
        loaded = rows.in_bulk(order)
        days, today = calendar(), timezone.localdate()
        return [
            {
                "application": loaded[pk],
                "stage": stage(loaded[pk]),
                "is_mine": is_turn_of(loaded[pk], self.request.user),
                "holder": holder(loaded[pk]),
                "waits": None
                if loaded[pk].status in ENDED or is_determined(loaded[pk])
                else days.between(timezone.localdate(loaded[pk].status_since), today),
            }
            for pk in order
        ]

    def tabs(self) -> list[tuple[View, int, str]]:
        """Each view with its count, and the address that keeps the filters."""
        found = counts(Application.objects.filter(pk__in=self.filtered.order_by().values("pk")), self.views)
        kept = self.request.GET.copy()
        for name in ("view", "page"):
            kept.pop(name, None)
        tail = f"&{kept.urlencode()}" if kept else ""
        return [(view, found[view.key], f"?view={view.key}{tail}") for view in self.views]


class ApplicationExport(ApplicationList):
    """The same rows, all pages, as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        pks = self.get_queryset().order_by().values("pk")
        rows = Application.objects.filter(pk__in=pks).with_amounts().select_related("department", "round")
        head = [
            _("number"), _("name"), _("department"), _("round"), _("type"), _("class"), _("stage"), _("submitted on"),
            _("functional modules"), _("declared amount of all lines (yuan)"), _("lines of unknown amount"),
        ]  # fmt: skip
        name = f"applications-{timezone.localdate():%Y%m%d}"
        cells = self.cells(rows.order_by("-number").iterator(chunk_size=500))
        if kwargs["form"] == "csv":
            return csv_response(f"{name}.csv", head, cells)
        return xlsx_response(f"{name}.xlsx", _("Applications"), head, cells)

    def cells(self, rows: Any) -> Iterator[list[Any]]:
        for row in rows:
            yield [
                row.number, row.name, row.department.name, row.round.name, str(row.get_kind_display()),
                str(row.get_category_display()), str(row.get_status_display()),
                timezone.localdate(row.submitted_at) if row.submitted_at else None,
                row.modules, row.declared, row.unknown,
            ]  # fmt: skip
