"""Weights (权重) of the comparison: learnt from verdicts, put in use and set aside by the head of the authority."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit
from common.errors import Stale, demand
from common.outbox import enqueue
from governance.models import Jurisdiction, User
from matching.learning import LEAST, Learnt, among, gate, measure
from matching.safely import vector_id
from matching.score import PRIOR, Weights
from reviews.models import MatchWeights, PairVerdict
from reviews.queries.band_moves import moved
from reviews.queries.weights import in_use, values_of
from reviews.services.register import lock_register
from reviews.services.screening import judged, vectors
from reviews.services.screening.judged import Judged
from reviews.states import WEIGHTS_MOVES, WeightsState

LEARN = "reviews.tasks.learn_weights"
MORE = 10  # new verdicts from which the clock learns again


@transaction.atomic
def ask_to_learn(jurisdiction: Jurisdiction, *, by: User) -> int:
    """Have the workers learn from all verdicts of the jurisdiction, and say how many; what they learn waits for the head.

    Refused while there are too few verdicts, or none since the last time.
    """
    lock_register(jurisdiction.pk)
    demand(by.is_head_of(jurisdiction.pk), _("Only the head of the authority does this."))
    demand(not vectors.embedder().is_degraded, _("The language model is missing: nothing can be learnt without it."))
    count = judged_pairs(jurisdiction.pk)
    demand(
        count >= LEAST,
        _("Learning takes %(least)d verdicts on two texts; there are %(count)d.") % {"least": LEAST, "count": count},
    )
    demand(new_since(jurisdiction.pk), _("No verdict was given since the last learning."))
    enqueue(LEARN, jurisdiction_id=jurisdiction.pk, by_id=by.pk)
    audit.record("weights.learning_asked", jurisdiction, by=by, verdicts=count)
    return count


def learn(jurisdiction: Jurisdiction, *, by: User | None = None) -> MatchWeights | None:
    """Learn from all verdicts: a candidate for the head when it passes the gate, else refused with its figures.

    May run twice: the same verdicts beside the same weights in use give the same row. Nothing is learnt without a
    model or with too few verdicts.
    """
    known = judged.of(jurisdiction.pk)
    if known is None or known.count < LEAST:
        return None
    before = in_use(jurisdiction.pk)
    old = values_of(before, vectors.embedder()) or PRIOR
    learnt = gate(known.data, old, "")
    figures = _figures(known, learnt, old) | {"moved": moved(jurisdiction.pk, old, learnt.weights)}
    with transaction.atomic():
        lock_register(jurisdiction.pk)
        rows = MatchWeights.objects.filter(jurisdiction=jurisdiction)
        if in_use(jurisdiction.pk) != before:
            return None  # other weights came into use meanwhile: what was measured is not about them
        same = rows.filter(parent=before, verdicts=known.count, last_verdict=known.until).first()
        return same or _keep(jurisdiction, known, learnt, figures, parent=before, by=by)


@transaction.atomic
def activate(weights: MatchWeights, *, by: User, version: int | None = None) -> MatchWeights:
    """Put weights in use that passed the gate; those before are set aside. Screenings compare with them from now on."""
    lock_register(weights.jurisdiction_id)
    weights = MatchWeights.objects.select_for_update(of=("self",)).loaded().get(pk=weights.pk)
    demand(by.is_head_of(weights.jurisdiction_id), _("Only the head of the authority does this."))
    weights.demand_version(version)
    WEIGHTS_MOVES.check(weights.state, WeightsState.ACTIVE)
    demand(
        values_of(weights, vectors.embedder()) is not None,
        _("These weights were learnt with another language model: learn anew."),
    )
    before = _set_aside(weights.jurisdiction_id)
    weights.state, weights.activated_at, weights.activated_by = WeightsState.ACTIVE, timezone.now(), by
    weights.bump("state", "activated_at", "activated_by")
    audit.record("weights.activated", weights, by=by, before=str(before or PRIOR.version))
    return weights


@transaction.atomic
def roll_back(
    jurisdiction: Jurisdiction, *, by: User, seen: int | None = None, version: int | None = None
) -> MatchWeights | None:
    """Set aside what is in use; what was in use before it is again, or else what ships.

    Refused when others are in use than those that were `seen`, in their `version`.
    """
    lock_register(jurisdiction.pk)
    demand(by.is_head_of(jurisdiction.pk), _("Only the head of the authority does this."))
    gone = in_use(jurisdiction.pk)
    demand(gone is not None, _("The weights that ship are in use: there is nothing to go back to."))
    assert gone is not None
    if seen not in (None, gone.pk):
        raise Stale(_("Other weights were put in use meanwhile (%(now)s): look at them first.") % {"now": gone})
    gone.demand_version(version)
    _retire(gone)
    earlier = MatchWeights.objects.filter(jurisdiction=jurisdiction, state=WeightsState.RETIRED)
    back = earlier.filter(activated_at__lt=gone.activated_at).order_by("-activated_at").first()
    if back:
        WEIGHTS_MOVES.check(back.state, WeightsState.ACTIVE)
        back.state = WeightsState.ACTIVE
        back.bump("state")
    audit.record("weights.rolled_back", gone, by=by, to=str(back or PRIOR.version))
    return back


def learn_nightly() -> int:
    """By the clock: learn where enough verdicts were given since the last time."""
    asked = 0
    for jurisdiction in Jurisdiction.objects.order_by("pk"):
        if judged_pairs(jurisdiction.pk) >= LEAST and new_since(jurisdiction.pk) >= MORE:
            with transaction.atomic():
                enqueue(LEARN, jurisdiction_id=jurisdiction.pk, by_id=0)
            asked += 1
    return asked


def judged_pairs(jurisdiction: int) -> int:
    """Verdicts on two texts."""
    return PairVerdict.objects.filter(jurisdiction=jurisdiction).exclude(right={}).count()


def new_since(jurisdiction: int) -> int:
    """Verdicts on two texts that were given or changed since the last learning."""
    until = MatchWeights.objects.filter(jurisdiction=jurisdiction).aggregate(until=Max("last_verdict"))["until"]
    rows = PairVerdict.objects.filter(jurisdiction=jurisdiction).exclude(right={})
    return rows.filter(at__gt=until).count() if until else rows.count()


def _set_aside(jurisdiction: int) -> MatchWeights | None:
    row = in_use(jurisdiction)
    if row:
        _retire(row)
    return row


def _retire(row: MatchWeights) -> None:
    WEIGHTS_MOVES.check(row.state, WeightsState.RETIRED)
    row.state = WeightsState.RETIRED
    row.bump("state")


def _keep(
    jurisdiction: Jurisdiction,
    known: Judged,
    learnt: Learnt,
    figures: dict[str, Any],
    *,
    parent: MatchWeights | None,
    by: User | None,
) -> MatchWeights:
    last = MatchWeights.objects.filter(jurisdiction=jurisdiction).aggregate(last=Max("number"))["last"]
    row = MatchWeights(
        jurisdiction=jurisdiction,
        number=(last or 0) + 1,
        state=WeightsState.CANDIDATE if learnt.is_accepted else WeightsState.REFUSED,
        model_id=vector_id(vectors.embedder()),
        parent=parent,
        verdicts=known.count,
        last_verdict=known.until,
        figures=figures,
        learnt_by=by,
    )
    row.values = replace(learnt.weights, version=str(row)).as_dict()
    row.save()
    audit.record("weights.learnt", row, by=by, state=row.state, verdicts=row.verdicts, reasons=list(learnt.reasons))
    return row


def _figures(known: Judged, learnt: Learnt, old: Weights) -> dict[str, Any]:
    """What the page shows: before and after, in all and by group, and why it was refused."""
    data = known.data
    groups = [
        {
            "by": group.by,
            "name": group.name,
            "verdicts": int(group.chosen.sum()),
            "before": measure([(data.only(np.flatnonzero(group.chosen)), old)]).as_dict(),
            "after": among(learnt, data, group.chosen).as_dict(),
        }
        for group in known.groups
        if learnt.tested
    ]
    return {
        "before": learnt.before.as_dict(),
        "after": learnt.after.as_dict(),
        "reasons": list(learnt.reasons),
        "taught": len(data),
        "duplicates": int(data.is_true.sum()),
        "groups": groups,
    }
