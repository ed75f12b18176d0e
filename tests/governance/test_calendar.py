from __future__ import annotations

from datetime import date

import pytest

from common.errors import DomainError
from common.models import AuditEvent
from governance.models import CalendarDay
from governance.queries import working_days as w
from governance.services.calendar import announce_year, remove_day, set_day
from tests.factories import city

pytestmark = pytest.mark.django_db
SATURDAY = date(2027, 2, 13)


@pytest.fixture
def admin():
    return city().people.head


def test_a_make_up_day_counts_until_it_is_taken_away(admin):
    assert not w.is_workday(SATURDAY)
    row = set_day(SATURDAY, is_workday=True, note="春节补班", by=admin)
    assert w.is_workday(SATURDAY)
    set_day(SATURDAY, is_workday=False, note="通知更正", by=admin)
    assert not w.is_workday(SATURDAY)
    assert CalendarDay.objects.count() == 1
    remove_day(row, by=admin)
    assert not CalendarDay.objects.exists()
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["calendarday.set", "calendarday.set", "calendarday.removed"]


def test_a_change_counts_within_the_same_request(admin, monkeypatch):
    monkeypatch.setattr(w, "current_request_id", lambda: "one")
    assert not w.is_workday(SATURDAY)
    row = set_day(SATURDAY, is_workday=True, note="春节补班", by=admin)
    assert w.is_workday(SATURDAY)
    remove_day(row, by=admin)
    assert not w.is_workday(SATURDAY)


def test_a_day_needs_a_reason(admin):
    with pytest.raises(DomainError, match="Say why"):
        set_day(SATURDAY, is_workday=True, note=" ", by=admin)


def test_a_notice_ends_that_a_year_is_provisional(admin):
    year = w.LAST_NOTICE + 1
    assert announce_year(year, document="国办发明电〔2026〕7号", by=admin).year == year
    assert not w.is_provisional(year)
    with pytest.raises(DomainError, match="as announced already"):
        announce_year(year, document="国办发明电〔2026〕7号", by=admin)
    with pytest.raises(DomainError, match="as announced already"):
        announce_year(2026, document="国办发明电", by=admin)


def test_a_notice_names_its_document(admin):
    with pytest.raises(DomainError):
        announce_year(w.LAST_NOTICE + 1, document=" ", by=admin)
