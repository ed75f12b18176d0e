"""Second part of the journey: screening, the workbench, two pairs of eyes, the departments' opinions."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, expect

from governance.models import Round
from projects.models import Application, Line
from reviews.tasks import close_due_opinions
from tests.browser.journey.outbox import deliver
from tests.browser.journey.walker import Walker


def screen(reviewer: Walker) -> None:
    """Ask for the screening on its page, do what the workers do, and see it end by itself."""
    reviewer.follow("统筹处置")
    reviewer.follow("查重")
    reviewer.press("发起查重")
    reviewer.sees("等待后台任务")
    deliver()
    expect(reviewer.page.locator("#main").get_by_text("已查重")).to_be_visible()
    reviewer.page.reload()
    reviewer.look()
    reviewer.sees("疑似重复")


def module(name: str) -> Line:
    return Line.objects.select_related("application").get(name=name)


def column(reviewer: Walker, line: Line) -> Locator:
    """The cell of the workbench in which the line is decided."""
    return reviewer.page.locator(f"td.member[data-column='{line.pk}']")


def choose(cell: Locator, kind: str) -> None:
    cell.locator(f"label:has([data-kind={kind}])").click()


def consolidate(reviewer: Walker, kept: Line, merged: Line) -> None:
    """Judge the pair, keep one, merge the other into it with 50 of its 80, and leave 10 for the adapter."""
    reviewer.follow("统筹处置")
    reviewer.sees(kept.name, merged.name, "疑似重复")
    reviewer.page.locator("[data-key='1']").first.click()
    expect(reviewer.page.locator("[data-key='1']").first).to_have_attribute("aria-pressed", "true")
    choose(column(reviewer, kept), "keep")
    cell = column(reviewer, merged)
    choose(cell, "merge")
    cell.locator("input[name$='-into']").fill(kept.reference)
    cell.locator("input[name$='-own']").fill("10")
    cell.locator("input[name$='-moved']").fill("50")
    cell.locator("input[name$='-moved']").blur()
    expect(reviewer.page.locator(f"#saved-{merged.pk}")).to_have_text("20.00")
    propose(
        reviewer, "任务派发合并建设", "两个模块都是按片区派发任务、手机签到填报，合并为一个组件，由市公安局牵头建设。"
    )


def keep_the_rest(reviewer: Walker, round: Round, application: Application, line: Line, own: str = "") -> None:
    """What stands in no cluster is decided by application."""
    bench = reverse("reviews:workbench", args=[round.pk])
    reviewer.open(f"{bench}?state=single&application={application.pk}")
    cell = column(reviewer, line)
    choose(cell, "keep")
    if own:
        cell.locator("input[name$='-own']").fill(own)
        cell.locator("input[name$='-own']").blur()
    propose(reviewer, f"{application.name}其余条目", "与现有系统和共性能力不重复，按核定金额保留。")


def propose(reviewer: Walker, title: str, reason: str) -> None:
    reviewer.fill("标题", title)
    reviewer.fill("处置理由", reason)
    reviewer.look()
    reviewer.press("提交复核")
    expect(reviewer.page.get_by_text("已提交，由未参与编制的同事复核。")).to_be_visible()


def confirm_all(head: Walker, acts: int) -> None:
    """The head on a phone: one proposal after the other."""
    head.follow("从最急的开始办")
    for left in reversed(range(acts)):
        head.page.get_by_role("button", name="确认方案").locator("visible=true").first.scroll_into_view_if_needed()
        with head.page.expect_navigation():
            head.page.get_by_role("button", name="确认方案").locator("visible=true").first.click()
        head.look()
        if left:
            head.follow("下一件")


def agree_to_all(leader: Walker, acts: int) -> None:
    for _act in range(acts):
        leader.open("/")
        leader.follow("从最急的开始办")
        leader.fill("意见内容", "同意。")
        leader.press("同意", exact=True)


def let_the_term_end() -> None:
    """Weeks later the clock finds who has not answered: silence is agreement."""
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        close_due_opinions()
