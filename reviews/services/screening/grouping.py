"""Clusters of a round: modules that do the same thing, to be looked at together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.db.models import Q, QuerySet

from governance.models import Round
from matching.clusters import clusters
from matching.corpus import Corpus
from matching.judge import Match
from matching.score import Band as EngineBand
from projects.models import Line
from projects.states import UNDER_WAY
from reviews.models import Cluster, ClusterMember, Disposition, Finding
from reviews.services.register import lock_register
from reviews.states import ActStatus, Band, DispositionState, Pool


def regroup(round: Round, corpus: Corpus, *, holds: Callable[[], bool] = lambda: True) -> int:
    """Group the modules of the round that do the same thing; says how many clusters were made or kept.

    What people put together stays, and so does what they plan, propose or decided. A cluster whose modules are
    mostly the same keeps its address.
    """
    groups = [one.ids for one in clusters(_links(round, corpus), corpus.likeness)]
    with transaction.atomic():
        lock_register(round.jurisdiction_id)
        return _apply(round, [[int(key.partition("-")[2]) for key in ids] for ids in groups]) if holds() else 0


def _links(round: Round, corpus: Corpus) -> Iterable[Match]:
    """What was found between modules that no person has put into a cluster."""
    fixed = set(_kept(round).values_list("members__line", flat=True))
    rows = Finding.objects.filter(
        line__in=_modules(round), other_line__in=_modules(round), band__in=[Band.LIKELY, Band.LOOK]
    ).order_by()
    for one, other, score, band in rows.values_list("line", "other_line", "score", "band"):
        a, b = f"line-{one}", f"line-{other}"
        if not {one, other} & fixed and a in corpus and b in corpus:
            yield Match(a, b, Pool.ROUND.value, score or 0.0, EngineBand(band), None)


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
    kept = _heirs(wanted, ClusterMember.objects.filter(cluster__in=earlier))
    ClusterMember.objects.filter(cluster__in=earlier).delete()
    earlier.exclude(pk__in=kept.values()).delete()
    for place, group in enumerate(wanted):
        name = _name([lines[pk] for pk in group])
        cluster = Cluster(pk=kept.get(place), round=round, name=name)
        if cluster.pk:
            Cluster.objects.filter(pk=cluster.pk).update(name=name)
        else:
            cluster.save()
        ClusterMember.objects.bulk_create(ClusterMember(cluster=cluster, line_id=pk) for pk in group)
    return len(wanted)


def _heirs(groups: Sequence[Sequence[int]], members: QuerySet[ClusterMember]) -> dict[int, int]:
    """For the places of groups, the clusters that live on in them: those that share most modules first."""
    cluster_of = dict(members.values_list("line", "cluster"))
    shared = Counter((place, cluster_of[pk]) for place, group in enumerate(groups) for pk in group if pk in cluster_of)
    found: dict[int, int] = {}
    for (place, cluster), _count in sorted(shared.items(), key=lambda one: (-one[1], one[0])):
        if place not in found and cluster not in found.values():
            found[place] = cluster
    return found


def _name(lines: Sequence[Line]) -> str:
    """A cluster is called as its largest module is."""
    return max(lines, key=lambda line: (line.declared or 0, -line.pk)).name
