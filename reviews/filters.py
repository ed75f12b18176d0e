"""Which acts, findings, clusters, verdicts, opinions and requests: the same questions on pages and in the API."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.filters import ANY, ByWords, choice, yes_no
from catalog.models import Capability
from governance.models import Department, Round
from governance.states import Role
from reviews.models import (
    Act,
    CapabilityRequest,
    Cluster,
    EndRequest,
    Finding,
    MatchWeights,
    Opinion,
    PairVerdict,
    Screening,
)
from reviews.models.endings import ENDS
from reviews.queries.act_tasks import to_confirm
from reviews.states import ActStatus, Band, JobState, OpinionState, Pool, RequestStatus, Verdict, WeightsState

YES_NO = (("true", _("yes")), ("false", _("no")))


def rounds(request: Any) -> QuerySet[Round]:
    return Round.objects.visible_to(request.user)


def departments(request: Any) -> QuerySet[Department]:
    """Whose acts may be asked for: a department learns nothing of others, not even that they are touched."""
    rows = Department.objects.visible_to(request.user).order_by("jurisdiction__code", "code")
    user = request.user
    return rows.filter(pk=user.acting.department_id) if user.has_role(Role.CLERK, Role.LEADER) else rows


class ActFilter(filters.FilterSet):
    """By words, state, round, department, and what the person may confirm."""

    q = ByWords("number", "title", words=_("Number, title"))
    status = choice(ActStatus.choices, _("State"))
    round = filters.ModelChoiceFilter(
        field_name="dispositions__line__application__round",
        queryset=rounds,
        label=_("Round"),
        empty_label=ANY,
        distinct=True,
    )
    department = filters.ModelChoiceFilter(
        field_name="dispositions__line__application__department",
        queryset=departments,
        label=_("Department"),
        empty_label=ANY,
        distinct=True,
    )
    waiting = choice(YES_NO, _("Waiting for my confirmation"), method="for_me")

    class Meta:
        model = Act
        fields = ("q", "status", "round", "department", "waiting")

    def for_me(self, rows: QuerySet[Act], name: str, wanted: str) -> QuerySet[Act]:
        mine = [act.pk for act in to_confirm(self.request.user)]
        return rows.filter(pk__in=mine) if wanted == "true" else rows.exclude(pk__in=mine)


class OpinionFilter(filters.FilterSet):
    """By act and answer."""

    act = filters.NumberFilter(field_name="act", label=_("Act"))
    state = choice(OpinionState.choices, _("Opinion"))

    class Meta:
        model = Opinion
        fields = ("act", "state")


class EndRequestFilter(filters.FilterSet):
    """By application, end, and whether it waits."""

    application = filters.NumberFilter(field_name="application", label=_("Application"))
    to = choice(ENDS, _("End"))
    is_open = yes_no(_("Open"), field_name="closed_at", lookup_expr="isnull")

    class Meta:
        model = EndRequest
        fields = ("application", "to", "is_open")


def capabilities(request: Any) -> QuerySet[Capability]:
    return Capability.objects.visible_to(request.user).order_by("code")


class CapabilityRequestFilter(filters.FilterSet):
    """By words, status, department and capability."""

    q = ByWords(
        "capability__name",
        "purpose",
        "system__name",
        "application__name",
        "application__number",
        words=_("Capability, system, application, purpose"),
    )
    status = choice(RequestStatus.choices, _("Status"))
    department = filters.ModelChoiceFilter(queryset=departments, label=_("Department"), empty_label=ANY)
    capability = filters.ModelChoiceFilter(queryset=capabilities, label=_("Capability"), empty_label=ANY)

    class Meta:
        model = CapabilityRequest
        fields = ("q", "status", "department", "capability")


class FindingFilter(filters.FilterSet):
    """By words, application, module, pool, band, and whether a person has judged."""

    q = ByWords("line__name", "line__application__number", "line__application__name", words=_("Module, application"))
    application = filters.NumberFilter(field_name="line__application", label=_("Application"))
    line = filters.NumberFilter(field_name="line", label=_("Module"))
    round = filters.NumberFilter(field_name="line__application__round", label=_("Round"))
    pool = choice(Pool.choices, _("Where"))
    band = choice(Band.choices, _("Band"))
    unjudged = yes_no(_("Without a verdict that is needed"), method="by_verdict")

    class Meta:
        model = Finding
        fields = ("q", "application", "line", "round", "pool", "band", "unjudged")

    def by_verdict(self, rows: QuerySet[Finding], name: str, wanted: bool) -> QuerySet[Finding]:
        waiting = Finding.objects.unjudged().values("pk")
        return rows.filter(pk__in=waiting) if wanted else rows.exclude(pk__in=waiting)


class ScreeningFilter(filters.FilterSet):
    """By round and state."""

    round = filters.NumberFilter(field_name="round", label=_("Round"))
    state = choice(JobState.choices, _("State"))

    class Meta:
        model = Screening
        fields = ("round", "state")


class WeightsFilter(filters.FilterSet):
    """By state."""

    state = choice(WeightsState.choices, _("State"))

    class Meta:
        model = MatchWeights
        fields = ("state",)


class ClusterFilter(filters.FilterSet):
    """By words, round, and who made it."""

    q = ByWords("name", words=_("Name"))
    round = filters.NumberFilter(field_name="round", label=_("Round"))
    line = filters.NumberFilter(field_name="members__line", label=_("Module"))
    is_manual = yes_no(_("Put together by hand"))

    class Meta:
        model = Cluster
        fields = ("q", "round", "line", "is_manual")


class VerdictFilter(filters.FilterSet):
    """By pair and verdict."""

    pair_key = filters.CharFilter(label=_("Pair"))
    verdict = choice(Verdict.choices, _("Verdict"))

    class Meta:
        model = PairVerdict
        fields = ("pair_key", "verdict")
