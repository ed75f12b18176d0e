"""Where a project stands on a list that is not locked yet: listed or in reserve, and how early it comes."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from governance.models import User
from projects.models import Project
from reviews.models import AnnualList
from reviews.models.annual_list import PRIORITIES
from reviews.services.register import lock_register
from reviews.states import GONE, LIST_MOVES, ListStatus


@transaction.atomic
def place(
    annual_list: AnnualList,
    project: Project,
    *,
    by: User,
    to: str | None = None,
    priority: int | None = None,
    version: int | None = None,
) -> AnnualList:
    """Put a project on the list or into its reserve, or rank it; a locked version keeps what it says.

    What waits in reserve has no budget line and lapses at the end of the year.
    """
    lock_register(annual_list.round.jurisdiction_id)
    annual_list = AnnualList.objects.select_related("round").locked(annual_list.pk)
    annual_list.demand_version(version)
    demand(by.is_head_of(annual_list.round.jurisdiction_id), _("Only the authority's head does this."))
    entry = annual_list.projects.filter(project=project).first()
    if entry is None:
        demand(False, _("This project is not on the list: determine its application first."))
        return annual_list
    demand(entry.status not in GONE, _("This project has left the list."))
    if to is not None and to != entry.status:
        demand(to in {ListStatus.LISTED, ListStatus.RESERVE}, _("A project is listed or waits in reserve."))
        LIST_MOVES.check(entry.status, to)
        entry.status = ListStatus(to)
    if priority is not None:
        demand(priority in PRIORITIES, _("A priority is a number from 1 to 4."))
        entry.priority = priority
    entry.save(update_fields=["status", "priority"])
    annual_list.bump()
    audit.record(
        "list.placed", project, by=by, round=annual_list.round_id, status=entry.status, priority=entry.priority
    )
    return annual_list
