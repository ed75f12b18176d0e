"""Whose turn it is, how far an application has come, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.models import AuditEvent
from governance.models import User
from governance.states import Role
from projects.models import Application, ApplicationBasis, Line
from projects.states import ApplicationStatus, SectionKey

A = ApplicationStatus
TURN_OF = {
    A.DRAFT: Role.CLERK,
    A.SIGN_OFF: Role.LEADER,
    A.SUBMITTED: Role.INTAKE,
    A.CORRECTION: Role.CLERK,
    A.CONSOLIDATION: Role.REVIEWER,
}
AT_DEPARTMENT = frozenset({A.DRAFT, A.SIGN_OFF, A.CORRECTION})
TONES = {
    A.DRAFT: "neutral",
    A.SIGN_OFF: "amber",
    A.SUBMITTED: "blue",
    A.CORRECTION: "amber",
    A.CONSOLIDATION: "blue",
    A.REJECTED: "red",
    A.DEFERRED: "neutral",
    A.WITHDRAWN: "neutral",
    A.ESCALATED: "neutral",
}
WORDS: Mapping[str, str | Promise] = {
    "application.created": _("Draft begun"),
    "application.copied": _("Copied from an earlier application"),
    "application.changed": _("First page changed"),
    "application.sign_off_asked": _("Handed to the leader for sign-off"),
    "application.sent_back": _("Sent back by the leader"),
    "application.submitted": _("Signed off and submitted"),
    "application.correction_asked": _("Correction asked for"),
    "application.correction_answered": _("Correction answered"),
    "application.accepted": _("Accepted as complete"),
    "application.assigned": _("Reviewer assigned"),
    "application.withdrawn": _("Withdrawn"),
    "application.rejected": _("Rejected"),
    "application.deferred": _("Deferred"),
    "application.escalated": _("Escalated to the upper level"),
    "application.escalated_here": _("Escalated from the lower level"),
    "application.numbered": _("Decision notice numbered"),
    "application.end_asked": _("End of the application proposed"),
    "application.end_refused": _("Proposal to end it refused"),
    "line.added": _("Line added"),
    "line.changed": _("Line changed"),
    "line.removed": _("Line removed"),
    "line.supplied": _("Unknown amount supplied"),
    "line.reopened": _("Line open again"),
    "lines.added": _("Lines added"),
    "lines.filled": _("Lines filled from a spreadsheet"),
    "lines.reordered": _("Lines ordered anew"),
    "lines.undone": _("Last change of the lines taken back"),
    "sections.written": _("Chapters written"),
    "basis.added": _("Basis added"),
    "basis.changed": _("Basis changed"),
    "basis.removed": _("Basis removed"),
    "system.named": _("System named"),
    "system.unnamed": _("System no longer named"),
    "data.linked": _("Data resource linked"),
    "data.unlinked": _("Data resource no longer linked"),
    "attachment.added": _("File attached"),
    "attachment.removed": _("File removed"),
}
# What the authority's people say among themselves.
INTERNAL = frozenset({"application.assigned", "application.end_asked", "application.end_refused", "line.reopened"})
DETAILS = ("line", "change", "name", "document", "title", "system", "resource", "reason", "answer", "of", "source")


@dataclass(frozen=True)
class Entry:
    """One thing that happened, in words; `changes` are (field, before, after)."""

    what: str | Promise
    at: datetime
    who: str
    detail: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)


def is_determined(application: Application) -> bool:
    """Whether a meeting has decided it: the scope of an annual list names it, and it waits for nobody."""
    return hasattr(application, "determined")


def stage(application: Application) -> tuple[str, str]:
    """What the stage is called, and its tone."""
    if is_determined(application):
        return gettext("determined"), "green"
    return str(application.get_status_display()), TONES[ApplicationStatus(application.status)]


def turn_filter(role: str) -> Q:
    """The applications that wait for somebody who acts in this role."""
    waiting = [status for status, holder in TURN_OF.items() if holder == role]
    return Q(status__in=waiting, determined__isnull=True)


def _turn_of(application: Application) -> Role | None:
    return None if is_determined(application) else TURN_OF.get(ApplicationStatus(application.status))


def is_turn_of(application: Application, user: User) -> bool:
    """Whether the person can send the application on now."""
    role = _turn_of(application)
    if role is None:
        return False
    if application.status in AT_DEPARTMENT:
        return user.has_role(role, department=application.department_id)
    if role == Role.REVIEWER:
        return user.is_judge_of(application.round.jurisdiction_id)
    return user.has_role(role) and user.acting.is_at_authority_of(application.round.jurisdiction_id)  # type: ignore[union-attr]


def holder(application: Application) -> str:
    """Who has the application now: the department's clerk or leader, or the authority; empty at the end."""
    role = _turn_of(application)
    if role is None:
        return ""
    if application.status not in AT_DEPARTMENT:
        return str(gettext("the authority"))
    return f"{application.department} · {role.label}"


def last_reason(application: Application) -> AuditEvent | None:
    """Why the leader sent a draft back, while it is a draft again."""
    return last_reasons([application]).get(application.pk)


def last_reasons(applications: Iterable[Application]) -> dict[int, AuditEvent]:
    """The same for many applications, by key: one query."""
    drafts = [application.pk for application in applications if application.status == A.DRAFT]
    events = AuditEvent.objects.filter(
        target_type=Application._meta.label_lower,
        target_id__in=drafts,
        action__in=["application.sent_back", "application.sign_off_asked"],
    )
    last = {event.target_id: event for event in events.order_by("pk")}
    return {pk: event for pk, event in last.items() if event.action == "application.sent_back"}


def history(application: Application, user: User) -> list[Entry]:
    """What happened, newest first. The authority reads from submission on, the department no word among the others."""
    events = _events(application)
    if user.has_role(Role.CLERK, Role.LEADER, department=application.department_id):
        events = events.exclude(action__in=INTERNAL)
    elif not user.has_role(Role.AUDITOR):
        first = events.filter(action__in=["application.submitted", "application.escalated_here"]).last()
        events = events.filter(pk__gte=first.pk) if first else events.none()
    return [_entry(event) for event in events]


def _events(application: Application) -> Any:
    own = Q(target_type=Application._meta.label_lower, target_id=application.pk)
    of_lines = Q(target_type=Line._meta.label_lower, target_id__in=application.lines.values("pk"))
    return AuditEvent.objects.filter(own | of_lines).order_by("-pk")


def _entry(event: AuditEvent) -> Entry:
    details = event.details
    found = [str(details[name]) for name in DETAILS if details.get(name)]
    found += [str(SectionKey(key).label) for key in details.get("chapters", ()) if key in SectionKey.values]
    found += details.get("names", ())
    who = " · ".join(part for part in (event.actor_name, event.department_name) if part)
    changes = [
        (_label(name), _value(name, before), _value(name, after))
        for name, (before, after) in (details.get("changes") or {}).items()
    ]
    return Entry(WORDS.get(event.action, event.action), event.at, who, " · ".join(found), changes)


def _field(name: str) -> Any:
    """The field of an application, a line or a basis that has this name."""
    for model in (Application, Line, ApplicationBasis):
        for known in model._meta.get_fields():
            if known.name == name and hasattr(known, "verbose_name"):
                return known
    return None


def _label(name: str) -> str:
    if name == "sources":
        return str(gettext("sources"))
    known = _field(name)
    return str(known.verbose_name) if known else name


def _value(name: str, value: Any) -> str:
    """What the trail keeps, in words."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    choices = dict(getattr(_field(name), "flatchoices", ()))
    return str(choices.get(value, value))
