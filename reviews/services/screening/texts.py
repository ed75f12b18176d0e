"""What is compared: modules, functions of running systems and capabilities, as records of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping

import numpy as np
from django.conf import settings
from django.db.models import Q

from catalog.models import Capability, SystemFunction
from catalog.states import SystemStatus
from governance.models import Round
from matching.embed import Embedder, Vectors
from matching.isolated import IsolatedEmbedder
from matching.records import Record
from matching.safely import vector_id
from projects.models import Line
from projects.states import ENDED, LineKind
from reviews.models import TextVector
from reviews.states import Pool

_EMBEDDERS: dict[str, Embedder] = {}


def embedder() -> Embedder:
    """The model of this process, in a child of its own; without a model, one that knows characters only."""
    directory = settings.MODEL_DIR
    key = str(directory)
    if key not in _EMBEDDERS:
        _EMBEDDERS[key] = IsolatedEmbedder(directory if (directory / "model.json").is_file() else None)
    return _EMBEDDERS[key]


def records_of(round: Round) -> list[Record]:
    """Everything that the modules of a round are compared with, the modules themselves among it."""
    return [
        *_modules(Line.objects.of_round(round), Pool.ROUND),
        *_modules(_earlier(round), Pool.EARLIER),
        *_functions(round),
        *catalog_records(round.jurisdiction_id),
    ]


def _earlier(round: Round) -> Iterable[Line]:
    """Modules of other rounds: earlier years and batches, projects under way, what is asked for beside."""
    here = Line.objects.filter(application__round__jurisdiction=round.jurisdiction_id)
    return here.exclude(application__round=round).filter(
        Q(application__round__year__lt=round.year)
        | Q(application__round__year=round.year, application__round__batch__lt=round.batch)
    )


def _modules(lines: Iterable[Line], pool: Pool) -> Iterator[Record]:
    rows = lines.filter(kind=LineKind.MODULE, application__submitted_at__isnull=False)  # type: ignore[attr-defined]
    rows = rows.exclude(application__status__in=ENDED).order_by("pk")
    for pk, application, name, description, department, declared, renews in rows.values_list(
        "pk", "application_id", "name", "description", "application__department_id", "declared", "application__renews_id"
    ):
        # a renewal and what it renews are one project: that pair is not a duplicate
        project = f"application-{renews or application}"
        yield Record(f"line-{pk}", project, name, description, str(department), declared, pool.value)


def _functions(round: Round) -> Iterator[Record]:
    rows = SystemFunction.objects.filter(system__owner__jurisdiction=round.jurisdiction_id)
    rows = rows.exclude(system__status__in=[SystemStatus.STOPPED, SystemStatus.ARCHIVED]).order_by("pk")
    for pk, system, name, description, owner in rows.values_list(
        "pk", "system_id", "name", "description", "system__owner_id"
    ):
        yield Record(f"function-{pk}", f"system-{system}", name, description, str(owner), pool=Pool.SYSTEMS.value)


def catalog_records(jurisdiction: int) -> Iterator[Record]:
    """The published capabilities of a jurisdiction."""
    rows = Capability.objects.published().filter(jurisdiction=jurisdiction).order_by("pk")
    for pk, name, offered, keywords in rows.values_list("pk", "name", "services_offered", "keywords"):
        text = f"{offered}。{keywords}" if keywords else offered
        yield Record(f"capability-{pk}", f"capability-{pk}", name, text, pool=Pool.CATALOG.value)


class StoredVectors(MutableMapping[str, Vectors]):
    """The vectors of one model in the database; what was read once stays at hand."""

    def __init__(self, model: Embedder) -> None:
        self._model = vector_id(model)
        self._width = model.width
        self._known: dict[str, Vectors] = {}

    def load(self) -> StoredVectors:
        """Bring every vector of the model into memory: one query instead of one a text."""
        rows = TextVector.objects.filter(model=self._model).values_list("key", "vector")
        for key, raw in rows.iterator(chunk_size=2000):
            self._known[key] = np.frombuffer(bytes(raw), np.float32)
        return self

    def __getitem__(self, key: str) -> Vectors:
        if key not in self._known:
            row = TextVector.objects.filter(model=self._model, key=key).values_list("vector", flat=True).first()
            if row is None:
                raise KeyError(key)
            self._known[key] = np.frombuffer(bytes(row), np.float32)
        return self._known[key]

    def __setitem__(self, key: str, vector: Vectors) -> None:
        self.update({key: vector})

    def update(self, made: object = (), /, **more: Vectors) -> None:  # type: ignore[override]
        """Store what was made; another worker may have made the same."""
        vectors = dict(made, **more)  # type: ignore[call-overload]
        self._known.update(vectors)
        TextVector.objects.bulk_create(
            [
                TextVector(model=self._model, key=key, vector=np.asarray(vector, np.float32).tobytes())
                for key, vector in vectors.items()
            ],
            ignore_conflicts=True,
            batch_size=500,
        )

    def __delitem__(self, key: str) -> None:
        raise TypeError("vectors are kept")

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
