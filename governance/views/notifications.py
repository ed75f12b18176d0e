"""What concerns a person: the list, opening one, having read all."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from common.http import way_back
from governance.models import Notification, User
from governance.queries import notifications as queries
from governance.services import notifications as services
from governance.services import profile

PAGE = 30


@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    """The newest first; new ones alone, or those of one kind."""
    user = cast(User, request.user)
    tabs, kind = queries.tabs(user), request.GET.get("kind", "")
    rows = Notification.objects.visible_to(user)
    rows = rows.unread() if kind == "new" else rows.filter(kind=kind) if kind else rows
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": queries.told(page.object_list, user),
        "tabs": tabs,
        "kind": kind,
        "total": sum(tab.count for tab in tabs),
        "new": sum(tab.unread for tab in tabs),
    }
    return render(request, "governance/notifications.html", context)


@require_POST
def open_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that it was read and go to its record, in the role that it was told to."""
    user = cast(User, request.user)
    row = get_object_or_404(Notification.objects.visible_to(user), pk=pk)
    services.read(row, by=user)
    if user.acting and user.acting.pk != row.membership_id:
        user = profile.act_as(user, row.membership_id)
        messages.info(request, _("You act as %(role)s now.") % {"role": user.acting})
    return redirect(row.url)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    count = services.read_all(cast(User, request.user))
    words = ngettext("%(n)s notification is read now.", "%(n)s notifications are read now.", count)
    messages.success(request, words % {"n": count})
    return redirect(way_back(request, "governance:notifications"))
