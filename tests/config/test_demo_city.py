"""The demonstration city: as much work as a city has, done by the right people at their times, and it adds up."""

from __future__ import annotations

import io

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from budgets.models import Budget
from budgets.states import BudgetStage
from catalog.models import Capability, DataResource, System, SystemFunction
from common.models import AuditEvent, OutboxMessage
from config import demo
from governance.models import Department, Jurisdiction, Membership, Round
from governance.services.policies import load_default_pack
from governance.states import Role, RoundStatus
from projects.models import Application, Attachment, Line
from projects.states import ApplicationStatus, LineKind
from reviews.models import Act, CapabilityRequest, Cluster, DeterminedApplication, EndRequest, Finding, Opinion
from reviews.states import ActStatus, OpinionState

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, tmp_path_factory):
    """Built once for all tests here, and rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        before, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("media")
        load_default_pack()
        demo.build()
        yield Jurisdiction.objects.get(parent=None)
        settings.MEDIA_ROOT = before
        transaction.set_rollback(True)


def running(city: Jurisdiction) -> Round:
    return Round.objects.get(jurisdiction=city, status=RoundStatus.OPEN)


def test_it_is_as_large_as_a_city(city):
    departments = Department.objects.filter(jurisdiction=city)
    staffed = Membership.objects.filter(role=Role.LEADER, department__in=departments).values("department").distinct()
    assert departments.count() >= 30 and staffed.count() == departments.count()
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role)
    assert Capability.objects.filter(jurisdiction=city).count() >= 35
    assert System.objects.count() >= 200 and SystemFunction.objects.count() >= 500
    assert DataResource.objects.filter(items__isnull=False).distinct().count() >= 40


def test_this_years_round_has_work_in_every_stage(city):
    rows = Application.objects.filter(round=running(city))
    assert rows.count() >= 120
    assert Line.objects.filter(application__in=rows, kind=LineKind.MODULE).count() >= 1_200
    ended = {ApplicationStatus.REJECTED, ApplicationStatus.DEFERRED, ApplicationStatus.WITHDRAWN}
    reached = set(rows.values_list("status", flat=True))
    assert reached == set(ApplicationStatus) - {ApplicationStatus.ESCALATED} and ended < reached
    assert DeterminedApplication.objects.filter(application__in=rows).count() >= 10
    assert EndRequest.objects.filter(closed_at=None).exists()
    assert Attachment.objects.count() >= 20 and Cluster.objects.filter(round=running(city)).count() >= 50


def test_acts_have_come_to_every_end(city):
    assert set(Act.objects.values_list("status", flat=True)) == set(ActStatus) - {ActStatus.DISCARDED}
    assert set(Opinion.objects.values_list("state", flat=True)) >= {OpinionState.AGREED, OpinionState.AWAITING}
    assert CapabilityRequest.objects.values("status").distinct().count() >= 2


def test_two_years_are_locked_and_replied(city):
    past = Round.objects.filter(jurisdiction=city, year__lt=running(city).year)
    assert [round.annual_list.versions.count() for round in past] == [1, 1]
    stages = set(Budget.objects.filter(year__in=past.values("year")).values_list("stage", flat=True))
    assert stages == {BudgetStage.REPLY}


def test_four_eyes_have_seen_every_act(city):
    assert not Act.objects.filter(confirmed_by=F("proposed_by")).exists()
    assert not Application.objects.filter(signed_off_by=F("drafter")).exists()
    assert Act.objects.values("proposed_by").distinct().count() >= 5


def test_the_trail_is_in_the_order_of_its_times_and_ends_before_now(city):
    built = AuditEvent.objects.exclude(action__startswith="policy").order_by("pk")
    times = list(built.values_list("at", flat=True))
    assert times == sorted(times) and times[-1] <= timezone.now()
    assert (times[-1] - times[0]).days > 700
    assert built.exclude(actor_code="system").values("actor_code").distinct().count() >= 100


def test_everything_was_compared_and_nothing_waits_for_the_workers(city):
    assert Finding.objects.filter(line__application__round=running(city)).exists()
    assert not OutboxMessage.objects.filter(sent_at=None).exists()


def test_every_fen_stands_in_one_place(city):
    out = io.StringIO()
    call_command("reconcile", stdout=out)
    assert "every fen stands in one place" in out.getvalue()
