"""Last part of the journey: ceiling, determination, lock, control figure, reply, and the chain of the money."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from governance.models import Round
from tests.browser.journey.walker import Walker


def set_the_ceiling(finance: Walker, round: Round, wan: str) -> None:
    finance.follow("资金预算")
    finance.fill("财政年度", str(round.year))
    finance.fill("控制数上限", wan)
    finance.press("设定控制数上限")


def determine_and_lock(head: Walker, round: Round) -> None:
    head.follow("年度清单")
    head.follow(round.name)
    head.fill("会议", f"{round.year}年第1次联席会议")
    head.press("审定所勾选的申报")
    head.sees("列入清单")

    def number(question: Locator) -> None:
        question.get_by_label("审定文号").fill(f"江数统〔{round.year}〕1号")

    head.ask("锁定清单", answer=number)
    head.sees("第 1 版")


def control_and_reply(finance: Walker, round: Round, wan: str) -> None:
    finance.follow("资金预算")
    finance.follow(str(round.year), exact=True)

    def amount(question: Locator) -> None:
        question.get_by_label("金额").fill(wan)

    finance.ask("下达控制数", answer=amount)
    finance.fill("文号", f"江财预〔{round.year}〕2号")
    finance.press("批复", exact=True)


def trace(finance: Walker, project: str, *amounts: str) -> None:
    """The chain of a project shows who pays how much for what."""
    finance.follow(project)
    for amount in amounts:
        expect(finance.page.locator("#main")).to_contain_text(amount)
