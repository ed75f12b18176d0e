"""How long do real workers need for the screening of a whole round?  make bench-screening

A city of its own in a temporary folder, with the processes that `make run` starts for such work: one relay and
a worker with two children, each with the real model. Two rounds of the clock: nothing is in the store at first,
and everything the second time. Ends with 1 when the first takes longer than five minutes for each 1,000
applications, or when a module was left unanswered.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOLD = 300.0  # seconds for 1,000 applications
PAUSE = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make bench-screening", description=__doc__)
    parser.add_argument("--applications", type=int, default=1000)
    parser.add_argument("--modules", type=int, default=12, help="of each application")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        _own_settings(Path(folder))
        return _measure(Path(folder), options.applications, options.modules)


def _own_settings(folder: Path) -> None:
    os.environ.setdefault("MODEL_DIR", str(ROOT / "var" / "model"))
    os.environ.update(
        VAR_DIR=str(folder), READ_DOT_ENV="0", DJANGO_SETTINGS_MODULE="config.settings", LOG_LEVEL="ERROR"
    )
    for name in ("DATABASE_URL", "REDIS_URL", "QUEUE_DIR"):
        os.environ.pop(name, None)


def _measure(folder: Path, applications: int, modules: int) -> int:
    import django  # noqa: PLC0415 - reads the settings of above

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    from benchmarks.screened_city import build, screened, unanswered  # noqa: PLC0415 - models need the setup

    round, reviewer = build(applications, modules)
    print(f"{applications:,} applications, {applications * modules:,} modules, {os.cpu_count()} cores")  # noqa: T201
    times = []
    with _processes(folder):
        for words in ("nothing read before", "every text read before"):
            began = time.monotonic()
            steps = screened(round, by=reviewer, pause=PAUSE)
            times.append(time.monotonic() - began)
            parts = " · ".join(f"{step} {seconds:.0f} s" for step, seconds in steps.items())
            print(f"  {words:<24}{times[-1]:7.1f} s   {parts}", flush=True)  # noqa: T201
    missed = unanswered(round)
    hold = HOLD * applications / 1000
    is_met = times[0] < hold and not missed
    print(  # noqa: T201
        f"screening: {times[0]:.0f} s of at most {hold:.0f} s, {missed} modules without an answer: "
        f"{'met' if is_met else 'SHORT'}"
    )
    return int(not is_met)


@contextmanager
def _processes(folder: Path) -> Iterator[None]:
    """Worker and relay, ended together."""
    worker = ("-m", "celery", "-q", "-A", "config", "worker", "-c", "2", "--without-gossip", "--without-mingle")
    with (folder / "processes.log").open("ab") as log:
        started = [
            subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=log, stderr=log)  # noqa: S603 - our own
            for words in (worker, ("manage.py", "relay"))
        ]
        try:
            yield
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(60)


if __name__ == "__main__":
    sys.exit(main())
