"""What capability requests wait for: the catalog manager's decision."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.tasks import Task
from governance.models import User
from governance.states import Role
from reviews.models import CapabilityRequest
from reviews.states import RequestStatus

NAMED = 3


def request_tasks(user: User) -> Iterator[Task]:
    """One task for all that wait for capabilities of the person's jurisdiction."""
    if not user.has_role(Role.CATALOG):
        return
    here = user.acting.department.jurisdiction_id  # type: ignore[union-attr]
    rows = CapabilityRequest.objects.filter(capability__jurisdiction=here, status=RequestStatus.ASKED)
    waiting = list(rows.order_by("asked_at", "pk").values_list("capability__name", "asked_at"))
    if not waiting:
        return
    names = list(dict.fromkeys(name for name, _at in waiting))
    yield Task(
        verb=ngettext("Decide %(n)s capability request", "Decide %(n)s capability requests", len(waiting))
        % {"n": len(waiting)},
        title=_(", ").join(names[:NAMED]) + ("…" if len(names) > NAMED else ""),
        url=f"{reverse('reviews:capability-requests')}?status={RequestStatus.ASKED}",
        since=timezone.localdate(waiting[0][1]),
        button=_("Decide"),
    )
