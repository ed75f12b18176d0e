"""How does the product serve a hundred thousand modules while people work?  make bench-live

A city of its own in a temporary folder: as many modules as functions of running systems, with the real model for all
that is asked. One process builds the index; others, as fresh as web processes are, open it, suggest while a module is
typed, and find what another process saves. Processor time counts the model's process too. Ends with 1 when a figure
that is held falls short.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.matching_figures import Hold, say

ROOT = Path(__file__).resolve().parent.parent
COUNT = 100_000
ASKED = 40  # texts that are typed, after a few that warm up
WARM = 5
TICKS = os.sysconf("SC_CLK_TCK")
COLD, FOUND, TYPED, PRIVATE = 2.0, 2.0, 0.060, 600  # seconds, seconds, seconds of processor, MiB

LATER = ("潮汐闸门联动控制", "按潮位启闭闸门。")  # what is saved while another process looks

Result = TypeVar("Result")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make bench-live", description=__doc__)
    parser.add_argument("--modules", type=int, default=COUNT)
    parser.add_argument("--part", choices=["visit"], help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.part:
        return _visit()
    with tempfile.TemporaryDirectory(prefix="live-") as folder:
        os.environ.setdefault("MODEL_DIR", str(ROOT / "var" / "model"))
        os.environ.update(VAR_DIR=folder, READ_DOT_ENV="0", DJANGO_SETTINGS_MODULE="config.settings", LOG_LEVEL="ERROR")
        for name in ("REDIS_URL", "QUEUE_DIR"):
            os.environ.pop(name, None)
        holds = list(_measured(Path(folder), options.modules))
    for hold in holds:
        say(f"{'met  ' if hold.is_met else 'SHORT'} {hold.name}: {hold.found:.3g} times over")
    met = sum(hold.is_met for hold in holds)
    say(f"matching in live use: {met} of {len(holds)} holds met")
    return int(met < len(holds))


def _measured(folder: Path, count: int) -> Iterator[Hold]:
    import django  # noqa: PLC0415 - reads the settings of above

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    from benchmarks.live_city import build, save  # noqa: PLC0415 - models need the setup
    from reviews.services.screening import stock, vectors  # noqa: PLC0415

    model = vectors.embedder()
    town, asked = build(count, ASKED + WARM, model)
    say(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}, {model.id}")
    say(f"{count:,} modules, as many functions of systems\n{'':44}{'clock':>10}{'processor':>11}")
    _timed("the job that builds the index", lambda: stock.read(town.jurisdiction.pk))
    size = sum(one.stat().st_size for one in (folder / "index").rglob("*") if one.is_file())
    say(f"{'':4}{size / 2**20:.0f} MiB in files")
    texts = [[one.name, one.description] for one in asked]
    with _visitor() as visitor:
        told = _ask(visitor, {"place": town.jurisdiction.pk, "user": town.people.li.pk, "texts": texts})
        _show(told)
        seconds = _until_found(visitor, lambda: save(*LATER))
    _line("saved by one process, found by another", seconds, 0)
    yield Hold(f"{count}: a new process opens the index in {COLD:.0f} s", 1, COLD / told["cold"])
    yield Hold(f"{count}: a typed suggestion in {1000 * TYPED:.0f} ms of processor", 1, TYPED / told["cpu"])
    yield Hold(f"{count}: another process finds what was saved in {FOUND:.0f} s", 1, FOUND / max(seconds, 1e-3))
    yield Hold(f"{count}: a process has {PRIVATE} MiB of its own", 1, PRIVATE / told["private"])


def _until_found(visitor: Any, save: Callable[[], None]) -> float:
    """Seconds from the saving here to the finding there."""
    visitor.stdin.write(f"{LATER[0]}\n")
    visitor.stdin.flush()
    time.sleep(1)
    save()
    saved = time.time()
    found: float = json.loads(visitor.stdout.readline())["at"]
    return found - saved


def _show(told: dict[str, float]) -> None:
    _line("a new process opens it", told["cold"], told["cold_cpu"])
    _line("a typed suggestion, mean", told["typed"], told["cpu"])
    _line("… of which the model", 0, told["typed_model"])
    say(f"{'':4}{told['shown']:.1f} things suggested, with the characters marked that they share")
    _line("a search by meaning, mean", told["search"], told["search_cpu"])
    say(f"{'':4}the process: {told['private']:.0f} MiB of its own, {told['mapped']:.0f} MiB mapped")


@contextmanager
def _visitor() -> Iterator[Any]:
    """Another process, as fresh as one that serves pages."""
    command = [sys.executable, "-m", "benchmarks.matching_live", "--part", "visit"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    try:
        yield process
        process.wait(30)
    finally:
        process.kill()
        process.communicate()


def _visit() -> int:
    """What a process that serves pages does: asked by lines of JSON, as it answers."""
    import django  # noqa: PLC0415

    django.setup()
    from governance.models import User  # noqa: PLC0415
    from reviews.services.screening import lookup, stock, suggestions, vectors  # noqa: PLC0415

    task = json.loads(sys.stdin.readline())
    model: Any = vectors.embedder()
    began, cpu = time.perf_counter(), time.process_time()
    stock.held(task["place"], model)
    told = {"cold": time.perf_counter() - began, "cold_cpu": time.process_time() - cpu, "shown": 0.0}
    user = User.objects.get(pk=task["user"])

    def typed(name: str, description: str) -> None:
        found = suggestions.suggest(task["place"], name, description)
        assert found.is_complete
        told["shown"] += (len(found.systems) + len(found.capabilities)) / (ASKED + WARM)

    def searched(name: str, _description: str) -> None:
        lookup.near(user, name)

    told |= _mean("typed", typed, task["texts"], model) | _mean("search", searched, task["texts"], model)
    told["cpu"] = told["typed_cpu"]
    say(json.dumps(told | _memory()))
    question = sys.stdin.readline().strip()
    while question not in [getattr(thing, "name", "") for thing in lookup.near(user, question).things]:
        time.sleep(0.02)
    say(json.dumps({"at": time.time()}))
    model.close()
    return 0


def _mean(name: str, work: Callable[[str, str], None], texts: Sequence[Sequence[str]], model: Any) -> dict[str, float]:
    """Seconds for one text by the clock, of the processor, and those that the model's process has of these."""
    for text in texts[:WARM]:
        work(*text)
    began, cpu, inside = time.perf_counter(), time.process_time(), _spent(model.process_id)
    for text in texts[WARM:]:
        work(*text)
    count = len(texts) - WARM
    model_cpu = (_spent(model.process_id) - inside) / count
    clock, mine = (time.perf_counter() - began) / count, (time.process_time() - cpu) / count
    return {name: clock, f"{name}_cpu": mine + model_cpu, f"{name}_model": model_cpu}


def _memory() -> dict[str, float]:
    """MiB of this process: its own, and mapped files that it shares with others."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {name: int(status[of].split()[0]) / 1024 for name, of in (("private", "RssAnon"), ("mapped", "RssFile"))}


def _spent(process: int | None) -> float:
    """Seconds of the processor that a process has had."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _ask(process: Any, task: dict[str, Any]) -> dict[str, float]:
    process.stdin.write(json.dumps(task) + "\n")
    process.stdin.flush()
    told: dict[str, float] = json.loads(process.stdout.readline())
    return told


def _timed(name: str, work: Callable[[], Result]) -> Result:
    clock, cpu = time.perf_counter(), time.process_time()
    result = work()
    _line(name, time.perf_counter() - clock, time.process_time() - cpu)
    return result


def _line(name: str, clock: float, cpu: float) -> None:
    say(f"{'':4}{name:40}{_seconds(clock):>10}{_seconds(cpu):>11}")


def _seconds(value: float) -> str:
    if not value:
        return "–"
    return f"{1000 * value:.1f} ms" if value < 1 else f"{value:.1f} s"


if __name__ == "__main__":
    sys.exit(main())
