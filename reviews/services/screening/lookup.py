"""Searching by meaning: what of the catalog, the inventory and the modules in sight a question may mean.

A question is a few words, not a module: it is compared by the cosine of centred vectors alone. Where an answer begins
was read off 45 questions to the 2,800 texts of the demonstration city: the nearest text to the 25 that something answers
lies at .38 to .81, to the 20 that nothing answers at .24 to .40, five of them above .37. Who asks is answered from the
modules that they may see, as if there were no others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import structlog

from catalog.models import Capability, SystemFunction
from governance.models import User
from matching.embed import Embedder, Vectors
from matching.records import Record, prepare
from matching.safely import embed_views
from matching.shelf import Shelf
from projects.models import Line
from reviews.services.screening import shelved, stock, vectors
from reviews.services.screening.shelved import LINES
from reviews.services.screening.stock import FIRST, LOCK

log = structlog.get_logger(__name__)

NEAR = 0.37  # the least cosine of an answer
TOP = 40  # of everything: many departments may ask for the same under one name
REACH = 1000  # of a shelf: as many are looked at without asking who may see them
Found = Iterator[tuple[str, float]]


@dataclass
class Nearby:
    """What a question may mean, nearest first. Without `is_complete` not everything was compared."""

    things: list[Capability | SystemFunction | Line] = field(default_factory=list)
    is_degraded: bool = False
    is_complete: bool = True


def near(user: User, question: str) -> Nearby:
    """What means the same. Never fails: it says when it could not look."""
    acting, model = user.acting, vectors.embedder()
    if acting is None or model.is_degraded:
        return Nearby(is_degraded=model.is_degraded, is_complete=False)
    try:
        return _near(user, acting.department.jurisdiction_id, question, model)
    except stock.NotReadyError:
        return Nearby(is_complete=False)
    except Exception:  # the words were searched all the same, and the person is told
        log.exception("lookup.failed", jurisdiction=acting.department.jurisdiction_id)
        return Nearby(is_complete=False)


def _near(user: User, jurisdiction: int, question: str, model: Embedder) -> Nearby:
    asked = prepare(Record("question", "question", question))
    if asked.kind == "empty":
        return Nearby()
    here = stock.held(jurisdiction, model)
    vector = embed_views(model, [asked.views], FIRST)
    (direction,) = here.stock.frame.space.centre(vector, [asked.language])
    if not np.isfinite(direction).all():
        return Nearby(is_complete=False)
    best: dict[str, float] = {}
    with LOCK:
        for name, shelf in here.stock.shelves.items():
            found = _modules(shelf, direction, user) if name == LINES else _existing(name, shelf, direction)
            for key, cosine in found:
                best[key] = max(cosine, best.get(key, cosine))
        is_complete = here.is_whole
    keys = sorted(best, key=lambda key: (-best[key], key))[:TOP]
    return Nearby(_things(keys, user), is_complete=is_complete)


def _existing(name: str, shelf: Shelf, direction: Vectors) -> Found:
    """What everybody of the jurisdiction may know."""
    for one, cosine in _close(*shelf.near(direction, REACH)):
        yield shelved.key(name, one), cosine


def _modules(shelf: Shelf, direction: Vectors, user: User) -> Found:
    """Of the nearest modules those in sight. When these are few among many others, all in sight are compared."""
    mine = Line.objects.visible_to(user).modules().order_by()
    ids, cosines = shelf.near(direction, REACH)
    seen = set(mine.filter(pk__in=ids[cosines >= NEAR].tolist()).values_list("pk", flat=True))
    if len(seen) < TOP and len(ids) == REACH and cosines[-1] >= NEAR:
        seen = set(mine.values_list("pk", flat=True))
        ids, cosines = shelf.cosines(direction, np.array(sorted(seen), np.int64))
    for one, cosine in _close(ids, cosines):
        if one in seen:
            yield shelved.key(LINES, one), cosine


def _close(ids: Any, cosines: Any) -> Iterator[tuple[int, float]]:
    return ((one, cosine) for one, cosine in zip(ids.tolist(), cosines.tolist(), strict=True) if cosine >= NEAR)


def _things(keys: list[str], user: User) -> list[Any]:
    """The rows behind the keys, in their order."""
    pks: dict[str, list[int]] = {"capability": [], "function": [], "line": []}
    for key in keys:
        kind, _, pk = key.partition("-")
        pks[kind].append(int(pk))
    sets = {
        "capability": Capability.objects.select_related("provider"),
        "function": SystemFunction.objects.select_related("system__owner"),
        "line": Line.objects.visible_to(user).select_related("application__department"),
    }
    found = {f"{kind}-{row.pk}": row for kind, rows in sets.items() for row in rows.filter(pk__in=pks[kind])}
    return [found[key] for key in keys if key in found]
