#!/usr/bin/env python3
"""Both commands of the README on a machine that has nothing yet: make bare.

  make bare                     what is committed, with small tests
  make bare FULL=1              the whole suite
  make bare ARGS=--no-guest     only as the one who asks

A fresh clone in a temporary folder, without environments, packages, caches or data: `make run` until the first page
answers, a second time as every day, then `make test`. Then the same once more as a user without rights, where the one
who asks may become one: what that user lacks is said by the set-up itself. Prints the times; nothing is kept.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
SMOKE = "tests/config/test_health.py tests/ops/test_broker.py tests/common/test_http.py"
NOBODY = 65534
LONGEST = 20 * 60  # seconds until the first page
CACHES = ("XDG_CACHE_HOME", "UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache")
LEFT_OUT = ("VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "ARGS", "PORT")
SAID = ("missing", "without", "could not", "stopped", "no Node", "failed")


@dataclass(frozen=True)
class Machine:
    """A clone that nothing was done in, the caches that it may fill, and who works there."""

    clone: Path
    caches: Path
    guest: bool

    @property
    def environment(self) -> dict[str, str]:
        """Everything but what an environment that is active would give, with empty caches."""
        kept = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
        hidden = (str(ROOT), str(Path.home())) if self.guest else (str(ROOT),)
        kept["PATH"] = os.pathsep.join(p for p in kept["PATH"].split(os.pathsep) if not p.startswith(hidden))
        kept |= {name: str(self.caches / name.lower()) for name in CACHES} | {"READ_DOT_ENV": "0"}
        return kept | {"HOME": str(self.caches), "USER": "nobody"} if self.guest else kept

    def command(self, *words: str) -> list[str]:
        become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        return [*(become if self.guest else []), *words]

    def start(self, *words: str, log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as out:
            return subprocess.Popen(
                self.command(*words),
                cwd=self.clone,
                env=self.environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )


def main(arguments: list[str]) -> int:
    if unknown := [word for word in arguments if word != "--no-guest"]:
        print(__doc__, f"unknown: {unknown}")
        return 2
    failed = walk("as you", guest=False)
    if "--no-guest" in arguments or os.geteuid() != 0 or not shutil.which("setpriv"):
        print("not tried as a user without rights: that takes root and setpriv")
        return failed
    return walk("as a user without rights", guest=True) or failed


def walk(who: str, *, guest: bool) -> int:
    """Both commands for one user; the times and what the set-up said."""
    print(f"— {who}", flush=True)
    with machine(guest) as found:
        log = found.caches / "log"
        first, stopped = until_the_first_page(found, log)
        tell("make run, nothing there: first page", first, log)
        if first is None:
            return 1
        print(f"  Ctrl-C to the end of all processes: {stopped:.0f} s")
        again, _ = until_the_first_page(found, log)
        tell("make run, the second time: first page", again, log)
        began = time.monotonic()
        chosen = [] if os.environ.get("FULL") == "1" else [f"ARGS={SMOKE}"]
        process = found.start("make", "test", *chosen, log=log)
        code = process.wait()
        tell(f"make test {'(all)' if not chosen else '(few)'}, exit {code}", time.monotonic() - began, log)
        print("\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-4:]))
    return int(again is None or code != 0)


@contextmanager
def machine(guest: bool) -> Iterator[Machine]:
    home = Path(tempfile.mkdtemp(prefix="bare-"))
    try:
        clone, caches = home / "tongchou", home / "caches"
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(clone)], check=True)
        caches.mkdir()
        if guest:
            home.chmod(0o755)
            for path in [home, *home.rglob("*")]:
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        yield Machine(clone, caches, guest)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def until_the_first_page(found: Machine, log: Path) -> tuple[float | None, float]:
    """Seconds until `make run` shows the sign-in page (None: it gave up), and until all had ended."""
    port, began = free_port(), time.monotonic()
    process = found.start("make", "run", f"PORT={port}", log=log)
    shown = None
    while shown is None and process.poll() is None and time.monotonic() - began < LONGEST:
        time.sleep(0.2)
        shown = time.monotonic() - began if answers(port) else None
    asked = time.monotonic()
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
    return shown, time.monotonic() - asked


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tell(what: str, seconds: float | None, log: Path) -> None:
    """A time, and what the set-up said is missing."""
    print(f"  {what}: {'gave up' if seconds is None else f'{seconds:.0f} s'}", flush=True)
    lines = log.read_text(errors="replace").splitlines()
    shown = (
        lines[-12:]
        if seconds is None
        else [line for line in lines if line.startswith("→") and any(w in line for w in SAID)]
    )
    for line in shown:
        print(f"    {line[:200]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
