"""Patience of the browser tests: a busy machine is not a fault of the page."""

from playwright.sync_api import expect

expect.set_options(timeout=20_000)
