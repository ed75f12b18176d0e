"""Clusters of a round: modules that do the same thing, to be looked at together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from django.db import transaction
from django.db.models import Q, QuerySet

from governance.models import Round
from matching.clusters import Floats, clusters
from matching.corpus import Corpus
from matching.judge import Match
from matching.prototypes import apart, capabilities
from matching.score import Band as EngineBand
from matching.score import Weights
from projects.models import Line
from projects.states import UNDER_WAY
from reviews.models import Cluster, ClusterMember, Disposition, Finding, PairVerdict
from reviews.queries.prototypes import prototypes
from reviews.services.register import lock_register
from reviews.services.screening import corpora, records
from reviews.states import ActStatus, Band, DispositionState, Pool, Verdict

Pair = tuple[str, str]  # records of two modules

JOINING = (Band.LIKELY, Band.LOOK)


def regroup(round: Round, weights: Weights | None, *, holds: Callable[[], bool] = lambda: True) -> int:
    """Group the modules of the round that do the same thing; says how many clusters were made or kept.

    What people put together stays, and so does what they plan, propose or decided. What they called different is not
    put together, and what they called a duplicate is alike, whatever the machine says; modules that circle around
    different capabilities of the catalog are less so. A cluster whose modules are mostly the same keeps its address.
    """
    said, known = _said(round), prototypes(round.jurisdiction_id)
    catalog = list(records.catalog_of(round.jurisdiction_id).values_list("pk", flat=True))
    corpus = corpora.of_lines(round, _linked(round) | known.lines, weights, catalog)
    links = list(_links(round, corpus, said))
    around = capabilities(corpus, sorted({one for link in links for one in (link.a, link.b)}), known.of(catalog))
    groups = [one.ids for one in clusters(links, _likeness(corpus, said, around))]
    with transaction.atomic():
        lock_register(round.jurisdiction_id)
        return _apply(round, [[int(key.partition("-")[2]) for key in ids] for ids in groups]) if holds() else 0


def _linked(round: Round) -> set[int]:
    """The modules of the round that were found with another one of it."""
    rows = Finding.objects.filter(line__in=_modules(round), other_line__in=_modules(round)).order_by()
    return {pk for pair in rows.values_list("line", "other_line") for pk in pair}


def _said(round: Round) -> dict[Pair, Verdict]:
    """What people say of modules that were found with each other: duplicate or different."""
    verdicts = PairVerdict.objects.filter(
        jurisdiction=round.jurisdiction_id, verdict__in=[Verdict.DUPLICATE, Verdict.DIFFERENT]
    )
    known = dict(verdicts.values_list("pair_key", "verdict"))
    rows = _found(round).filter(pair_key__in=verdicts.values("pair_key")).values_list("line", "other_line", "pair_key")
    return {_pair(one, other): Verdict(known[key]) for one, other, key in rows if key in known}


def _links(round: Round, corpus: Corpus, said: Mapping[Pair, Verdict]) -> Iterable[Match]:
    """What was found between modules that no person has put into a cluster."""
    fixed = set(_kept(round).values_list("members__line", flat=True))
    for one, other, score, band in _found(round).values_list("line", "other_line", "score", "band"):
        (a, b), verdict = _pair(one, other), said.get(_pair(one, other))
        is_linked = verdict == Verdict.DUPLICATE or (band in JOINING and verdict is None)
        if is_linked and not {one, other} & fixed and a in corpus and b in corpus:
            alike = EngineBand.LIKELY if verdict else EngineBand(band)
            yield Match(a, b, Pool.ROUND.value, 1.0 if verdict else score or 0.0, alike, None)


def _likeness(
    corpus: Corpus, said: Mapping[Pair, Verdict], around: Mapping[str, str]
) -> Callable[[Sequence[str]], Floats]:
    """How alike modules are, with what people say of them in place of what the machine does."""

    def likeness(ids: Sequence[str]) -> Floats:
        scores, place = apart(corpus.likeness(ids), ids, around), {one: row for row, one in enumerate(ids)}
        for (a, b), verdict in said.items():
            if a in place and b in place:
                alike = 1.0 if verdict == Verdict.DUPLICATE else -np.inf
                scores[place[a], place[b]] = scores[place[b], place[a]] = alike
        return scores

    return likeness


def _found(round: Round) -> QuerySet[Finding]:
    return Finding.objects.filter(line__in=_modules(round), other_line__in=_modules(round)).order_by()


def _pair(one: int, other: int) -> Pair:
    return f"line-{min(one, other)}", f"line-{max(one, other)}"


def _modules(round: Round) -> QuerySet[Line]:
    return Line.objects.of_round(round).modules().filter(application__status__in=UNDER_WAY)


def _kept(round: Round) -> QuerySet[Cluster]:
    """Clusters that people made, or whose modules stand in a plan or a decision."""
    worked_on = Disposition.objects.filter(
        Q(state=DispositionState.LIVE) | Q(act__status__in=[ActStatus.PLANNED, ActStatus.PROPOSED]),
        line__cluster_membership__cluster__round=round,
    )
    touched = worked_on.values("line__cluster_membership__cluster")
    return Cluster.objects.filter(Q(is_manual=True) | Q(pk__in=touched), round=round)


def _apply(round: Round, groups: Sequence[Sequence[int]]) -> int:
    fixed = set(_kept(round).values_list("members__line", flat=True))
    lines = {line.pk: line for line in _modules(round).only("pk", "name", "declared")}
    wanted = [[pk for pk in group if pk in lines and pk not in fixed] for group in groups]
    wanted = [group for group in wanted if len(group) > 1]
    earlier = Cluster.objects.filter(round=round).exclude(pk__in=_kept(round).values("pk"))
    stood = dict(ClusterMember.objects.filter(cluster__in=earlier).values_list("line", "cluster"))
    kept = heirs(wanted, stood)
    homes = {pk: kept.get(place) for place, group in enumerate(wanted) for pk in group}
    moved = [pk for pk, cluster in stood.items() if homes.get(pk) != cluster]
    ClusterMember.objects.filter(line__in=moved).delete()
    earlier.exclude(pk__in=kept.values()).delete()
    for place, group in enumerate(wanted):
        name = _name([lines[pk] for pk in group])
        cluster = Cluster(pk=kept.get(place), round=round, name=name)
        if cluster.pk:
            Cluster.objects.filter(pk=cluster.pk).exclude(name=name).update(name=name)
        else:
            cluster.save()
        new = [pk for pk in group if cluster.pk != stood.get(pk)]
        ClusterMember.objects.bulk_create(ClusterMember(cluster=cluster, line_id=pk) for pk in new)
    return len(wanted)


def heirs(groups: Sequence[Sequence[int]], stood: Mapping[int, int]) -> dict[int, int]:
    """For the places of groups, the clusters that live on in them: those that share most modules first.

    Of two halves of a cluster the one with its first module is the cluster; the order of groups does not matter.
    """
    shared = Counter((place, stood[pk]) for place, group in enumerate(groups) for pk in group if pk in stood)
    first = {place: min(group) for place, group in enumerate(groups)}
    found: dict[int, int] = {}
    for (place, cluster), _count in sorted(shared.items(), key=lambda one: (-one[1], first[one[0][0]], one[0][1])):
        if place not in found and cluster not in found.values():
            found[place] = cluster
    return found


def _name(lines: Sequence[Line]) -> str:
    """A cluster is called as its largest module is."""
    return max(lines, key=lambda line: (line.declared or 0, -line.pk)).name
