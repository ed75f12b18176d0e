"""Clusters, for programs: put together, extended, reduced, renamed, split and joined by hand."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from common.api.fields import SafeCharField
from common.api.nouns import Changeable, Creatable, Noun, verb
from common.api.serializers import ModelSerializer, Serializer, VisibleRelatedField
from governance.models import Round, User
from projects.models import Line
from reviews.filters import ClusterFilter
from reviews.models import Cluster
from reviews.services import clusters


class ClusterSerializer(ModelSerializer):
    """Modules of a round that seem to do the same thing; a module stands in one cluster at most."""

    members = serializers.SerializerMethodField()
    lines = VisibleRelatedField(many=True, queryset=Line.objects.all(), write_only=True, allow_empty=False)

    class Meta:
        model = Cluster
        fields = ("id", "round", "name", "is_manual", "created_at", "members", "lines")
        read_only_fields = ("is_manual", "created_at")

    def get_members(self, cluster: Cluster) -> list[int]:
        return [member.line_id for member in cluster.members.all()]


class ClusterChange(ClusterSerializer):
    """Its name."""

    class Meta(ClusterSerializer.Meta):
        fields = ("id", "name")  # type: ignore[assignment]
        read_only_fields = ()  # type: ignore[assignment]

    members = None
    lines = None


class Modules(Serializer):
    """Which modules."""

    lines = VisibleRelatedField(many=True, queryset=Line.objects.all(), allow_empty=False)


class Module(Serializer):
    """Which module."""

    line = VisibleRelatedField(queryset=Line.objects.all())


class Part(Modules):
    """Which modules, and what they do."""

    name = SafeCharField(max_length=300)


class Other(Serializer):
    """Which cluster is taken in."""

    other = VisibleRelatedField(queryset=Cluster.objects.all())


class ClusterNoun(Creatable, Changeable, Noun):
    """Clusters of the machine and of people; what people changed, a new screening leaves alone."""

    queryset = Cluster.objects.select_related("round").prefetch_related("members")
    serializer_class = ClusterSerializer
    filterset_class = ClusterFilter
    search_fields = ("name",)
    ordering_fields = ("name", "created_at")
    ordering = ("-id",)
    create_within = "round"
    permissions: ClassVar = {
        "create": "reviews.consolidate_round",
        "partial_update": "reviews.change_cluster",
        "retrieve": "reviews.view_cluster",
    }

    def get_serializer_class(self) -> Any:
        return ClusterChange if self.action == "partial_update" else ClusterSerializer

    def create_record(self, *, by: User, round: Round, lines: list[Line], name: str) -> Cluster:
        return clusters.create_cluster(round, lines, by=by, name=name)

    def change_record(self, cluster: Cluster, *, by: User, name: str = "") -> Cluster:
        return clusters.rename(cluster, name, by=by)

    @verb("reviews.change_cluster", takes=Modules)
    def add(self, cluster: Cluster, *, by: User, lines: list[Line]) -> Cluster:
        """Take more modules in."""
        return clusters.add_members(cluster, lines, by=by)

    @verb("reviews.change_cluster", takes=Module)
    def remove(self, cluster: Cluster, *, by: User, line: Line) -> Cluster | None:
        """Take a module out; a cluster that nothing is left of is gone."""
        return clusters.remove_member(cluster, line, by=by)

    @verb("reviews.change_cluster", takes=Part, gives=ClusterSerializer)
    def split(self, cluster: Cluster, *, by: User, lines: list[Line], name: str) -> Cluster:
        """Some of the modules become a cluster of their own, which is the answer."""
        return clusters.split(cluster, lines, by=by, name=name)

    @verb("reviews.change_cluster", takes=Other)
    def join(self, cluster: Cluster, *, by: User, other: Cluster) -> Cluster:
        """Take all modules of another cluster in; the other one is gone."""
        return clusters.join(cluster, other, by=by)


NOUNS = {"clusters": ClusterNoun}
