"""Where the official calendar departs from the packaged one."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from governance.models import CalendarDay, CalendarYear, User
from governance.queries import working_days
from governance.services.records import check


@transaction.atomic
def set_day(day: date, *, is_workday: bool, note: str, by: User) -> CalendarDay:
    """Make a day a workday or a day off, against what the packaged calendar says."""
    demand(note.strip(), _("Say why: a reader of a deadline will ask."))
    row = CalendarDay.objects.select_for_update().filter(day=day).first() or CalendarDay(day=day)
    before = row.is_workday if row.pk else None
    row.is_workday, row.note = is_workday, note.strip()
    check(row)
    row.save()
    audit.record("calendarday.set", row, by=by, before=before, is_workday=is_workday, note=row.note)
    working_days.forget()
    return row


@transaction.atomic
def remove_day(row: CalendarDay, *, by: User) -> None:
    """Let the packaged calendar hold again."""
    audit.record("calendarday.removed", row, by=by, is_workday=row.is_workday, note=row.note)
    row.delete()
    working_days.forget()


@transaction.atomic
def announce_year(year: int, *, document: str, by: User) -> CalendarYear:
    """Say that the holidays of a year stand here as announced: its days are not provisional any more.

    Refused: a year whose notice the packaged calendar has itself, or that was entered before.
    """
    demand(
        working_days.is_provisional(year),
        _("The holidays of %(year)s are in the calendar as announced already.") % {"year": year},
    )
    row = CalendarYear(year=year, document=document.strip())
    check(row)
    row.save()
    audit.record("calendaryear.announced", row, by=by, document=row.document)
    working_days.forget()
    return row
