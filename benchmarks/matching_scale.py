"""How fast is the engine at a hundred thousand modules, and at a million?  make bench-scale

In one run: the index beside the exact product, and all pairs by cells beside all pairs by the
exact product. Vectors are made up, but spread as those of real modules are. Ends with 1 when a
figure that is held falls short. `--full` adds a million, which takes ten minutes and 6 GB.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.matching_figures import Hold, say
from matching.cells import Pairs, all_pairs, pairs_within
from matching.clusters import Cluster, clusters
from matching.index import Index, Integers, Vectors, build
from matching.judge import Match
from matching.score import Band
from matching.synthetic import vectors

SIZES = (10_000, 100_000)
FULL = 1_000_000
NEAR = 0.75  # cosine of a pair
PROJECT = 20  # modules that are asked for at once
ASKED = 200  # modules whose neighbours are compared with the exact ones
SAMPLE = 4096  # modules whose pairs are looked for exactly where all of them take too long
TOP = 10
MEMORY = 6 * 2**20  # KiB that a batch may take
SECONDS = {100_000: 15, FULL: 180}  # for all pairs with clusters

Result = TypeVar("Result")
Steps = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock and of the processors: each the least of some runs."""

    clock: float
    cpu: float

    @property
    def held(self) -> float:
        """The lesser: on a machine that does other things, the clock says how busy it is."""
        return min(self.clock, self.cpu)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make bench-scale", description=__doc__)
    parser.add_argument("--full", action="store_true", help="a million vectors as well")
    options = parser.parse_args(arguments)
    say(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}, faiss and numpy in one process")
    say(f"{'vectors':>9}  {'':36}{'clock':>10}{'processor':>11}")
    holds = [hold for size in (*SIZES, *([FULL] if options.full else [])) for hold in measured(size, {})]
    for hold in holds:
        say(f"{'met  ' if hold.is_met else 'SHORT'} {hold.name}: {hold.found:.4g} (hold {hold.least:g})")
    met = sum(hold.is_met for hold in holds)
    say(f"matching at scale: {met} of {len(holds)} holds met")
    return int(met < len(holds))


