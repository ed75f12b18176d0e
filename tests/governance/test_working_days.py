from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.models import CalendarDay, CalendarYear
from governance.queries import working_days as w

pytestmark = pytest.mark.django_db
PLAIN = w.Calendar(overrides={}, entered=frozenset())
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))

# 国务院办公厅关于2026年部分节假日安排的通知: first and last day off, and the weekend days worked for it.
NOTICE_2026 = {
    "元旦": ((1, 1), (1, 3), [(1, 4)]),
    "春节": ((2, 15), (2, 23), [(2, 14), (2, 28)]),
    "清明节": ((4, 4), (4, 6), []),
    "劳动节": ((5, 1), (5, 5), [(5, 9)]),
    "端午节": ((6, 19), (6, 21), []),
    "中秋节": ((9, 25), (9, 27), []),
    "国庆节": ((10, 1), (10, 7), [(9, 20), (10, 10)]),
}


def days(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_the_year_2026_is_as_the_state_council_announced_it():
    off = {day for first, last, _ in NOTICE_2026.values() for day in days(date(2026, *first), date(2026, *last))}
    worked = {date(2026, *day) for _, _, makeups in NOTICE_2026.values() for day in makeups}
    for day in days(date(2026, 1, 1), date(2026, 12, 31)):
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert w.is_workday(day) == expected, day


def test_a_make_up_saturday_counts_and_the_spring_festival_does_not():
    assert w.add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 14), "Saturday, worked"
    assert w.add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24), "after nine days off"
    assert w.add_working_days(date(2026, 2, 27), 1) == date(2026, 2, 28), "Saturday, worked"
    assert w.working_days_between(date(2026, 2, 13), date(2026, 2, 24)) == 2


def test_a_term_of_twenty_days_over_the_national_day():
    due = w.add_working_days(date(2026, 9, 18), 20)
    assert due == date(2026, 10, 22)
    assert w.working_days_between(date(2026, 9, 18), due) == 20
    assert w.working_days_between(due, date(2026, 9, 18)) == -20


def test_days_before_are_counted_backwards():
    assert w.add_working_days(date(2026, 2, 24), -1) == date(2026, 2, 14)
    assert w.add_working_days(date(2026, 2, 24), 0) == date(2026, 2, 24)


@given(DAYS, st.integers(0, 60))
def test_adding_and_counting_agree(day, count):
    assert PLAIN.between(day, PLAIN.add(day, count)) == count
    assert count == 0 or PLAIN.is_workday(PLAIN.add(day, count))


@given(DAYS, DAYS, DAYS)
def test_counts_add_up(a, b, c):
    assert PLAIN.between(a, b) + PLAIN.between(b, c) == PLAIN.between(a, c)


def test_the_citys_own_day_goes_before_the_package():
    typhoon, saturday = date(2026, 8, 13), date(2026, 8, 15)
    assert w.add_working_days(date(2026, 8, 12), 1) == typhoon
    CalendarDay.objects.create(day=typhoon, is_workday=False, note="台风停工")
    CalendarDay.objects.create(day=saturday, is_workday=True, note="补班")
    assert w.add_working_days(date(2026, 8, 12), 1) == date(2026, 8, 14)
    assert w.add_working_days(date(2026, 8, 12), 2) == saturday


def test_a_year_without_notice_is_provisional_until_the_city_enters_it():
    assert not w.is_provisional(2026)
    later = w.LAST_NOTICE + 1
    assert w.is_provisional(later)
    CalendarDay.objects.create(day=date(later, 3, 1), is_workday=False, note="台风停工")
    assert w.is_provisional(later), "one day is not the notice"
    CalendarYear.objects.create(year=later, document="国办发明电〔2026〕7号")
    assert not w.is_provisional(later)


def test_one_request_reads_the_calendar_once(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(w, "current_request_id", lambda: "one request")
    w.forget()
    with django_assert_num_queries(1):
        for _ in range(3):
            w.add_working_days(date(2026, 3, 2), 5)
    monkeypatch.setattr(w, "current_request_id", lambda: "the next request")
    with django_assert_num_queries(1):
        w.is_workday(date(2026, 3, 2))
