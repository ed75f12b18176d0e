"""What a person was told, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from governance.models import Membership, Notification, User
from governance.queries.audit import action_word
from governance.states import NotificationKind

K = NotificationKind
ICONS = {
    K.APPLICATION: "folders", K.OPINION: "message-2", K.ACT: "gavel", K.CAPABILITY: "puzzle", K.LIST: "list-check",
    K.ROUND: "calendar-due", K.DEADLINE: "clock",
}  # fmt: skip


# What it means for whom it concerns, where the trail's words say what somebody else did.
WORDS: Mapping[tuple[str, str], str | Promise] = {
    (K.OPINION, "act.confirmed"): _("An act asks for your department's opinion"),
    (K.OPINION, "act.undone"): _("An act that touched your department was undone"),
    (K.OPINION, "act.settled"): _("An objection was settled"),
    (K.ACT, "act.proposed"): _("An act waits for your confirmation"),
    (K.ACT, "act.confirmed"): _("Your act was confirmed"),
    (K.ACT, "act.undo_asked"): _("Undoing an act waits for your consent"),
    (K.ACT, "opinion.objected"): _("A department objects to your act"),
    (K.ACT, "opinions.closed"): _("The time for opinions on your act is over"),
    (K.CAPABILITY, "capabilityrequest.asked"): _("A department asks for a capability"),
    (K.LIST, "list.locked"): _("The annual list is locked"),
    (K.ROUND, "round.opened"): _("You may apply now"),
    (K.ROUND, "round.closed"): _("No more applications are taken"),
    (K.ROUND, "membership.granted"): _("You hold a new role"),
    (K.DEADLINE, "term.near"): _("Runs out soon"),
    (K.DEADLINE, "term.over"): _("Over its term"),
}


@dataclass(frozen=True)
class Told:
    """One notification; `role` only where the person acts in another one now."""

    pk: int
    what: str
    title: str
    text: str
    who: str
    at: datetime
    kind: str | Promise
    icon: str
    is_read: bool
    role: Membership | None


@dataclass(frozen=True)
class Tab:
    """A kind of notification with how many there are and how many are new."""

    key: str
    label: str
    count: int
    unread: int


def told(rows: Iterable[Notification], user: User) -> list[Told]:
    """Notifications for the page; no query."""
    roles = {role.pk: role for role in user.roles}
    acting = user.acting
    return [
        Told(
            pk=row.pk,
            what=str(WORDS.get((row.kind, row.action)) or capfirst(action_word(row.action))),
            title=row.title,
            text=row.text,
            who=row.who,
            at=row.at,
            kind=K(row.kind).label,
            icon=ICONS[K(row.kind)],
            is_read=row.is_read,
            role=None if acting and row.membership_id == acting.pk else roles.get(row.membership_id),
        )
        for row in rows
    ]


def tabs(user: User) -> list[Tab]:
    """The kinds that the person has notifications of, in one query."""
    rows = Notification.objects.visible_to(user).order_by().values_list("kind")
    counted = {kind: (n, new) for kind, n, new in rows.annotate(n=Count("pk"), new=Count("pk", filter=Q(read_at=None)))}
    return [Tab(kind.value, str(capfirst(kind.label)), *counted[kind]) for kind in K if kind in counted]