def measured(count: int, steps: Steps) -> Iterator[Hold]:
    """The lines of one size, and its holds; `steps` takes what others are measured beside."""
    with tempfile.TemporaryDirectory(prefix="index-") as folder:
        rows = vectors(count)
        asked = rows[:: count // ASKED].copy()
        put = partial(build, Path(folder), [(np.arange(count), rows)], width=rows.shape[1])
        _, built = _timed(count, "index: build", put, 1)
        index, _ = _timed(count, "index: open", lambda: Index.open(Path(folder)), 3)
        _centre(rows, index.centre)
        yield from _searching(count, index, asked, rows, steps)
        yield from _pairing(count, index, rows, steps)
        steps["build"] = asdict(built)


def _searching(count: int, index: Index, asked: Vectors, rows: Vectors, steps: Steps) -> Iterator[Hold]:
    """One module and those of a project, in the index and by the exact product."""
    centred = rows[:: count // ASKED].copy()
    for number in (1, PROJECT):
        _, ours = _timed(count, f"index: {number} asked", partial(index.search, asked[:number], TOP), 9)
        _, plain = _timed(count, f"exact product: {number} asked", partial(_nearest, rows, centred[:number]), 5)
        say(f"{'':11}{plain.clock / ours.clock:.1f} times as fast as the exact product")
    steps["search"] = asdict(ours)
    found, _ = index.search(asked, TOP)
    wanted = np.concatenate([_nearest(rows, centred[start : start + 50]) for start in range(0, len(centred), 50)])
    recall = float(np.mean([np.isin(theirs, mine).mean() for theirs, mine in zip(wanted, found, strict=True)]))
    yield Hold(f"{count}: recall@{TOP} of the index", 0.98, recall)
    if count == FULL:
        yield Hold(f"{count}: a project searched in 100 ms, times over", 1, 0.1 / ours.held)


def _pairing(count: int, index: Index, rows: Vectors, steps: Steps) -> Iterator[Hold]:
    """All pairs with clusters, and their recall."""
    if count == FULL:  # its exact product would take hours; what memory holds it is not the batch's
        sample = np.sort(np.random.default_rng(1).choice(count, SAMPLE, replace=False))
        wanted, plain = _of_sample(rows, sample), None
        rows.resize((0, rows.shape[1]), refcheck=False)
    else:
        exact, plain = _timed(count, "all pairs: exact product", lambda: pairs_within(rows, np.arange(count), NEAR), 1)
        wanted = _keys(exact, count)
    _forget_peak()
    found, ours = _timed(count, "all pairs: cells", lambda: all_pairs(index.directions, NEAR), 1)
    groups, grouped = _timed(count, "clusters of the pairs", lambda: _clusters(found), 1)
    say(f"{'':11}{len(found)} pairs, {len(groups)} clusters, {_peak() / 2**20:.1f} GiB at most")
    steps["pairs"] = asdict(ours) | {"memory": float(_peak())}
    yield Hold(f"{count}: recall of pairs", 0.995, float(np.isin(wanted, _keys(found, count)).mean()))
    yield Hold(f"{count}: all pairs in 6 GiB, times over", 1, MEMORY / _peak())
    if limit := SECONDS.get(count):
        yield Hold(f"{count}: all pairs in {limit} s, times over", 1, limit / (ours.held + grouped.held))
    if plain and count == max(SIZES):
        yield Hold(f"{count}: times as fast as all pairs by the exact product", 5, plain.held / ours.held)


def _centre(rows: Vectors, centre: Vectors) -> None:
    """In place: a million rows twice would not fit."""
    rows -= centre
    for start in range(0, len(rows), 65536):
        block = rows[start : start + 65536]
        block /= np.linalg.norm(block, axis=1, keepdims=True)


def _nearest(rows: Vectors, asked: Vectors) -> Integers:
    """The nearest rows of each, exactly, in no order."""
    cosines = asked @ rows.T
    return np.argpartition(-cosines, TOP - 1, axis=1)[:, :TOP].astype(np.int64)


def _of_sample(rows: Vectors, sample: Integers) -> Integers:
    """The pairs that rows of a sample have, exactly."""
    found = []
    for start in range(0, len(sample), 128):
        mine = sample[start : start + 128]
        here, there = np.nonzero(rows[mine] @ rows.T >= NEAR)
        low, high = np.minimum(mine[here], there), np.maximum(mine[here], there)
        found.append((low * len(rows) + high)[low < high])
    return np.unique(np.concatenate(found))


def _keys(pairs: Pairs, count: int) -> Integers:
    return pairs.a * count + pairs.b


def _clusters(pairs: Pairs) -> list[Cluster]:
    ends = zip(pairs.a.tolist(), pairs.b.tolist(), pairs.cosine.tolist(), strict=True)
    return clusters(Match(f"{a:07d}", f"{b:07d}", "modules", cosine, Band.LIKELY, None) for a, b, cosine in ends)


def _timed(count: int, name: str, work: Callable[[], Result], runs: int) -> tuple[Result, Cost]:
    """Print one line; at least one run."""
    costs = []
    for _ in range(runs):
        clock, cpu = time.perf_counter(), time.process_time()
        result = work()
        costs.append(Cost(time.perf_counter() - clock, time.process_time() - cpu))
    least = Cost(min(one.clock for one in costs), min(one.cpu for one in costs))
    say(f"{count:>9}  {name:36}{_seconds(least.clock):>10}{_seconds(least.cpu):>11}")
    return result, least


def _seconds(value: float) -> str:
    return f"{1000 * value:.1f} ms" if value < 1 else f"{value:.1f} s"


def _forget_peak() -> None:
    """Let the system count the most memory from now on."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """The most memory that was held, in KiB."""
    (line,) = (one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1])


if __name__ == "__main__":
    sys.exit(main())
