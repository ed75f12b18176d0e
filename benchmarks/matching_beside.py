"""Others beside the product, on the synthetic corpus and on the hand-labelled parts, in one run.

Each runs in a process of its own with a limit of processor time for all its steps, so that what
else the machine does costs it nothing; PostgreSQL, which is a server, with the same by the clock.
"""

from __future__ import annotations

import json
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from io import StringIO
from pathlib import Path

import numpy as np
import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from benchmarks.matching_figures import figures, say, show
from benchmarks.matching_parts import SPLITS
from matching.labelled import part
from matching.synthetic import modules
from tests.services import postgres_url

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".tools" / "bench" / "bin" / "python"
OTHERS = ROOT / "benchmarks" / "matching_others.py"
METHODS = ("rapidfuzz", "TF-IDF + sparse_dot_topn", "datasketch MinHash LSH", "bm25s", "Splink")
ASKED = 20
STEPS = ("build", "search", "pairs")
MEMORY = 12 * 2**30  # bytes of address space

Steps = dict[str, dict[str, float]]


def beside(count: int, limit: int, ours: Steps) -> None:
    """One row for each way; a dash is what it does not do."""
    say(f"{count} modules; seconds by the clock / of the processors; a limit of {limit} s for each way")
    say(f"{'':28}" + "".join(f"{name:>20}" for name in ("build", "20 asked", "all pairs", "memory")))
    with tempfile.TemporaryDirectory(prefix="beside-") as folder:
        source = Path(folder) / "texts.jsonl"
        _write(source, ((one.name, one.description) for one in modules(count)))
        found = {method: _run([method, source], limit) for method in METHODS}
        found["pg_trgm"] = _postgres(source, limit)
    for method, steps in ({"the engine, of vectors": ours} | found).items():
        _row(method, steps, limit if "pairs" not in steps else 0)
    _ratios(ours, found)


def likenesses() -> None:
    """How well the others find what people know to be the same, on both parts."""
    for split in SPLITS:
        entries = part(split)
        groups = [one.group for one in entries]
        say(f"{split}: {len(entries)} modules")
        with tempfile.TemporaryDirectory(prefix="beside-") as folder:
            source, out = Path(folder) / "texts.jsonl", Path(folder) / "likeness.npy"
            _write(source, ((one.record.name, one.record.description) for one in entries))
            for method in (*METHODS[:-1], "Splink, all with all"):
                _run([method, source, out], 600)
                show(f"  {method}", figures(np.load(out).astype(np.float64), groups))
                out.unlink()


def versions() -> str:
    """Of what is measured beside."""
    names = ("rapidfuzz", "scikit-learn", "sparse-dot-topn", "datasketch", "bm25s", "splink", "duckdb")
    asked = f"import importlib.metadata as m; print(', '.join(f'{{n}} {{m.version(n)}}' for n in {names!r}))"
    told = subprocess.run([PYTHON, "-c", asked], capture_output=True, text=True, check=True)  # noqa: S603
    with closing(psycopg2.connect(postgres_url())) as server:
        return f"{told.stdout.strip()}, PostgreSQL {server.server_version // 10000}"


def _write(source: Path, texts: Iterable[tuple[str, str]]) -> None:
    with source.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in texts)


def _run(arguments: Sequence[str | Path], limit: int) -> Steps:
    """The steps that were done before the time, or the memory, was over."""
    command = [PYTHON, "-W", "ignore", OTHERS, *arguments]
    process = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, preexec_fn=partial(_within, limit)
    )
    steps = [json.loads(line) for line in process.stdout.splitlines() if line.startswith("{")]
    if process.returncode > 0:
        say(f"{arguments[0]} ended: {process.stderr.strip()[-200:]}")
    return {one["step"]: one for one in steps}


def _within(limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _postgres(source: Path, limit: int) -> Steps:
    """A table with a GiST index of trigrams, asked for the ten nearest by distance."""
    found: Steps = {}
    rows = [f"{name}。{description}" for name, description in map(json.loads, source.read_text("utf-8").splitlines())]
    with closing(psycopg2.connect(postgres_url())) as server:
        server.autocommit = True
        cursor = server.cursor()
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm; DROP TABLE IF EXISTS texts")
        cursor.execute("CREATE UNLOGGED TABLE texts (id integer PRIMARY KEY, body text)")
        lines = (f"{number}\t{row}\n" for number, row in enumerate(rows))
        cursor.copy_expert("COPY texts FROM STDIN", StringIO("".join(lines)))
        cursor.execute("SET statement_timeout = %s", [f"{limit}s"])
        for step, work in _questions(cursor, rows):
            began = time.perf_counter()
            try:
                work()
            except psycopg2.errors.QueryCanceled:
                break
            found[step] = {"clock": time.perf_counter() - began}
        cursor.execute("DROP TABLE texts")
    return found


def _questions(cursor: Cursor, rows: Sequence[str]) -> Iterator[tuple[str, Callable[[], object]]]:
    nearest = "SELECT id FROM texts ORDER BY body <-> %s LIMIT 10"
    join = "SELECT count(*) FROM texts a JOIN texts b ON a.body % b.body AND a.id < b.id"
    yield "build", partial(cursor.execute, "CREATE INDEX ON texts USING gist (body gist_trgm_ops(siglen=64))")
    yield "search", lambda: [cursor.execute(nearest, [row]) for row in rows[:ASKED]]
    yield "pairs", partial(cursor.execute, join)


def _row(method: str, steps: Steps, limit: int) -> None:
    last = max((place for place, step in enumerate(STEPS) if step in steps), default=-1)
    cells = [_cell(steps.get(step), limit and place > last) for place, step in enumerate(STEPS)]
    memory = max((one.get("memory", 0) for one in steps.values()), default=0)
    cells.append(f"{memory / 2**20:.1f} GiB" if memory else "–")
    say(f"{method:28}" + "".join(f"{cell:>20}" for cell in cells))


def _cell(step: dict[str, float] | None, is_over: object) -> str:
    if step is None:
        return "over the limit" if is_over else "–"
    return f"{step['clock']:.3g}" + (f" / {step['cpu']:.3g}" if "cpu" in step else "")


def _ratios(ours: Steps, found: dict[str, Steps]) -> None:
    """Times as long as the engine takes, by the processor where it is known of both."""
    for method, steps in found.items():
        told = [
            f"{step} {_least(steps[step]) / max(_least(ours[step]), 1e-6):.1f}"
            for step in STEPS[1:]
            if step in steps and step in ours
        ]
        say(f"  {method} takes, of what the engine takes: {', '.join(told) or 'more than the limit'}")


def _least(step: dict[str, float]) -> float:
    return step.get("cpu", step["clock"])
