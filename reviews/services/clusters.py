"""Clusters by hand: modules of a round that are looked at together. A module stands in one at most.

What people put together stays: a cluster that somebody changed counts as made by hand, so that the next
screening leaves it alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from governance.models import Round, User
from projects.models import Line
from projects.states import UNDER_WAY
from reviews.models import Cluster, ClusterMember
from reviews.services.register import lock_register

Modules = Iterable[Line | int]


@transaction.atomic
def create_cluster(round: Round, lines: Modules, *, by: User, name: str) -> Cluster:
    """Put modules of a round together; those that stood in another cluster are refused."""
    _lock(round, by)
    found = _modules(round, lines)
    demand(found, _("Choose at least one module."))
    cluster = Cluster.objects.create(round=round, name=_named(name), is_manual=True)
    _take_in(cluster, found)
    audit.record("cluster.created", cluster, by=by, lines=[line.reference for line in found])
    return cluster


@transaction.atomic
def add_members(cluster: Cluster, lines: Modules, *, by: User) -> Cluster:
    """Take more modules of the same round into the cluster."""
    cluster = _locked(cluster, by)
    found = _modules(cluster.round, lines)
    demand(found, _("Choose at least one module."))
    _take_in(cluster, found)
    _by_hand(cluster)
    audit.record("cluster.extended", cluster, by=by, lines=[line.reference for line in found])
    return cluster


@transaction.atomic
def remove_member(cluster: Cluster, line: Line | int, *, by: User) -> Cluster | None:
    """Take a module out; a cluster that nothing is left of is gone."""
    cluster = _locked(cluster, by)
    pk = line.pk if isinstance(line, Line) else line
    member = cluster.members.select_related("line__application").filter(line=pk).first()
    demand(member, _("This module does not stand in this cluster."))
    assert member is not None
    member.delete()
    audit.record("cluster.reduced", cluster, by=by, lines=[member.line.reference])
    return _by_hand(cluster)


@transaction.atomic
def rename(cluster: Cluster, name: str, *, by: User) -> Cluster:
    """Say better what the modules do."""
    cluster = _locked(cluster, by)
    before, cluster.name = cluster.name, _named(name)
    cluster.save(update_fields=["name"])
    _by_hand(cluster)
    audit.record("cluster.renamed", cluster, by=by, before=before, after=cluster.name)
    return cluster


@transaction.atomic
def split(cluster: Cluster, lines: Modules, *, by: User, name: str) -> Cluster:
    """Some of the modules become a cluster of their own, which is returned; at least one stays."""
    cluster = _locked(cluster, by)
    wanted = {line.pk if isinstance(line, Line) else line for line in lines}
    members = list(cluster.members.select_related("line__application"))
    moving = [member for member in members if member.line_id in wanted]
    demand(moving and len(moving) == len(wanted), _("Choose modules of this cluster."))
    demand(len(moving) < len(members), _("At least one module stays in the cluster: rename it instead."))
    part = Cluster.objects.create(round=cluster.round, name=_named(name), is_manual=True)
    cluster.members.filter(line__in=wanted).update(cluster=part)
    _by_hand(cluster)
    references = [member.line.reference for member in moving]
    audit.record("cluster.split", cluster, by=by, lines=references, into=str(part))
    audit.record("cluster.created", part, by=by, lines=references, source=str(cluster))
    return part


@transaction.atomic
def join(cluster: Cluster, other: Cluster, *, by: User) -> Cluster:
    """Take all modules of another cluster of the round in; the other one is gone."""
    cluster = _locked(cluster, by)
    demand(other.pk != cluster.pk, _("Choose another cluster to join."))
    other = Cluster.objects.get(pk=other.pk)
    demand(other.round_id == cluster.round_id, _("Clusters of one round only are joined."))
    moved = other.members.update(cluster=cluster)
    audit.record("cluster.joined", cluster, by=by, source=str(other), lines=moved)
    other.delete()
    _by_hand(cluster)
    return cluster


def _lock(round: Round, by: User) -> None:
    lock_register(round.jurisdiction_id)
    demand(by.is_judge_of(round.jurisdiction_id), _("Only a reviewer or head of the authority does this."))


def _locked(cluster: Cluster, by: User) -> Cluster:
    _lock(cluster.round, by)
    found = Cluster.objects.select_related("round").filter(pk=cluster.pk).first()
    demand(found, _("This cluster is gone: a colleague joined or emptied it."))
    assert found is not None
    return found


def _named(name: str) -> str:
    demand(name.strip(), _("Give the cluster a name."))
    return name.strip()[:300]


def _modules(round: Round, lines: Modules) -> list[Line]:
    """The lines, when all of them are submitted modules of the round that stand in no cluster."""
    wanted = {line.pk if isinstance(line, Line) else line for line in lines}
    rows = Line.objects.filter(pk__in=wanted, application__round=round, application__status__in=UNDER_WAY)
    found = list(rows.modules().select_related("application").order_by("application__number", "sequence"))
    demand(len(found) == len(wanted), _("Only submitted modules of this round are put together."))
    taken = ClusterMember.objects.filter(line__in=wanted).select_related("cluster", "line__application")
    names = [f"{member.line.reference}: {member.cluster}" for member in taken]
    demand(not names, _("A module stands in one cluster at most; take it out there first:"), items=names)
    return found


def _take_in(cluster: Cluster, lines: Iterable[Line]) -> None:
    ClusterMember.objects.bulk_create(ClusterMember(cluster=cluster, line=line) for line in lines)


def _by_hand(cluster: Cluster) -> Cluster | None:
    """Mark a changed cluster as people's own; an empty one is gone."""
    if not cluster.members.exists():
        cluster.delete()
        return None
    if not cluster.is_manual:
        cluster.is_manual = True
        cluster.save(update_fields=["is_manual"])
    return cluster
