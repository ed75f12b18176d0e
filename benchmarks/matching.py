"""The whole bench of the similarity engine:  make bench-matching  (or python -m matching bench)

Quality on hand-labelled modules and on public lists; speed and memory on the synthetic corpus;
others beside it in the same run. Writes docs/benchmarks/matching.md, and ends with 1 when a
figure that is held falls short. `--quick` takes under three minutes, prints and writes nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks import matching_beside as others
from benchmarks.matching_figures import TOLD, Hold, say
from benchmarks.matching_parts import engine, parts
from benchmarks.matching_public import public
from benchmarks.matching_quality import MODEL, quality
from benchmarks.matching_scale import FULL, Steps, measured
from matching.embed import Embedder, OnnxEmbedder
from matching.labelled import part
from matching.safely import Cache, embed

REPORT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks" / "matching.md"
SIZES = (10_000, 100_000, FULL)
LIMIT = 120  # seconds for each of the others at each size
EXAMPLES = 2  # modules that a capability is known by
NEW = 20  # modules that are embedded and searched for
OURS = ("numpy", "onnxruntime", "faiss-cpu", "tokenizers")

Section = tuple[str, list[str]]

INTRODUCTION = """# The bench of the similarity engine

Written by `make bench-matching`; what the figures mean, and how the modules were made: [how duplicates are found](../matching.md).

{about}

A hold of time takes the lesser of the clock and the processors' time: on a machine that does other things the clock says
how busy it is. Both are printed. A ratio of 1 or more meets "times over".

## Holds

{state}

| | hold | measured | |
|---|---|---|---|
{rows}

Not measured here, as neither the repository nor a package that it uses carries such data: LCQMC, STS-B, Abt-Buy, and Chinese
modules by other hands with known pairs. `python -m matching evaluate FILE.jsonl` measures any file of one's own.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    if not others.PYTHON.exists():
        sys.stderr.write("what is measured beside the product is not installed: make peers\n")
        return 2
    began = time.monotonic()
    holds: list[Hold] = []
    sections: list[Section] = []
    for title, work in _work(options):
        sections.append(_section(title, work, holds))
        if not options.quick:
            _write(sections, holds, "It ended early, or has not ended yet: not all of it is here.")
    for hold in holds:
        say(f"{'met  ' if hold.is_met else 'SHORT'} {hold.name}: {hold.found:.4g} (hold {hold.least:g})")
    met = sum(hold.is_met for hold in holds)
    say(f"matching: {met} of {len(holds)} holds met, in {time.monotonic() - began:.0f} s")
    if not options.quick:
        _write(sections, holds, f"{met} of {len(holds)} holds are met.")
    return int(met < len(holds))


def _work(options: argparse.Namespace) -> Iterator[tuple[str, Iterator[Hold]]]:
    """Each part of the bench with its title."""
    embedder = OnnxEmbedder(Path(os.environ.get("MODEL_DIR") or MODEL))
    yield "Labelled modules", _labelled(embedder)
    yield "Capabilities", _capabilities(embedder)
    if not options.quick:
        yield "Public lists", _told(partial(public, embedder))
        yield "Others on the labelled modules", _told(others.likenesses)
    yield "New modules", _new(embedder)
    for size in options.sizes:
        steps: Steps = {}
        yield f"{size} modules", measured(size, steps)
        yield f"Others at {size} modules", _told(partial(others.beside, size, options.limit, steps))


def _section(title: str, work: Iterator[Hold], holds: list[Hold]) -> Section:
    say(f"\n{title}")
    start = len(TOLD)
    holds += work
    return title, TOLD[start:]


def _told(work: Callable[[], None]) -> Iterator[Hold]:
    """What has no holds."""
    work()
    yield from ()


def _labelled(embedder: Embedder) -> Iterator[Hold]:
    yield from quality(embedder)
    yield from parts(embedder)


def _capabilities(embedder: Embedder) -> Iterator[Hold]:
    """Groups of the test part as entries of a catalog, each known by two of its modules."""
    cache: Cache = {}
    entries = part("test")
    likeness = engine(embedder, [one.record for one in entries], cache)
    groups = np.array([one.group for one in entries])
    members = {group: np.flatnonzero(groups == group) for group in dict.fromkeys(groups.tolist())}
    known = {group: rows for group, rows in members.items() if len(rows) > EXAMPLES}
    ranks = []
    for group, rows in known.items():
        for row in rows[EXAMPLES:]:
            best = {name: likeness[row, examples[:EXAMPLES]].max() for name, examples in known.items()}
            ranks.append(sum(value > best[group] for value in best.values()))
    top = {depth: float(np.mean([rank < depth for rank in ranks])) for depth in (1, 3)}
    say(f"{len(ranks)} modules, {len(known)} capabilities: top 1 {top[1]:.3f}, top 3 {top[3]:.3f}")
    yield Hold("capabilities with two examples: top 1", 0.85, top[1])
    yield Hold("capabilities with two examples: top 3", 0.93, top[3])


def _new(embedder: Embedder) -> Iterator[Hold]:
    """The time of the processors until the vectors of a project's modules are there."""
    texts = [f"{one.record.name}。{one.record.description}" for one in part("test")[:NEW]]
    embed(embedder, texts[:1])
    began = time.process_time()
    embed(embedder, texts)
    spent = time.process_time() - began
    say(f"{NEW} modules embedded in {1000 * spent:.0f} ms of the processors")
    yield Hold(f"{NEW} new modules embedded in 300 ms, times over", 1, 0.3 / spent)


def _write(sections: Sequence[Section], holds: Sequence[Hold], state: str) -> None:
    """After each part, so that a run that is killed leaves what it measured."""
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(_report(sections, holds, state), encoding="utf-8")


def _report(sections: Sequence[Section], holds: Sequence[Hold], state: str) -> str:
    rows = (
        f"| {hold.name} | {hold.least:g} | {hold.found:.4g} | {'met' if hold.is_met else '**SHORT**'} |"
        for hold in holds
    )
    text = [INTRODUCTION.format(about=_about(), state=state, rows="\n".join(rows))]
    text += [f"\n## {title}\n\n```text\n" + "\n".join(lines).strip("\n") + "\n```\n" for title, lines in sections]
    return "".join(text)


def _about() -> str:
    """When, on what, and with what."""
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[2]
    ours = ", ".join(f"{name} {version(name)}" for name in OURS)
    return (
        f"{time.strftime('%Y-%m-%d')}, {cores} cores of {_processor()}, Python {platform.python_version()}, "
        f"mean load of the last quarter of an hour {load:.1f}. {ours}; beside it {others.versions()}."
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.machine())


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-matching", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 modules, and nothing is written")
    parser.add_argument("--limit", type=int, default=LIMIT, help=f"seconds for each of the others ({LIMIT})")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="of the synthetic corpus")
    options = parser.parse_args(arguments)
    if options.quick:
        options.sizes, options.limit = [SIZES[0]], 10
    return options


if __name__ == "__main__":
    sys.exit(main())
