"""The command line: python -m matching pairs|evaluate|groups FILE.jsonl, python -m matching bench"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from matching.corpus import Corpus
from matching.embed import Embedder
from matching.evaluate import evaluate
from matching.evidence import Evidence, Place
from matching.isolated import IsolatedEmbedder
from matching.jsonl import BrokenLinesError, Line, read
from matching.judge import Match
from matching.judged import grouped
from matching.records import Prepared
from matching.score import Band

SOURCE = Path(__file__).resolve().parent.parent
BESIDE = SOURCE / "var" / "model"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.command == "bench":
        return _bench(options.quick)
    out = _utf8(sys.stdout)
    try:
        if options.command == "groups":
            return _groups(options.file, out)
        lines = _lines(options.file)
    except OSError as error:
        return _refuse(f"{options.file}: {error.strerror}")
    except BrokenLinesError as error:
        return _refuse(f"{options.file} is refused:\n{error}")
    return _compare(options, lines, out)


def _compare(options: argparse.Namespace, lines: Sequence[Line], out: TextIO) -> int:
    with IsolatedEmbedder(_model(options.model)) as embedder:
        if embedder.is_degraded:
            _say("no similarity model: only characters are compared, and nothing is ruled out")
        corpus = Corpus.build([line.record for line in lines], embedder)
        if options.command == "evaluate":
            return _evaluate(corpus, lines, out)
        for row in rows(corpus, lines, embedder, options.top):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        for project, ids in corpus.generic_functions().items():
            _say(f"generic functions of {project}, not paired: {', '.join(ids)}")
    return 0


def rows(corpus: Corpus, lines: Sequence[Line], embedder: Embedder, top: int) -> Iterator[dict[str, Any]]:
    """Pairs by falling score; then each record of which nothing can be said, with b = null."""
    written = {line.record.id: line.written_id for line in lines}
    explainer, quick = corpus.explainer(embedder), corpus.explainer()
    for match in corpus.pairs(top):
        one, other = corpus.prepared(match.a), corpus.prepared(match.b)
        tells = quick if match.band == Band.NONE else explainer
        evidence = _evidence(tells.explain(match, one, other), one, other)
        yield _row(written[match.a], written[match.b], match, evidence)
    for record_id, reasons in corpus.unjudged().items():
        evidence = {"reasons": reasons, "model": corpus.model, "weights": corpus.weights.version}
        yield {"a": written[record_id], "b": None, "score": 0.0, "band": Band.DOUBTFUL, "evidence": evidence}


def _row(a: Any, b: Any, match: Match, evidence: dict[str, Any]) -> dict[str, Any]:
    return {"a": a, "b": b, "score": match.score, "band": match.band, "evidence": evidence}


def _evidence(evidence: Evidence, one: Prepared, other: Prepared) -> dict[str, Any]:
    match = evidence.match
    return {
        "aligned": [
            {
                "a": _quoted(pair.a, one),
                "b": _quoted(pair.b, other),
                "likeness": pair.likeness,
                "weight": pair.weight,
            }
            for pair in evidence.aligned
        ],
        "removed_a": evidence.removed_a,
        "removed_b": evidence.removed_b,
        "parts": asdict(match.parts) if match.parts else None,
        "reasons": match.reasons,
        "method": evidence.method,
        "model": evidence.model,
        "weights": evidence.weights,
        "engine": evidence.engine,
    }


def _quoted(place: Place, one: Prepared) -> dict[str, Any]:
    text = one.record.name if place.field == "name" else one.record.description
    return {**asdict(place), "text": text[place.start : place.end]}


def _evaluate(corpus: Corpus, lines: Sequence[Line], out: TextIO) -> int:
    groups = {line.record.id: line.group for line in lines if line.group is not None}
    try:
        found = evaluate(corpus, groups)
    except ValueError as error:
        return _refuse(str(error))
    summary = {"records": len(lines), "model": corpus.model, "weights": corpus.weights.version, **found}
    out.write(json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
    return 0


def _bench(is_quick: bool) -> int:
    """The bench stands beside the package in its source: what it compares with is no part of it."""
    if not (SOURCE / "benchmarks" / "matching.py").is_file():
        return _refuse("the bench comes with the source of this package: make bench-matching")
    command = [sys.executable, "-m", "benchmarks.matching", *(["--quick"] if is_quick else [])]
    return subprocess.call(command, cwd=SOURCE)  # noqa: S603


def _groups(name: str, out: TextIO) -> int:
    with _opened(name) as file:
        records = list(grouped(file))
    for record in records:
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return 0


def _lines(name: str) -> list[Line]:
    with _opened(name) as file:
        return read(file)


def _opened(name: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb")


def _model(chosen: Path | None) -> Path:
    return chosen or Path(os.environ.get("MODEL_DIR") or BESIDE)


def _utf8(stream: TextIO) -> TextIO:
    """A lone surrogate in an id is written as JSON writes it."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return stream


def _refuse(message: str) -> int:
    _say(message)
    return 2


def _say(message: str) -> None:
    sys.stderr.write(message.encode("utf-8", "backslashreplace").decode() + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m matching", description="Finds modules that do the same thing.")
    commands = parser.add_subparsers(dest="command", required=True)
    pairs = commands.add_parser("pairs", help="the nearest records of each record, as JSON lines")
    pairs.add_argument("--top", type=_count, default=10, help="neighbours of each record (10)")
    measure = commands.add_parser("evaluate", help="AUC, AP, MRR, recall, F1 and calibration by known groups")
    groups = commands.add_parser("groups", help="records with groups, from pairs of texts that people judged")
    groups.add_argument("file", help="judged pairs as JSON lines; - for the standard input")
    for command in (pairs, measure):
        command.add_argument("file", help="records as JSON lines; - for the standard input")
        command.add_argument("--model", type=Path, help="directory of an ONNX model (MODEL_DIR, var/model)")
    bench = commands.add_parser("bench", help="quality, speed and memory, beside others; from the source only")
    bench.add_argument("--quick", action="store_true", help="under three minutes; nothing is written")
    return parser


def _count(text: str) -> int:
    if (count := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return count


if __name__ == "__main__":
    sys.exit(main())
