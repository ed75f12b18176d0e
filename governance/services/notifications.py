"""Telling people, and what they do with it: read it, read all, let old ones go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from governance.models import Notification, User

KEPT = timedelta(days=90)  # after they were read


@transaction.atomic
def tell(rows: Sequence[Notification]) -> int:
    """Keep notifications, each once; says how many were new."""
    known = Notification.objects.filter(key__in={row.key for row in rows})
    told = set(known.values_list("membership", "key"))
    fresh = [row for row in rows if (row.membership_id, row.key) not in told]
    Notification.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    return len(fresh)


@transaction.atomic
def read(notification: Notification, *, by: User) -> Notification:
    """The person has seen it."""
    Notification.objects.visible_to(by).unread().filter(pk=notification.pk).update(read_at=timezone.now())
    notification.refresh_from_db()
    return notification


@transaction.atomic
def read_all(user: User) -> int:
    """The person has seen everything; says how much that was."""
    return Notification.objects.visible_to(user).unread().update(read_at=timezone.now())


def forget_read() -> int:
    """Delete what was read long ago; says how many. What nobody read stays."""
    return Notification.objects.filter(read_at__lt=timezone.now() - KEPT).delete()[0]
