"""Writing what the engine found beside a module, and the clusters of a round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from governance.models import Round
from matching.clusters import clusters
from matching.corpus import Corpus
from matching.evidence import Explainer
from matching.judge import Match, Outcome
from matching.records import digest, text_hash, unordered_pair_key
from matching.score import Band as EngineBand
from projects.models import Line
from projects.states import ENDED
from reviews.models import Cluster, ClusterMember, Finding, Intake
from reviews.states import Band, Pool

SHOWN = 5  # findings of one pool beside a module
BANDS = {EngineBand.LIKELY: Band.LIKELY, EngineBand.LOOK: Band.LOOK, EngineBand.DOUBTFUL: Band.DOUBTFUL}


@transaction.atomic
def store(applications: Sequence[int], outcomes: Iterable[Outcome], corpus: Corpus, explainer: Explainer) -> int:
    """Replace the findings of these applications' modules; verdicts stay, they belong to texts."""
    rows = [row for outcome in outcomes for row in _rows(outcome, corpus, explainer)]
    Finding.objects.filter(line__application__in=applications).delete()
    Finding.objects.bulk_create(rows)
    Intake.objects.filter(application__in=applications).update(screened_at=timezone.now())
    return len(rows)


@transaction.atomic
def doubt(applications: Sequence[int], reason: str) -> int:
    """Nothing could be computed: every module of these applications is doubtful, for a person."""
    lines = list(Line.objects.modules().filter(application__in=applications))
    Finding.objects.filter(line__in=lines).delete()
    Finding.objects.bulk_create(_doubtful(line.pk, text_hash(line.name, line.description), [reason]) for line in lines)
    Intake.objects.filter(application__in=applications).update(screened_at=timezone.now())
    return len(lines)


def _rows(outcome: Outcome, corpus: Corpus, explainer: Explainer) -> list[Finding]:
    one = corpus.prepared(outcome.id)
    if outcome.is_generic:
        return []
    line = int(outcome.id.partition("-")[2])
    found: list[Finding] = []
    shown: dict[str, int] = defaultdict(int)
    for match in outcome.matches:
        band = BANDS.get(match.band)
        if band is None or (outcome.reasons and band == Band.DOUBTFUL) or shown[match.pool] >= SHOWN:
            continue
        shown[match.pool] += 1
        other = corpus.prepared(match.b)
        found.append(
            Finding(
                line_id=line,
                pool=match.pool,
                band=band,
                score=match.score,
                pair_key=unordered_pair_key(one.record, other.record),
                evidence=explainer.explain(match, one, other).as_dict(),
                model_id=corpus.model,
                **_place(match.b),
            )
        )
    if outcome.band == EngineBand.DOUBTFUL and not any(row.band == Band.DOUBTFUL for row in found):
        found.append(_doubtful(line, text_hash(one.record.name, one.record.description), list(outcome.reasons)))
    return found


def _doubtful(line: int, key: str, reasons: list[str]) -> Finding:
    return Finding(
        line_id=line, pool=Pool.ROUND, band=Band.DOUBTFUL, pair_key=digest(key, "alone"), evidence={"reasons": reasons}
    )


def _place(record: str) -> dict[str, Any]:
    kind, _, pk = record.partition("-")
    return {{"line": "other_line_id", "function": "function_id", "capability": "capability_id"}[kind]: int(pk)}


@transaction.atomic
def rebuild_clusters(round: Round, corpus: Corpus) -> int:
    """Group the modules of the round that do the same thing; what people put together stays."""
    Cluster.objects.filter(round=round, is_manual=False).delete()
    taken = set(ClusterMember.objects.filter(cluster__round=round).values_list("line_id", flat=True))
    names = {
        f"line-{pk}": (pk, name, declared or 0)
        for pk, name, declared in Line.objects.of_round(round)
        .modules()
        .exclude(application__status__in=ENDED)
        .values_list("pk", "name", "declared")
        if pk not in taken
    }
    made = 0
    for group in clusters(_matches(round, names), corpus.likeness):
        members = [names[one] for one in group.ids]
        _pk, name, _declared = max(members, key=lambda member: (member[2], -member[0]))
        cluster = Cluster.objects.create(round=round, name=name)
        ClusterMember.objects.bulk_create(ClusterMember(cluster=cluster, line_id=pk) for pk, _n, _d in members)
        made += 1
    return made


def _matches(round: Round, names: dict[str, Any]) -> list[Match]:
    rows = Finding.objects.filter(
        line__application__round=round, pool=Pool.ROUND, other_line__isnull=False, band__in=[Band.LIKELY, Band.LOOK]
    ).values_list("line_id", "other_line_id", "score", "band")
    return [
        Match(f"line-{a}", f"line-{b}", Pool.ROUND.value, score, EngineBand(band), None)
        for a, b, score, band in rows
        if f"line-{a}" in names and f"line-{b}" in names
    ]
