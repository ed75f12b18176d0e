"""A city with as many modules and functions of running systems as are asked for, and vectors as a model would make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace

import numpy as np
from django.utils import timezone

from catalog.models import Capability, System, SystemFunction
from catalog.states import CapabilityKind, CapabilityStatus
from matching.embed import Embedder, Vectors
from matching.reading import vectors_of
from matching.records import Prepared, Record, prepare
from matching.safely import vector_id
from matching.space import load_background
from matching.synthetic import modules, vectors
from projects.models import Application, Line
from projects.states import ApplicationStatus, LineKind
from reviews.models import TextVector
from reviews.services.screening.vectors import StoredVectors
from tests.factories import city

PER_PROJECT = 12
CAPABILITIES = 300
BATCH = 2000


def build(count: int, asked: int, model: Embedder) -> tuple[SimpleNamespace, list[Record]]:
    """The city, and texts that are worded a little like some of what it has; those are really read by the model."""
    town, texts = city(), list(modules(count, per_project=PER_PROJECT))
    _applications(town, texts)
    _systems(town, texts)
    Capability.objects.bulk_create(
        Capability(code=f"CAP-{n:04d}", jurisdiction=town.jurisdiction, provider=town.bureau, name=one.name,
                   kind=CapabilityKind.DATA, status=CapabilityStatus.AVAILABLE, services_offered=one.description)
        for n, one in enumerate(texts[:: max(count // CAPABILITIES, 1)])
    )  # fmt: skip
    chosen = texts[:: max(count // asked, 1)][:asked]
    vectors_of([prepare(one) for one in chosen], model, cache=StoredVectors(model))
    _read(texts, model)
    return town, [Record("asked", "asked", f"市级{one.name}", one.description[:-4]) for one in chosen]


def save(name: str, description: str) -> None:
    """One more module in an application."""
    application = Application.objects.order_by("pk")[0]
    Line.objects.create(application=application, sequence=999, name=name, description=description)
    Application.touch(application.pk)


def _applications(town: SimpleNamespace, texts: Sequence[Record]) -> None:
    places = [town.health, town.police, town.transport]
    made = Application.objects.bulk_create(
        (
            Application(
                number=f"SB2027-{number:05d}",
                round=town.round,
                department=places[number % 3],
                name=f"申报项目{number}",
                drafter=town.people.health,
                status=ApplicationStatus.CONSOLIDATION,
                submitted_at=timezone.now(),
            )
            for number in range(-(-len(texts) // PER_PROJECT))
        ),
        batch_size=BATCH,
    )
    rows = (
        Line(
            application=made[number // PER_PROJECT],
            sequence=number % PER_PROJECT + 1,
            kind=LineKind.MODULE,
            name=one.name,
            description=one.description,
            declared=100,
        )
        for number, one in enumerate(texts)
    )
    Line.objects.bulk_create(rows, batch_size=BATCH)


def _systems(town: SimpleNamespace, texts: Sequence[Record]) -> None:
    count = -(-len(texts) // PER_PROJECT)
    made = System.objects.bulk_create(
        (System(code=f"SYS-{n:05d}", name=f"业务系统{n}", owner=town.police) for n in range(count)), batch_size=BATCH
    )
    rows = (
        SystemFunction(system=made[number // PER_PROJECT], name=one.name, description=one.description)
        for number, one in enumerate(texts)
    )
    SystemFunction.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)  # one of each name in a system


def _read(texts: Sequence[Record], model: Embedder) -> None:
    """Made-up vectors for all that has none, around the middle of those that the model makes."""
    middle = load_background(model, cache=StoredVectors(model)).vectors.mean(axis=0)
    made = _turned(vectors(len(texts), width=model.width), middle / np.linalg.norm(middle))
    lacking = {one.key: row for one, row in zip(_prepared(texts), made, strict=True)}
    known = set(TextVector.objects.filter(model=vector_id(model)).values_list("key", flat=True))
    StoredVectors(model).update({key: row for key, row in lacking.items() if key not in known})


def _prepared(texts: Sequence[Record]) -> Iterator[Prepared]:
    return (prepare(one) for one in texts)


def _turned(rows: Vectors, middle: Vectors) -> Vectors:
    """Mirrored so that what they have in common, their first dimension, is this direction."""
    normal = -middle
    normal[0] += 1
    normal /= np.linalg.norm(normal)
    turned: Vectors = (rows - 2 * np.outer(rows @ normal, normal)).astype(np.float32)
    return turned
