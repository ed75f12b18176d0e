"""Making notifications: from new lines of the audit trail, and from tasks that run out.

Both may run at any time, at once and again: nobody is told the same twice. A line of the trail is written before its
transaction is committed, so lines of the last minutes are read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import override

from common.models import AuditEvent, Sequence
from common.tasks import SOON, Task
from config.notifications.subscriptions import PAGES, SUBSCRIPTIONS, Subscription
from config.tasks import tasks_for
from governance.models import Membership, Notification
from governance.services import notifications
from governance.states import NotificationKind, Role

SETTLED = timedelta(minutes=10)  # no transaction is open for longer
BACKLOG = timedelta(days=14)  # what is older is no news
UPTO = "notifications"
REMINDED = (Role.CLERK, Role.LEADER, Role.INTAKE, Role.REVIEWER, Role.HEAD, Role.CATALOG, Role.FINANCE)


def deliver() -> int:
    """Tell what the trail has since the last time; says how many were told."""
    now = timezone.now()
    seen, _is_new = Sequence.objects.get_or_create(key=UPTO)
    events = AuditEvent.objects.filter(pk__gt=seen.last, at__gte=now - BACKLOG, action__in=SUBSCRIPTIONS)
    told = [row for event in events.order_by("pk") for row in _of(event)]
    count = notifications.tell(told)
    settled = AuditEvent.objects.filter(at__lt=now - SETTLED).order_by("-pk").values_list("pk", flat=True).first()
    Sequence.objects.filter(key=UPTO, last__lt=settled or 0).update(last=settled or 0)
    return count


def remind() -> int:
    """Tell people of what runs out within three working days, and of what is over: once each for each term."""
    roles = Membership.objects.valid().filter(role__in=REMINDED, user__is_active=True)
    return notifications.tell(
        [row for role in roles.select_related("user").order_by("user", "pk") for row in _due(role)]
    )


def _of(event: AuditEvent) -> Iterator[Notification]:
    model = apps.get_model(event.target_type)
    record = model._default_manager.filter(pk=event.target_id).first()
    if record is None:  # a draft that was deleted concerns nobody any more
        return
    reached: set[int] = set()
    for subscription in SUBSCRIPTIONS[event.action]:
        for role in _roles(subscription, record, event):
            if role.pk not in reached:
                reached.add(role.pk)
                yield _line(event, subscription, record, role)


def _roles(subscription: Subscription, record: Model, event: AuditEvent) -> list[Membership]:
    """Whom it concerns, but for the one who did it, unless workers did it, and those who do not want to hear of it."""
    rows = Membership.objects.valid().filter(subscription.whom(record), user__is_active=True)
    if not subscription.tells_asker:
        rows = rows.exclude(user__username=event.actor_code)
    return [role for role in rows.select_related("user").distinct() if subscription.kind not in role.user.muted]


def _line(event: AuditEvent, subscription: Subscription, record: Model, role: Membership) -> Notification:
    return Notification(
        membership=role,
        kind=subscription.kind,
        action=event.action,
        title=event.target_name,
        text=str(event.details.get(subscription.says) or "")[:500],
        url=PAGES[type(record)](record),
        who=" · ".join(filter(None, (event.actor_name, event.department_name)))[:200],
        key=f"event-{event.pk}",
        at=event.at,
    )


def _due(role: Membership) -> Iterator[Notification]:
    """The tasks of a role that run out; in the words of the person's language."""
    user = role.user
    user.acting_membership_id = role.pk
    with override(user.language or settings.LANGUAGE_CODE):
        for task in tasks_for(user):
            if task.due_on and task.days_left is not None and task.days_left <= SOON:
                yield _reminder(role, task)


def _reminder(role: Membership, task: Task) -> Notification:
    state = "over" if task.is_overdue else "near"
    return Notification(
        membership=role,
        kind=NotificationKind.DEADLINE,
        action=f"term.{state}",
        title=task.title[:300],
        text=f"{task.verb} · {task.due_on:%Y-%m-%d}"[:500],
        url=task.url,
        key=f"{state}-{task.url}-{task.due_on}"[:200],
        at=timezone.now(),
    )
