"""The audit log: search, read on, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.exports import csv_response
from common.http import demand
from common.models import AuditEvent
from governance.filters import AuditFilter
from governance.queries.audit import action_word, events_for, in_words, slice_of


@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """The newest lines that the filters let through; older ones by the cursor."""
    demand(request.user, "governance.view_auditevent")
    found = _found(request)
    part = slice_of(found.qs, request.GET.get("cursor", ""))
    context = {
        "filter": found,
        "entries": list(in_words(part.rows)),
        "part": part,
        "query": request.GET.urlencode(),
    }
    return render(request, "governance/audit.html", context)


@require_safe
def audit_export(request: HttpRequest) -> StreamingHttpResponse:
    """All lines that the filters let through, the newest first, as CSV."""
    demand(request.user, "governance.view_auditevent")
    head = [_("at"), _("account"), _("person"), _("department"), _("action"), _("code"), _("record type"),
            _("record id"), _("record"), _("details"), _("request")]  # fmt: skip
    day = timezone.localdate().isoformat()
    return csv_response(f"audit-{day}.csv", head, _rows(_found(request).qs))


def _found(request: HttpRequest) -> Any:
    return AuditFilter(request.GET, events_for(request.user).order_by("-pk"), request=request)


def _rows(events: QuerySet[AuditEvent]) -> Iterator[list[Any]]:
    for event in events.iterator(chunk_size=2000):
        yield [
            timezone.localtime(event.at).isoformat(timespec="seconds"),
            event.actor_code,
            event.actor_name,
            event.department_name,
            action_word(event.action),
            event.action,
            event.target_type,
            event.target_id,
            event.target_name,
            json.dumps(event.details, ensure_ascii=False),
            event.request_id,
        ]
