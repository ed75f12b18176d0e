"""What does each page weigh, ask the database, and keep the browser busy with?  make bench-pages

The demonstration city, served by the web process that `make run` starts. Each page is opened in Chromium with an
empty cache as the person who works on it, and once more in this process to count its queries and the processor's
time. Ends with 1 when a list asks more than 12 questions, a detail more than 15, my work or the workbench more than
60, when a page weighs more than 120 KB (with pictures 270 KB), moves while it loads, or blocks the browser for
longer than 200 ms.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
KILOBYTES, WITH_CHARTS = 120.0, 270.0
BLOCKED, SHIFT = 200.0, 0.02
TIMES = 3
# Sees everything that the browser reports of itself while the page loads.
WATCH = """
window.seen = {blocked: 0, shift: 0};
new PerformanceObserver(list => list.getEntries().forEach(e => { window.seen.blocked += Math.max(0, e.duration - 50); }))
  .observe({type: "longtask", buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => { if (!e.hadRecentInput) window.seen.shift += e.value; }))
  .observe({type: "layout-shift", buffered: true});
"""


@dataclass
class Page:
    """The figures of one page, and what is wrong with them."""

    name: str
    queries: int
    milliseconds: float
    kilobytes: float = 0.0
    blocked: float = 0.0
    shift: float = 0.0
    has_charts: bool = False
    wrong: list[str] = field(default_factory=list)

    def judge(self, most: int) -> None:
        heaviest = WITH_CHARTS if self.has_charts else KILOBYTES
        limits = (
            (self.queries > most, f"{self.queries} queries, {most} at most"),
            (self.kilobytes > heaviest, f"{self.kilobytes:.0f} KB, {heaviest:.0f} at most"),
            (self.blocked > BLOCKED, f"blocks for {self.blocked:.0f} ms"),
            (self.shift > SHIFT, f"moves by {self.shift:.3f}"),
        )
        self.wrong = [words for is_over, words in limits if is_over]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make bench-pages", description=__doc__)
    parser.add_argument("--only", default="", help="pages whose name begins so")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        _own_settings(Path(folder))
        return _measure(options.only)


def _own_settings(folder: Path) -> None:
    os.environ.setdefault("MODEL_DIR", str(ROOT / "var" / "model"))
    os.environ.update(
        VAR_DIR=str(folder),
        READ_DOT_ENV="0",
        DJANGO_SETTINGS_MODULE="config.settings",
        LOG_LEVEL="ERROR",
        DJANGO_ALLOW_ASYNC_UNSAFE="1",  # Playwright owns an event loop in this thread
    )
    for name in ("DATABASE_URL", "REDIS_URL", "QUEUE_DIR"):
        os.environ.pop(name, None)


def _measure(only: str) -> int:
    import django  # noqa: PLC0415 - reads the settings of above

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from config import demo  # noqa: PLC0415 - models need the setup
    from governance.services.policies import load_default_pack  # noqa: PLC0415
    from tests.browser.city import scene  # noqa: PLC0415
    from tests.browser.journey import views  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    load_default_pack()
    began, used = time.monotonic(), time.process_time()
    demo.build()
    wall, processor = time.monotonic() - began, time.process_time() - used
    print(f"the demonstration city was made in {wall:.0f} s ({processor:.0f} s of the processor)\n", flush=True)  # noqa: T201
    chosen = [view for view in views.of(scene()) if view.name.startswith(only)]
    pages = [_page(view) for view in chosen]
    with _served() as address, _browser() as browser:
        for page, view in zip(pages, chosen, strict=True):
            _look(browser, address, page, view)
            page.judge(view.queries)
    return _tell(pages)


def _page(view: Any) -> Page:
    """The page in this process: its queries, and the processor's time, the middle of three."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client(headers={"accept-language": "zh-hans", "host": "127.0.0.1"})
    if view.account:
        client.force_login(_user(view.account))
    client.get(view.path)
    times = []
    for _once in range(TIMES):
        began = time.process_time()
        with CaptureQueriesContext(connection) as asked:
            client.get(view.path)
        times.append(1000 * (time.process_time() - began))
    return Page(view.name, len(asked), statistics.median(times))


def _user(account: str) -> Any:
    from governance.models import User  # noqa: PLC0415

    return User.objects.get(username=account)


@contextmanager
def _served() -> Iterator[str]:
    """The web process on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as web:  # noqa: S603
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz/live")
            yield f"http://127.0.0.1:{port}"
        finally:
            web.terminate()


def _wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urlopen(address, timeout=5).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the web process does not answer")


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only this bench needs it

    from tests.services import chromium  # noqa: PLC0415

    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        yield browser
        browser.close()


def _look(browser: Any, address: str, page: Page, view: Any) -> None:
    """Open the page with an empty cache."""
    from tests.browser.signing_in import sign_in  # noqa: PLC0415

    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.add_init_script(WATCH)
    tab = context.new_page()
    if view.account:
        sign_in(tab, address, _user(view.account))
    wire = context.new_cdp_session(tab)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    weights: list[float] = []
    wire.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
    tab.goto(f"{address}{view.path}", wait_until="networkidle")
    seen = tab.evaluate("window.seen")
    page.kilobytes, page.blocked, page.shift = sum(weights) / 1024, seen["blocked"], seen["shift"]
    page.has_charts = tab.locator("canvas").count() > 0
    context.close()


def _tell(pages: list[Page]) -> int:
    print(f"{'page':<34} {'queries':>7} {'cpu ms':>7} {'KB':>7} {'blocked ms':>10} {'shift':>6}")  # noqa: T201
    for one in pages:
        row = f"{one.name:<34} {one.queries:>7} {one.milliseconds:>7.0f} {one.kilobytes:>7.1f}"
        print(f"{row} {one.blocked:>10.0f} {one.shift:>6.3f}  {'; '.join(one.wrong)}")  # noqa: T201
    wrong = [one for one in pages if one.wrong]
    heaviest = max((one.kilobytes for one in pages if not one.has_charts), default=0)
    print(  # noqa: T201
        f"\npages: {len(pages)}, {max(one.queries for one in pages)} queries at most, "
        f"{max(one.milliseconds for one in pages):.0f} ms at most, {heaviest:.0f} KB at most without pictures: "
        f"{'met' if not wrong else f'{len(wrong)} SHORT'}"
    )
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
