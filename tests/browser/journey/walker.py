"""One person at a browser of their own; every page that they look at is examined as by a careful visitor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from playwright.sync_api import Browser, Locator, Page, expect

from config.demo import PASSWORD
from tests.browser.journey.words import untranslated
from tests.browser.looking import DESKTOP, PHONE, barriers, sideways


class Walker:
    """A person of the demonstration city, signed in by the real form."""

    def __init__(self, browser: Browser, address: str, account: str, *, phone: bool = False) -> None:
        self.account, self.address = account, address
        self.context = browser.new_context(locale="zh-CN", viewport=PHONE if phone else DESKTOP)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.odd: list[str] = []
        self.page.on("pageerror", lambda error: self.odd.append(str(error)))
        self.page.on("console", lambda line: self.odd.append(line.text) if line.type == "error" else None)

    def sign_in(self) -> Self:
        self.page.goto(f"{self.address}/accounts/login/")
        self.page.get_by_label("账号").fill(self.account)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.press("登录", exact=True)
        return self

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")
        self.look()

    def follow(self, name: str, *, within: Locator | None = None, exact: bool = False) -> None:
        """A link, and a look at where it leads."""
        (within or self.page).get_by_role("link", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        self.look()

    def press(self, name: str, *, within: Locator | None = None, exact: bool = False) -> None:
        """A button that posts a form, and a look at the page after it."""
        with self.page.expect_navigation():
            (within or self.page).get_by_role("button", name=name, exact=exact).first.click()
        self.look()

    def ask(self, name: str, *, answer: Callable[[Locator], None] | None = None) -> None:
        """A verb that asks first: open the question, answer it, confirm."""
        question = (
            self.page.locator("details.ask", has=self.page.locator("summary", has_text=name))
            .locator("visible=true")
            .first
        )
        question.locator("summary").click()
        if answer:
            answer(question)
        self.look()
        with self.page.expect_navigation():
            question.locator("button[type=submit]").click()
        self.look()

    def fill(self, label: str, value: str) -> None:
        """A field by its label: choices are selected, everything else is typed."""
        field = self.page.get_by_label(label).locator("visible=true").first
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("#main").get_by_text(text).locator("visible=true").first).to_be_visible()

    def look(self) -> None:
        """No barrier, no word in another language, no error, no sideways scrolling; parts that load are waited for."""
        expect(self.page.locator("[hx-trigger=load], .htmx-request")).to_have_count(0)
        where = f"{self.account} at {self.page.url}"
        assert sideways(self.page) <= 0, f"{where} scrolls sideways"
        self.page.evaluate("scrollTo(0, 0)")  # what has scrolled half under the top bar is no small target
        left = untranslated(self.page)
        assert not left, f"{where} says {left}"
        found = barriers(self.page)
        assert not found, f"{where}: {found}"
        assert self.odd == [], where

    def leave(self) -> None:
        self.context.close()


@contextmanager
def walking(browser: Browser, address: str, account: str, *, phone: bool = False) -> Iterator[Walker]:
    """The person signs in, does what the block says, and leaves."""
    walker = Walker(browser, address, account, phone=phone)
    walker.sign_in()
    yield walker
    walker.leave()
