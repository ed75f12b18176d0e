"""The vectors of the city's texts, shipped by text and model: the first start reads none of them anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from governance.models import Jurisdiction
from matching.safely import vector_id
from reviews.models import TextVector
from reviews.services.screening import stock
from reviews.services.screening.vectors import StoredVectors, embedder

FILE = Path(__file__).resolve().parents[1] / "data" / "city" / "vectors.npz"


def load() -> int:
    """Put what is shipped for this model into the store; says how many. For another model there is nothing."""
    made = shipped()
    StoredVectors(embedder()).update(made)
    return len(made)


def shipped() -> dict[str, np.ndarray]:
    """The vectors in the file by the key of their text, if they are of the model that is here."""
    if not FILE.exists():  # the texts have changed, and their vectors are to be kept anew
        return {}
    with np.load(FILE) as kept:
        if str(kept["model"]) != vector_id(embedder()):
            return {}
        return dict(zip(map(str, kept["keys"]), kept["vectors"].astype(np.float32), strict=True))


def keep() -> int:
    """Write the store's vectors of this model into the file, half as precise: that is less than what a score shows."""
    for city in Jurisdiction.objects.all():  # what only the search reads: drafts, and each service of a capability
        while stock.read(city.pk):
            pass
    rows = TextVector.objects.filter(model=vector_id(embedder())).order_by("key").values_list("key", "vector")
    keys, raw = zip(*rows, strict=True)
    made = np.stack([np.frombuffer(bytes(row), np.float32) for row in raw]).astype(np.float16)
    np.savez_compressed(FILE, model=np.array(vector_id(embedder())), keys=np.array(keys), vectors=made)
    return len(keys)
