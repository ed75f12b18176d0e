"""The stock of a jurisdiction: who may be near to a text, from files that all processes of a machine share.

The database is the truth. Each process that is asked looks by itself what has changed there since the files were
made, and takes it along; when that is more than a tenth, the files are made anew: at once while that takes a second,
else by a worker.
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

import numpy as np
import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from common.outbox import enqueue
from matching.embed import Embedder, Vectors
from matching.folders import alone
from matching.reading import vectors_of
from matching.records import Prepared, digest, prepare
from matching.safely import vector_id
from matching.shelf import Asked, Entry, Shelf, check, entry
from matching.space import Background, load_background
from matching.stock import Sheet, Stock, StockMissingError, build
from reviews.models import Screening
from reviews.services.screening import shelved, vectors
from reviews.services.screening.shelved import Row
from reviews.services.screening.vectors import StoredVectors

log = structlog.get_logger(__name__)

READ = "reviews.tasks.read_for_search"
READING = 200.0  # seconds of one task; what is left is asked for again
FIRST = 1.5  # seconds that a person may wait for texts that nobody has read yet
AGAIN = 30.0  # seconds after which a process tries anew what it could not do
LATER = 600.0  # seconds after which it asks a worker for the same a second time
LOOK = 1.0  # seconds between two looks whether others have read what lacks a vector
FEW = 500  # texts that are asked for at once
KEPT = 7 * 86400.0  # seconds after which the files of another model go
SMALL = 2000  # records whose files are made while somebody waits
GROWN = 0.1  # share of records that changed, from which files are made anew


class NotReadyError(Exception):
    """A worker has to make the files first; it has been asked."""


@dataclass
class Held:
    """An opened stock, and until when of the database it was followed."""

    stock: Stock
    ground: Background
    marks: shelved.Marks
    sums: shelved.Sums = ()
    made_at: float = 0.0
    looked_at: float = -math.inf
    tried_at: float = -math.inf

    @property
    def is_whole(self) -> bool:
        """Whether every text that should have a vector has one."""
        return not any(shelf.unread for shelf in self.stock.shelves.values())


_HELD: dict[Path, Held] = {}
_ASKED: dict[int, tuple[shelved.Sums, float]] = {}
LOCK = RLock()  # for whoever uses what is held


def held(jurisdiction: int, model: Embedder, *, patient: bool = False, clauses: Collection[str] | None = None) -> Held:
    """The stock as the database is now. Use it under LOCK.

    Who is `patient` waits until its files are made, and has them with these `clauses` as boilerplate if it names some.
    """
    with LOCK:
        here = _opened(jurisdiction, model)
        if here is None or (clauses is not None and here.stock.frame.boilerplate != frozenset(clauses)):
            here = _made(jurisdiction, model, clauses, patient=patient)
        _follow(here, jurisdiction, model)
        if here.stock.changed > GROWN * here.stock.built or not _is_sound(here):
            here = _grown(here, jurisdiction, model, patient=patient)
        return here


def unread(here: Held, shelf: str) -> list[int]:
    """The keys of what stands on a shelf without a vector."""
    return list(here.stock.shelves[shelf].unread)


def candidates(here: Held, asked: Sequence[Asked], shelf: str, *, dense: int, lexical: int) -> set[int]:
    """The keys of what may be near to any of these texts."""
    found: set[int] = set()
    for one in asked:
        found.update(here.stock.shelves[shelf].candidates(one, dense=dense, lexical=lexical).tolist())
    return found


def read(jurisdiction: int) -> bool:
    """Read what has no vector yet, for a while, and make the files anew when many had none; says whether some is left."""
    model, began = vectors.embedder(), time.monotonic()
    here = held(jurisdiction, model, patient=True)
    with LOCK:
        for name, shelf in here.stock.shelves.items():
            lacking = list(shelf.unread)
            for start in range(0, len(lacking), FEW):
                if time.monotonic() > began + READING:
                    return True
                _take(here, name, _rows_of(name, jurisdiction, shelf, lacking[start : start + FEW]), model, READING)
    held(jurisdiction, model, patient=True)
    return False


def read_on(jurisdiction: int) -> None:
    """Ask a worker to read and build what is lacking."""
    with transaction.atomic():
        enqueue(READ, jurisdiction_id=jurisdiction)


def screened(jurisdiction: int) -> Screening | None:
    """The last screening that has looked for boilerplate."""
    known = Q(finished_at__isnull=False) | ~Q(boilerplate=[])
    return Screening.objects.filter(known, round__jurisdiction=jurisdiction).first()


def forget() -> None:
    """Let the memory go."""
    _HELD.clear()
    _ASKED.clear()


def folder(jurisdiction: int, model: Embedder) -> Path:
    """Where the files of a jurisdiction are: a process without the model must not take those of the others away."""
    root: Path = settings.INDEX_DIR
    return root / str(jurisdiction) / digest(vector_id(model))[:12]


def _ask(jurisdiction: int, sums: shelved.Sums) -> None:
    """Ask a worker, once for each state of the database, and not many times a minute."""
    now, (before, at) = time.monotonic(), _ASKED.get(jurisdiction, ((), -math.inf))
    if now > at + (LATER if sums == before else AGAIN):
        _ASKED[jurisdiction] = sums, now
        read_on(jurisdiction)


def _opened(jurisdiction: int, model: Embedder) -> Held | None:
    """What this process holds, or the files hold, for this model."""
    place = folder(jurisdiction, model)
    here = _HELD.get(place)
    if here is None or not here.stock.is_current:
        _HELD.pop(place, None)
        try:
            stock = Stock.open(place)
        except StockMissingError:
            return None
        state = {name: {int(pk): mark for pk, mark in known.items()} for name, known in stock.sheet.state.items()}
        ground = load_background(model, cache=StoredVectors(model))
        here = _HELD[place] = Held(stock, ground, state, made_at=time.monotonic())
    return here if here.stock.sheet.label in (vector_id(model), _label(model, here.ground)) else None


def _label(model: Embedder, ground: Background) -> str:
    """Files that were made without a background are good only until there is one."""
    return vector_id(model) if _is_read(ground) else f"{vector_id(model)} alone"


def _is_read(ground: Background) -> bool:
    return bool(np.isfinite(ground.vectors).all())


def _is_sound(here: Held) -> bool:
    """Whether nothing is to be gained from another attempt to read the background."""
    return _is_read(here.ground) or time.monotonic() < here.made_at + AGAIN


def _made(jurisdiction: int, model: Embedder, clauses: Collection[str] | None, *, patient: bool) -> Held:
    """Files made now, by whoever may wait for them."""
    with alone(folder(jurisdiction, model)):
        here = _opened(jurisdiction, model)  # another process may have made them meanwhile
        if here is not None and (clauses is None or here.stock.frame.boilerplate == frozenset(clauses)):
            return here
        if not patient and shelved.count(jurisdiction) > SMALL:
            _ask(jurisdiction, shelved.sums())
            raise NotReadyError
        wanted = _clauses(jurisdiction, model) if clauses is None else frozenset(clauses)
        return _build(jurisdiction, model, wanted)


def _grown(here: Held, jurisdiction: int, model: Embedder, *, patient: bool) -> Held:
    """The same with all that changed in its files; until a worker has made them, what is held goes on."""
    if not patient and len(here.stock) > SMALL:
        _ask(jurisdiction, here.sums)
        return here
    with alone(folder(jurisdiction, model)):
        if here.stock.is_current:
            return _build(jurisdiction, model, here.stock.frame.boilerplate)
    return held(jurisdiction, model, patient=patient)  # another process has made them


def _build(jurisdiction: int, model: Embedder, clauses: frozenset[str]) -> Held:
    """Files of everything, with the vectors that are stored."""
    began = time.monotonic()
    ground, state = load_background(model, cache=StoredVectors(model)), shelved.marks(jurisdiction)
    found = {name: _shelved(name, jurisdiction, model, clauses) for name in shelved.WHOLE}
    plain = {name: {str(pk): mark for pk, mark in known.items()} for name, known in state.items()}
    place = folder(jurisdiction, model)
    build(place, ground, found, clauses, Sheet(_label(model, ground), plain))
    log.info("stock.built", jurisdiction=jurisdiction, seconds=round(time.monotonic() - began, 1))
    here = _HELD[place] = Held(Stock.open(place), ground, state, made_at=time.monotonic())
    _clear(place)
    _follow(here, jurisdiction, model)
    return here


def _clear(place: Path) -> None:
    """Take away what models of earlier times have left."""
    for other in place.parent.iterdir():
        if other != place and other.stat().st_mtime < time.time() - KEPT:
            shutil.rmtree(other, ignore_errors=True)


def _shelved(name: str, jurisdiction: int, model: Embedder, clauses: frozenset[str]) -> tuple[list[Entry], Vectors]:
    entries: list[Entry] = []
    blocks: list[Vectors] = [np.empty((0, model.width), np.float32)]
    block: list[Prepared] = []
    for row in shelved.rows(name, jurisdiction):
        block.append(prepare(row.record, clauses))
        entries.append(entry(row.id, row.owner, block[-1], is_counted=row.is_counted))
        if len(block) == FEW:
            blocks.append(vectors.stored(block, model))
            block = []
    return entries, np.concatenate([*blocks, vectors.stored(block, model)])


def _follow(here: Held, jurisdiction: int, model: Embedder) -> None:
    """Take along what changed in the database since the last look."""
    sums = shelved.sums()
    if sums != here.sums:
        marks = shelved.marks(jurisdiction)
        for name, shelf in here.stock.shelves.items():
            before, now = here.marks[shelved.WHOLE[name]], marks[shelved.WHOLE[name]]
            changed = {pk for pk, mark in now.items() if before.get(pk) != mark} | (before.keys() - now.keys())
            if changed:
                _renew(here, name, shelf, jurisdiction, model, changed)
        here.marks, here.sums = marks, sums
    _look_for_vectors(here, jurisdiction, model)


def _renew(here: Held, name: str, shelf: Shelf, jurisdiction: int, model: Embedder, wholes: Collection[int]) -> None:
    """The parts of these wholes, as they are now; what has the same words as before is left alone."""
    before = shelf.of_owners(wholes)
    now = {row.id: row for row in shelved.rows(name, jurisdiction, wholes)}
    if gone := before.keys() - now.keys():
        shelf.remove(gone)
    _take(here, name, [row for row in now.values() if before.get(row.id) != check(row.name, row.description)], model)


def _look_for_vectors(here: Held, jurisdiction: int, model: Embedder) -> None:
    """What others have read meanwhile; now and then also by reading some here, and by asking a worker for the rest."""
    now = time.monotonic()
    if here.is_whole or now < here.looked_at + LOOK:
        return
    here.looked_at, tries = now, now > here.tried_at + AGAIN
    if tries:
        here.tried_at = now
    for name, shelf in here.stock.shelves.items():
        lacking = dict(list(shelf.unread.items())[:FEW])
        known = StoredVectors(model).get_many(set(lacking.values()))
        left = now + FIRST - time.monotonic()
        reads = tries and left > 0
        if wanted := [one for one, key in lacking.items() if reads or key in known]:
            rows = _rows_of(name, jurisdiction, shelf, wanted)
            _take(here, name, rows, model, left if reads else None)
    if not here.is_whole:
        _ask(jurisdiction, here.sums)


def _take(here: Held, name: str, rows: Sequence[Row], model: Embedder, seconds: float | None = FIRST) -> None:
    """Put rows on a shelf, reading those that nobody has read for so many seconds; without any, only what is stored."""
    clauses = here.stock.frame.boilerplate
    for start in range(0, len(rows), FEW):
        some = rows[start : start + FEW]
        prepared = [prepare(row.record, clauses) for row in some]
        if seconds is None:
            found = vectors.stored(prepared, model)
        else:
            found = vectors_of(prepared, model, cache=StoredVectors(model), seconds=seconds)
        entries = [entry(row.id, row.owner, one) for row, one in zip(some, prepared, strict=True)]
        here.stock.shelves[name].put(entries, found)


def _rows_of(name: str, jurisdiction: int, shelf: Shelf, ids: Collection[int]) -> list[Row]:
    wanted = set(ids)
    wholes = {int(owner) for owner in shelf.rows["owner"][np.isin(shelf.rows["id"], list(wanted))]}
    return [row for row in shelved.rows(name, jurisdiction, wholes) if row.id in wanted]


def _clauses(jurisdiction: int, model: Embedder) -> frozenset[str]:
    """The boilerplate of the last screening; else that of the files there are."""
    if last := screened(jurisdiction):
        return frozenset(last.boilerplate)
    try:
        return Stock.open(folder(jurisdiction, model)).frame.boilerplate
    except StockMissingError:
        return frozenset()
