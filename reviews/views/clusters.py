"""Clusters by hand: put modules together, take them out, split, join, rename."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import DomainError
from common.forms import attempt
from common.http import demand, telling, written
from governance.models import Round
from projects.models import Line
from reviews.forms.clusters import JoinForm, MembersForm, NameForm
from reviews.models import Cluster
from reviews.queries.workbench import unclustered
from reviews.services import clusters

PAGE = 60


def _round(request: HttpRequest, pk: int) -> Round:
    round = get_object_or_404(Round.objects.visible_to(request.user).select_related("jurisdiction"), pk=pk)
    demand(request.user, "reviews.consolidate_round", round)
    return round


def _found(request: HttpRequest, pk: int) -> Cluster:
    rows = Cluster.objects.visible_to(request.user).select_related("round__jurisdiction")
    cluster = get_object_or_404(rows, pk=pk)
    demand(request.user, "reviews.change_cluster", cluster)
    return cluster


def _bench(cluster: Cluster) -> str:
    return f"{reverse('reviews:workbench', args=[cluster.round_id])}?cluster={cluster.pk}"


def _offered(request: HttpRequest, round: Round) -> Any:
    """Modules that stand in no cluster, as searched for, a page at a time."""
    rows = unclustered(round, request.GET.get("q", "")[:200])
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def new(request: HttpRequest, round_pk: int) -> HttpResponse:
    """Choose modules of the round and name what they do."""
    round = _round(request, round_pk)
    page = _offered(request, round)
    form = MembersForm(request.POST if request.method == "POST" else None, lines=unclustered(round, ""))
    form.fields["name"].required = True
    if request.method == "POST" and (made := attempt(form, lambda: _make(round, form.cleaned_data, request))):
        return redirect(_bench(made))
    context = {"round": round, "form": form, "page": page, "chosen": request.POST.getlist("lines")}
    return render(request, "reviews/clusters/new.html", context, status=422 if form.errors else 200)


def _make(round: Round, data: dict[str, Any], request: HttpRequest) -> Cluster:
    return clusters.create_cluster(round, data["lines"], by=request.user, name=data["name"])


def cluster(request: HttpRequest, pk: int) -> HttpResponse:
    """One cluster: its members, and every way to change it."""
    found = _found(request, pk)
    members = found.members.select_related("line__application__department").order_by("-line__declared", "pk")
    page = _offered(request, found.round)
    context = {
        "cluster": found,
        "members": members,
        "page": page,
        "join": JoinForm(cluster=found),
        "bench": _bench(found),
    }
    return render(request, "reviews/clusters/cluster.html", context)


def _lines(request: HttpRequest, rows: Any) -> Any:
    form = MembersForm(request.POST, lines=rows)
    if not form.is_valid():
        raise DomainError(_("Choose at least one module."))
    return form.cleaned_data["lines"]


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Take more modules in."""
    found = _found(request, pk)
    with telling(request, _("The modules stand in the cluster now.")):
        clusters.add_members(found, _lines(request, unclustered(found.round, "")), by=request.user)
    return redirect(_bench(found))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one module out."""
    found = _found(request, pk)
    left: Cluster | None = found
    with telling(request, _("The module stands in no cluster now.")):
        line = get_object_or_404(Line, pk=request.POST.get("line") or 0, cluster_membership__cluster=found)
        left = clusters.remove_member(found, line, by=request.user)
    return redirect(_bench(left) if left else reverse("reviews:workbench", args=[found.round_id]))


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Say better what the modules do."""
    found = _found(request, pk)
    form = NameForm(request.POST)
    with telling(request, _("The cluster is renamed.")):
        clusters.rename(found, form.cleaned_data["name"] if form.is_valid() else "", by=request.user)
    return redirect(_bench(found))


@require_POST
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Some modules become a cluster of their own."""
    found = _found(request, pk)
    with telling(request, _("The modules are a cluster of their own now.")):
        lines = _lines(request, Line.objects.filter(cluster_membership__cluster=found))
        found = clusters.split(found, lines, by=request.user, name=written(request, "name"))
    return redirect(_bench(found))


@require_POST
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Take another cluster in."""
    found = _found(request, pk)
    form = JoinForm(request.POST, cluster=found)
    with telling(request, _("The clusters are one now.")):
        if not form.is_valid():
            raise DomainError(_("Choose another cluster to join."))
        clusters.join(found, form.cleaned_data["other"], by=request.user)
    return redirect(_bench(found))
