from __future__ import annotations

from datetime import date

from common.tasks import Task, in_order


def task(title, **more):
    return Task(verb="Do", title=title, url="/", **more)


def test_what_runs_out_first_comes_first():
    old, new = task("old", since=date(2026, 1, 1)), task("new", since=date(2026, 2, 1))
    late, due, far = task("late", days_left=-1), task("due", days_left=0), task("far", days_left=9)
    hot = task("hot", days_left=9, urgent=True)
    assert in_order([new, far, due, old, hot, late]) == [hot, late, due, far, old, new]


def test_three_working_days_before_the_end_a_task_presses():
    assert task("a", days_left=3).is_pressing
    assert not task("a", days_left=4).is_pressing
    assert not task("a").is_pressing
    assert task("a", urgent=True).is_pressing


def test_over_its_term_by_some_days():
    assert task("a", days_left=-2).is_overdue
    assert task("a", days_left=-2).days_over == 2
    assert not task("a", days_left=0).is_overdue
    assert task("a").days_over == 0
