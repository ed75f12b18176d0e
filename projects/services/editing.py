"""What every change of an application has in common: who, when, which version, and the trail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from common import audit
from common.constraints import full_clean
from common.errors import DomainError, demand, sentences
from common.transitions import MoveError
from governance.models import User
from projects.models import Application
from projects.rules import is_clerk_of


class Invalid(DomainError):
    """What was typed does not fit the record."""

    code = "invalid"


def opened(application: Application, *, by: User, version: int | None = None) -> Application:
    """Lock an application for a change by its department's clerk, and see that it may be changed now."""
    application = locked(application)
    demand(is_clerk_of(by, application), _("Only a clerk of the department changes its application."))
    if not application.is_editable:
        raise MoveError(
            _("This application is “%(status)s” now: only a draft or a correction is changed.")
            % {"status": application.get_status_display()}
        )
    application.demand_version(version)
    return application


def locked(application: Application) -> Application:
    """Read the row anew, with round and department, and hold it until the transaction ends."""
    rows = Application.objects.select_related("round__jurisdiction", "department")
    return rows.locked(application.pk)


def noted(application: Application, action: str, *, by: User, **details: Any) -> Application:
    """Raise the version and write the trail; the end of every change."""
    application.bump()
    audit.record(action, application, by=by, **details)
    return application


def cleaned(record: Model, *, exclude: set[str] | None = None) -> None:
    """Refuse a record that its fields or its constraints refuse, in the words of these."""
    try:
        full_clean(record, exclude=exclude, validate_unique=False)
    except ValidationError as error:
        raise Invalid(_("This cannot be saved:"), items=sentences(record, error)) from error


def assigned(record: Model, changes: dict[str, Any], allowed: frozenset[str]) -> dict[str, list[Any]]:
    """Set the fields; says before and after of those that changed. Another name is the programmer's error."""
    unknown = set(changes) - allowed
    if unknown:
        raise TypeError(f"not to be changed here: {', '.join(sorted(unknown))}")
    moved = {}
    for name, value in changes.items():
        before = getattr(record, name)
        if before != value:
            setattr(record, name, value)
            moved[name] = [plain(before), plain(value)]
    return moved


def plain(value: Any) -> Any:
    """A value as the trail keeps it: codes and words, no records."""
    if isinstance(value, Model):
        return str(value)
    return value if isinstance(value, (str, int, bool, date, datetime, type(None))) else str(value)
