"""What waits for the people who keep the rules, the rounds and the roles."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.tasks import Task
from governance.models import Membership, Round, User
from governance.queries.working_days import calendar
from governance.states import Role, RoundStatus


def tasks_for(user: User) -> list[Task]:
    """Rounds to open or close for the head, people without role for the security administrator."""
    acting = user.acting
    if acting is None:
        return []
    place = acting.department.jurisdiction_id
    if user.is_head_of(place):
        return list(_rounds(place))
    return list(_newcomers(user)) if acting.role == Role.SECURITY_ADMIN else []


def _rounds(jurisdiction: int) -> Iterator[Task]:
    """The open round near its end, and a planned one whose first day has come."""
    today, days = timezone.localdate(), calendar()
    rows = Round.objects.filter(jurisdiction=jurisdiction, status__in=[RoundStatus.OPEN, RoundStatus.PLANNED])
    for row in rows.order_by("year", "batch"):
        url = reverse("governance:round", args=[row.pk])
        if row.status == RoundStatus.OPEN and row.closes_on and row.closes_on <= today:
            yield Task(
                verb=_("Close the round, or give it more time"),
                title=row.name,
                url=url,
                since=row.opens_on,
                due_on=row.closes_on,
                days_left=days.between(today, row.closes_on),
                button=_("Open the round's page"),
            )
        elif row.status == RoundStatus.PLANNED and row.opens_on and row.opens_on <= today:
            yield Task(
                verb=_("Open the round: departments may apply"),
                title=row.name,
                url=url,
                since=row.opens_on,
                button=_("Open the round's page"),
            )


def _newcomers(user: User) -> Iterator[Task]:
    """Accounts that hold no role anywhere."""
    anywhere = Membership.objects.filter(user=OuterRef("pk"))
    rows = User.objects.visible_to(user).filter(~Exists(anywhere), is_active=True).order_by("date_joined")
    if not (found := list(rows.only("username", "display_name", "date_joined")[:50])):
        return
    first = found[0]
    yield Task(
        verb=ngettext("Give a role to %(n)s person", "Give a role to %(n)s persons", len(found)) % {"n": len(found)},
        title=", ".join(str(row) for row in found[:5]),
        url=reverse("governance:person", args=[first.pk]),
        since=timezone.localdate(first.date_joined),
        note=_("They can sign in and see nothing yet."),
        button=_("Give a role"),
    )
