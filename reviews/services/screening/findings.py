"""Writing what the engine found beside the modules of an application. Verdicts stay: they belong to texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.models import Capability, SystemFunction
from matching.corpus import Corpus
from matching.embed import Embedder
from matching.evidence import Evidence
from matching.judge import Match, Outcome
from matching.records import Prepared, Record, digest, text_hash, unordered_pair_key
from matching.score import Band as EngineBand
from projects.models import Application, Line
from projects.states import UNDER_WAY
from reviews.models import Finding, Intake
from reviews.services.screening import records
from reviews.states import Band, Pool

SHOWN = 5  # findings of one pool beside a module: the nearest
CHANGED, FAILED = "changed", "failed"
SAYS_IT = 0.6  # lexical likeness from which shared characters show why two texts are alike
BANDS = {EngineBand.LIKELY: Band.LIKELY, EngineBand.LOOK: Band.LOOK, EngineBand.DOUBTFUL: Band.DOUBTFUL}
PLACES = {"line": "other_line_id", "function": "function_id", "capability": "capability_id"}


class Words:
    """Says why two texts are alike: word by word where that is needed and while it lasts, else by characters.

    The model reads a text word by word as slowly as it embeds it; in the screening of a whole round that is kept
    for the likely duplicates whose wording differs.
    """

    def __init__(self, corpus: Corpus, model: Embedder, left: int) -> None:
        self._by_words, self._by_characters = corpus.explainer(model), corpus.explainer(None)
        self.left = left

    def explain(self, match: Match, one: Prepared, other: Prepared) -> Evidence:
        differs = match.parts is not None and match.parts.lexical < SAYS_IT
        if self.left > 0 and differs and match.band in (EngineBand.LIKELY, EngineBand.LOOK):
            self.left -= 1
            return self._by_words.explain(match, one, other)
        return self._by_characters.explain(match, one, other)


@dataclass(frozen=True)
class Found:
    """What is to be written beside one module, and the words that were compared."""

    record: Record
    rows: list[Finding]
    is_generic: bool


def found_by(outcomes: Iterable[Outcome], corpus: Corpus, words: Words) -> dict[str, Found]:
    """By record, what the engine found, explained. Takes its time: outside of any transaction."""
    return {
        outcome.id: Found(
            record=corpus.prepared(outcome.id).record,
            rows=[] if outcome.is_generic else _rows(outcome, corpus, words),
            is_generic=outcome.is_generic,
        )
        for outcome in outcomes
    }


@transaction.atomic
def store(
    application: int,
    found: Mapping[str, Found],
    *,
    holds: Callable[[], bool] = lambda: True,
    both_ways: bool = False,
) -> list[int]:
    """Replace the findings of an application's modules by what was found; says which are generic functions.

    A module that was added or changed since the corpus was read is doubtful. Nothing is written when the
    application has ended, or when `holds` says, under the lock, that somebody else does this now. With
    `both_ways` the modules of the round that were found find these too.
    """
    locked = _locked(application)
    if locked is None or not holds():
        return []
    rows: list[Finding] = []
    generic: list[int] = []
    for key, record in records.of_applications([application], locked.round.jurisdiction_id).items():
        mine = found.get(key)
        if mine is None or _text(mine.record) != _text(record):
            rows.append(_doubtful(record, [CHANGED]))
        else:
            rows += mine.rows
            generic += [_line(key)] if mine.is_generic else []
    _replace(application, _still_there(rows), both_ways=both_ways)
    return generic


@transaction.atomic
def doubt(application: int, reason: str, *, holds: Callable[[], bool] = lambda: True) -> None:
    """Nothing could be computed: every module of the application is doubtful, for a person."""
    locked = _locked(application)
    if locked is None or not holds():
        return
    now = records.of_applications([application], locked.round.jurisdiction_id)
    _replace(application, [_doubtful(record, [reason]) for record in now.values()], both_ways=False)


def _locked(application: int) -> Application | None:
    """The application, held until the transaction ends, while it is under way: nobody changes its texts meanwhile."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("round")
    return rows.filter(pk=application, status__in=UNDER_WAY).first()


def _replace(application: int, rows: list[Finding], *, both_ways: bool) -> None:
    # by key: a database without statistics yet would compare every finding with every line
    lines = list(Line.objects.filter(application=application).values_list("pk", flat=True))
    Finding.objects.filter(line__in=lines).delete()
    if both_ways:
        Finding.objects.filter(other_line__in=lines).delete()
        Finding.objects.bulk_create(_mirrored(rows), ignore_conflicts=True)
    Finding.objects.bulk_create(rows)
    Intake.objects.filter(application=application).update(screened_at=timezone.now())


def _rows(outcome: Outcome, corpus: Corpus, words: Words) -> list[Finding]:
    """The nearest of each pool; and a doubt when the machine did not see everything."""
    one = corpus.prepared(outcome.id)
    shown: Counter[str] = Counter()
    found: list[Finding] = []
    for match in outcome.matches:
        band = BANDS.get(match.band)
        if band is None or (outcome.reasons and band == Band.DOUBTFUL) or shown[match.pool] == SHOWN:
            continue
        shown[match.pool] += 1
        other = corpus.prepared(match.b)
        kind, _, pk = match.b.partition("-")
        found.append(
            Finding(
                line_id=_line(outcome.id),
                pool=match.pool,
                band=band,
                score=match.score,
                pair_key=unordered_pair_key(one.record, other.record),
                evidence=words.explain(match, one, other).as_dict(),
                model_id=corpus.model,
                **{PLACES[kind]: int(pk)},
            )
        )
    return [*found, _doubtful(one.record, list(outcome.reasons))] if outcome.reasons else found


def _doubtful(record: Record, reasons: list[str]) -> Finding:
    return Finding(
        line_id=_line(record.id),
        pool=Pool.ROUND,
        band=Band.DOUBTFUL,
        pair_key=digest(text_hash(*_text(record)), "alone"),
        evidence={"reasons": reasons},
    )


def _still_there(rows: list[Finding]) -> list[Finding]:
    """Without those that point at what was taken away since the corpus was read."""
    for model, field in ((Line, "other_line_id"), (SystemFunction, "function_id"), (Capability, "capability_id")):
        named = {getattr(row, field) for row in rows} - {None}
        there = set(model.objects.filter(pk__in=named).values_list("pk", flat=True))
        rows = [row for row in rows if getattr(row, field) in there or getattr(row, field) is None]
    return rows


def _mirrored(rows: Iterable[Finding]) -> Iterator[Finding]:
    """The same pairs, seen from the other modules of the round."""
    for row in rows:
        if row.pool == Pool.ROUND and row.other_line_id:
            yield Finding(
                line_id=row.other_line_id,
                other_line_id=row.line_id,
                pool=row.pool,
                band=row.band,
                score=row.score,
                pair_key=row.pair_key,
                evidence=_turned(row.evidence),
                model_id=row.model_id,
            )


def _turned(evidence: dict[str, Any]) -> dict[str, Any]:
    match = evidence["match"]
    return evidence | {
        "match": match | {"a": match["b"], "b": match["a"]},
        "aligned": [pair | {"a": pair["b"], "b": pair["a"]} for pair in evidence["aligned"]],
        "removed_a": evidence["removed_b"],
        "removed_b": evidence["removed_a"],
    }


def _line(key: str) -> int:
    return int(key.partition("-")[2])


def _text(record: Record) -> tuple[str, str]:
    return record.name, record.description
