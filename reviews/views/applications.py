"""The list of applications with what the review knows of them: the clock, and modules that are likely duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from projects.models import Application, Line
from projects.queries.listing import View
from projects.states import UNDER_WAY
from projects.views.listing import COLUMNS, ApplicationExport, ApplicationList, Row
from projects.views.record import unit_of
from reviews.models import Disposition, Finding
from reviews.queries.clock import Clock, clocks
from reviews.queries.standing import stand, total_of

SOON = 3  # working days from which a term presses


class Reviewed(ApplicationList):
    """Clock and findings beside each row; tabs for the terms that press and those that are over."""

    columns: ClassVar[Mapping[str, Any]] = {
        **{key: COLUMNS[key] for key in ("department", "round", "stage", "turn")},
        "clock": _("Review clock"),
        **{key: COLUMNS[key] for key in ("waits", "submitted", "modules")},
        "alike": _("Likely duplicates"),
    }
    hidden: ClassVar[frozenset[str]] = frozenset({"round", "submitted", "waits"})

    @cached_property
    def times(self) -> dict[int, Clock]:
        """The clocks that run or stand still, of everything that the person sees under review."""
        rows = Application.objects.visible_to(self.request.user).filter(status__in=UNDER_WAY, determined__isnull=True)
        return clocks(rows)

    def questions(self) -> list[View]:
        """After one's own turn the terms that end within days, and those that have ended."""
        views = super().questions()
        running = {pk: time for pk, time in self.times.items() if time.state == "running"}
        soon = [pk for pk, time in running.items() if 0 <= time.left <= SOON]
        over = [pk for pk, time in running.items() if time.is_over]
        pressing = [
            View("soon", _("Due within %(days)s days") % {"days": SOON}, Q(pk__in=soon)),
            View("over", _("Over the term"), Q(pk__in=over)),
        ]
        place = 2 if len(views) > 1 and views[1].key == "turn" else 1
        return [*views[:place], *pressing, *views[place:]]

    def rows(self, page: Any, layout: Any) -> list[Row]:
        rows = super().rows(with_alike(page, self.request.user) if "alike" in layout.shown else page, layout)
        others = [row.application for row in rows if row.application.pk not in self.times]
        times = self.times | (clocks(others) if "clock" in layout.shown and others else {})
        for row in rows:
            row.clock = times.get(row.application.pk)
        return rows


class ReviewedMoney(Reviewed):
    """Where the money of all rows of the list stands, for its foot."""

    template_name = "reviews/application/money.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plain = Application.objects.filter(pk__in=self.get_queryset().order_by().values("pk"))
        parts = total_of(stand(Line.objects.filter(application__in=plain)))
        return {
            "parts": parts,
            "applications": self.totals.applications,
            "money_unit": unit_of(self.request) if self.request.user.acting else "",
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return render(request, self.template_name, self.get_context_data())


class ReviewedExport(Reviewed, ApplicationExport):
    """The same list as a file."""

    def cell(self, row: Row, key: str) -> Any:
        if key == "clock":
            return row.clock.left if row.clock and row.clock.state in {"running", "paused"} else None
        return row.application.alike if key == "alike" else super().cell(row, key)


def with_alike(rows: QuerySet[Application], user: Any) -> QuerySet[Application]:
    """Annotate ``alike``: modules to be decided that are likely duplicates of something the person may know of."""
    decided = Disposition.objects.live().filter(line=OuterRef("line"))
    seen = Finding.objects.visible_to(user).likely().filter(~Exists(decided), line__application=OuterRef("pk"))
    number = seen.order_by().values("line__application").values(n=Count("line", distinct=True))
    return rows.annotate(alike=Coalesce(Subquery(number), 0))
