"""Which weights compare now: those that the head of the review put in use, or those that ship."""

from __future__ import annotations

from matching.embed import Embedder
from matching.safely import vector_id
from matching.score import PRIOR, Weights
from reviews.models import MatchWeights
from reviews.states import WeightsState


def in_use(jurisdiction: int) -> MatchWeights | None:
    """What was learnt here and is in use; nothing while the weights that ship are."""
    return MatchWeights.objects.filter(jurisdiction=jurisdiction, state=WeightsState.ACTIVE).first()


def values_of(row: MatchWeights | None, model: Embedder) -> Weights | None:
    """The weights of a row for the engine. None is what ships: also when another model or another engine learnt them."""
    if row is None or row.model_id != vector_id(model) or row.values.keys() != PRIOR.as_dict().keys():
        return None
    return Weights.from_dict(row.values)
