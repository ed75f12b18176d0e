"""The screening of a round: chunks and leases, three pools, what is stored, and what stays."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import transaction
from django.utils import timezone

from catalog.states import SystemStatus
from common.errors import DomainError
from common.models import AuditEvent, OutboxMessage
from projects.models import Application, Line
from projects.states import ApplicationKind, ApplicationStatus, LineKind
from reviews.models import Cluster, Finding, Intake, Screening, ScreeningChunk, TextVector
from reviews.services import clusters, intake, verdicts
from reviews.services.screening import acceptance, corpora, jobs, records, steps
from reviews.services.screening.lease import LEASE, Lost, demand_held
from reviews.states import Band, JobState, Pool, ScreeningStep
from tests import scenes
from tests.factories import CapabilityFactory, LineFactory, RoundFactory, SystemFactory, SystemFunctionFactory, city
from tests.matching.conftest import Quick
from tests.reviews.screening import GRID, SEAL, SEAL_TOO, WATER, application, deliver, pairs, screened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick")]


@pytest.fixture
def place():
    return city()


def chunk_of(place, step=ScreeningStep.COMPARE):
    """A waiting chunk, with its screening brought to that step."""
    screening = jobs.start(place.round, by=place.people.li)
    while not screening.chunks.filter(step=step).exists():
        for key in screening.chunks.filter(state=JobState.WAITING).values_list("pk", flat=True):
            jobs.run_chunk(key)
    return screening.chunks.get(step=step)


def test_a_round_is_screened_and_its_modules_are_grouped(place):
    application(place, "health", SEAL, WATER)
    application(place, "police", SEAL_TOO, GRID)
    screening = screened(place)
    assert screening.state == JobState.DONE
    assert screening.finished_at
    assert set(screening.chunks.values_list("step", "state")) == {(step, "done") for step in ScreeningStep}
    found = Finding.objects.get(line__application__department=place.health, line__name=SEAL[0], pool=Pool.ROUND)
    assert (found.band, found.other_line.application.department) == (Band.LIKELY, place.police)
    assert found.evidence["aligned"]
    assert not Intake.objects.filter(screened_at=None).exists()
    (cluster,) = Cluster.objects.all()
    assert {member.line.description for member in cluster.members.all()} == {SEAL[1], SEAL_TOO[1]}
    assert list(AuditEvent.objects.filter(action__startswith="round.screen").values_list("action", flat=True)) == [
        "round.screened",
        "round.screening_asked",
    ]


def test_all_pools_are_searched(place):
    earlier = RoundFactory(jurisdiction=place.jurisdiction, year=2026, batch=1)
    application(place, "police", SEAL_TOO, round=earlier)
    SystemFunctionFactory(system=SystemFactory(owner=place.transport), name=SEAL[0], description=SEAL[1])
    CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered=SEAL[1])
    application(place, "health", SEAL)
    application(place, "transport", SEAL)
    screened(place)
    rows = Finding.objects.filter(line__application__department=place.health)
    assert set(rows.values_list("pool", flat=True)) == set(Pool.values)
    assert set(rows.values_list("band", flat=True)) == {Band.LIKELY}


def test_what_is_stopped_retired_ended_later_or_elsewhere_is_not_searched(place):
    elsewhere = city("there")
    later = RoundFactory(jurisdiction=place.jurisdiction, year=2028, batch=1)
    SystemFunctionFactory(
        system=SystemFactory(owner=place.police, status=SystemStatus.STOPPED), name=SEAL[0], description=SEAL[1]
    )
    SystemFunctionFactory(system=SystemFactory(owner=elsewhere.police), name=SEAL[0], description=SEAL[1])
    CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered=SEAL[1], status="retired")
    CapabilityFactory(jurisdiction=elsewhere.jurisdiction, name=SEAL[0], services_offered=SEAL[1])
    application(place, "police", SEAL, round=later)
    application(elsewhere, "police", SEAL)
    gone = application(place, "transport", SEAL)
    end = {"status": ApplicationStatus.REJECTED, "ended_at": timezone.now(), "ended_by": place.people.li}
    Application.objects.filter(pk=gone.pk).update(**end)
    application(place, "health", SEAL)
    screened(place)
    assert not Finding.objects.exists()


def test_modules_of_one_application_are_never_a_pair(place):
    application(place, "health", SEAL, SEAL_TOO)
    screened(place)
    assert not Finding.objects.exists()
    assert not Cluster.objects.exists()


def test_an_application_and_what_it_renews_are_no_pair_in_any_depth(place):
    rounds = [RoundFactory(jurisdiction=place.jurisdiction, year=year, batch=1) for year in (2025, 2026)]
    oldest = application(place, "health", SEAL, round=rounds[0])
    older = application(place, "health", SEAL, round=rounds[1], renews=oldest)
    newest = application(place, "health", SEAL, renews=older)
    other = application(place, "police", SEAL)
    screened(place)
    assert pairs() == {(newest.number, other.number)} | {(other.number, one.number) for one in (newest, older, oldest)}


def test_what_builds_a_capability_does_not_duplicate_it(place):
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered=SEAL[1])
    builder = application(place, "transport", SEAL)
    Line.objects.filter(application=builder).update(builds=capability)
    other = application(place, "health", SEAL)
    screened(place)
    found = Finding.objects.filter(capability=capability)
    assert [one.line.application for one in found] == [other]


def test_an_application_for_operation_is_compared_by_the_system_that_it_names(place):
    system = SystemFactory(owner=place.health, name=SEAL[0], description=SEAL[1])
    SystemFunctionFactory(system=system, name=SEAL[0], description=SEAL[1])
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, name=SEAL[0], services_offered=SEAL[1])
    made = application(place, "health", kind=ApplicationKind.OPERATION, system=system)
    LineFactory(application=made, sequence=1, kind=LineKind.OPERATION, name="运维")
    LineFactory(application=made, sequence=2, kind=LineKind.CLOUD, name="云资源")
    screened(place)
    (found,) = Finding.objects.all()
    assert (found.line.sequence, found.capability) == (1, capability)


def test_the_catalog_of_the_place_above_counts_too(place):
    province = city("province")
    place.jurisdiction.parent = province.jurisdiction
    place.jurisdiction.save()
    CapabilityFactory(jurisdiction=province.jurisdiction, name=SEAL[0], services_offered=SEAL[1])
    application(place, "health", SEAL)
    screened(place)
    assert Finding.objects.get().pool == Pool.CATALOG


def test_generic_functions_are_counted_and_not_compared(place):
    made = application(place, "health", ("用户管理", "用户管理、权限管理、日志管理。"), SEAL)
    application(place, "police", ("用户管理", "用户管理、权限管理、日志管理。"))
    screening = screened(place)
    assert not Finding.objects.filter(line__name="用户管理").exists()
    generic = {pk for row in screening.chunks.values_list("generic", flat=True) for pk in row}
    assert made.lines.get(sequence=1).pk in generic
    assert made.lines.get(sequence=2).pk not in generic


def test_a_verdict_survives_a_new_screening(place):
    application(place, "health", SEAL)
    application(place, "police", SEAL)
    screened(place)
    before = Finding.objects.filter(line__application__department=place.health).get()
    verdicts.judge(before, "different", by=place.people.li)
    assert not Finding.objects.unjudged().exists()
    screened(place)
    after = Finding.objects.filter(line__application__department=place.health).get()
    assert after.pk != before.pk
    assert not Finding.objects.unjudged().exists()


def test_no_text_is_read_twice(place):
    application(place, "health", SEAL, WATER)
    screened(place)
    known = set(TextVector.objects.values_list("pk", flat=True))
    with patch.object(Quick, "encode", side_effect=AssertionError("read again")):
        corpora.forget()
        screened(place)
    assert set(TextVector.objects.values_list("pk", flat=True)) == known
    assert not Finding.objects.filter(band=Band.DOUBTFUL).exists()


def test_only_who_judges_starts_and_only_once(place):
    with pytest.raises(DomainError, match="no application"):
        jobs.start(place.round, by=place.people.li)
    application(place, "health", SEAL)
    for who in ("health", "intake", "finance", "auditor"):
        with pytest.raises(DomainError, match="reviewer or head"):
            jobs.start(place.round, by=getattr(place.people, who))
    jobs.start(place.round, by=place.people.head)
    with pytest.raises(DomainError, match="already"):
        jobs.start(place.round, by=place.people.li)


def test_a_chunk_is_claimed_by_one_worker(place):
    application(place, "health", SEAL)
    chunk = chunk_of(place)
    assert jobs.claim(chunk.pk).attempts == 1
    assert jobs.claim(chunk.pk) is None
    with patch.dict(steps.STEPS, {ScreeningStep.COMPARE: lambda chunk: pytest.fail("a second worker")}):
        jobs.run_chunk(chunk.pk)


def test_a_chunk_whose_worker_died_is_handed_out_again_by_the_clock(place):
    application(place, "health", SEAL)
    application(place, "police", SEAL)
    chunk = chunk_of(place)
    jobs.claim(chunk.pk)  # and the worker is killed
    OutboxMessage.objects.all().delete()
    assert jobs.resume() == 0, "its lease still runs"
    ScreeningChunk.objects.filter(pk=chunk.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert jobs.resume() == 1
    deliver()
    assert Screening.objects.get().state == JobState.DONE
    assert len(pairs()) == 2


def test_a_chunk_whose_message_was_lost_is_handed_out_again(place):
    application(place, "health", SEAL)
    jobs.start(place.round, by=place.people.li)
    OutboxMessage.objects.all().delete()
    assert jobs.resume() == 1
    deliver()
    assert Screening.objects.get().state == JobState.DONE


def test_the_next_step_follows_though_the_worker_died_before_it_asked_for_it(place):
    application(place, "health", SEAL)
    screening = jobs.start(place.round, by=place.people.li)
    screening.chunks.update(state=JobState.DONE)
    OutboxMessage.objects.all().delete()
    jobs.resume()
    deliver()
    assert Screening.objects.get().state == JobState.DONE


def test_who_lost_a_chunk_writes_nothing_more(place):
    made = application(place, "health", SEAL)
    application(place, "police", SEAL)
    chunk = chunk_of(place)
    first = jobs.claim(chunk.pk)
    ScreeningChunk.objects.filter(pk=chunk.pk).update(leased_until=timezone.now() - LEASE)
    second = jobs.claim(chunk.pk)
    assert (first.attempts, second.attempts) == (1, 2)
    with pytest.raises(Lost):
        demand_held(first)
    with pytest.raises(Lost):
        steps.compare(first)
    assert not Finding.objects.filter(line__application=made).exists()
    steps.compare(second)
    assert Finding.objects.filter(line__application=made).exists()


def test_a_module_that_changed_meanwhile_is_doubtful(place):
    made = application(place, "health", SEAL, WATER)
    application(place, "police", SEAL)
    chunk = chunk_of(place)
    corpora.of_screening(Screening.objects.select_related("round").get())
    made.lines.filter(sequence=1).update(description="另一件事")
    LineFactory(application=made, sequence=3, name=GRID[0], description=GRID[1])
    jobs.run_chunk(chunk.pk)
    rows = Finding.objects.filter(line__application=made).order_by("line__sequence")
    assert [(one.line.sequence, one.band, one.evidence["reasons"]) for one in rows] == [
        (1, "doubtful", ["changed"]),
        (3, "doubtful", ["changed"]),
    ]


def test_what_was_taken_away_meanwhile_is_not_pointed_at(place):
    application(place, "health", SEAL)
    other = application(place, "police", SEAL)
    chunk = chunk_of(place)
    corpora.of_screening(Screening.objects.select_related("round").get())
    other.lines.all().delete()
    jobs.run_chunk(chunk.pk)
    assert ScreeningChunk.objects.get(pk=chunk.pk).state == JobState.DONE
    assert not Finding.objects.exists()


def test_a_large_round_is_cut_and_every_text_is_in_one_share(place, monkeypatch):
    monkeypatch.setattr(jobs, "SIZE", 2)
    for _ in range(5):
        application(place, "health", SEAL)
    for number in range(7):
        CapabilityFactory(jurisdiction=place.jurisdiction, name=f"{WATER[0]}{number}", services_offered=WATER[1])
    screening = screened(place)
    assert screening.chunks.filter(step=ScreeningStep.READ).count() == 3
    shares = [[one.id for one in records.beside(place.round, (share, 3))] for share in range(3)]
    assert sorted(sum(shares, [])) == sorted(one.id for one in records.beside(place.round))
    assert screening.state == JobState.DONE


# -- single applications


def screen(made: Application) -> int:
    return acceptance.screen_application(Application.objects.select_related("round").get(pk=made.pk))


def test_an_application_is_screened_when_it_comes_in_and_found_from_both_sides(place):
    first = application(place, "health", SEAL)
    assert screen(first) == 1
    assert screen(first) == 0, "once is enough"
    second = application(place, "police", SEAL)
    screen(second)
    assert pairs() == {(first.number, second.number), (second.number, first.number)}
    mine, theirs = (Finding.objects.get(line__application=one) for one in (second, first))
    assert mine.pair_key == theirs.pair_key
    assert [pair["a"] for pair in mine.evidence["aligned"]] == [pair["b"] for pair in theirs.evidence["aligned"]]
    assert Cluster.objects.get().members.count() == 2


def test_applications_that_came_in_together_are_screened_together(place):
    made = [application(place, "health", SEAL), application(place, "police", SEAL)]
    assert screen(made[0]) == 2
    assert screen(made[1]) == 0


def test_an_answered_correction_is_screened_anew(place):
    made = application(place, "health", SEAL)
    screen(made)
    Intake.objects.update(accepted_at=None, accepted_by=None)
    Application.objects.filter(pk=made.pk).update(status=ApplicationStatus.SUBMITTED)
    intake.ask_correction(made, items=[("模块", "写清楚")], by=place.people.intake)
    with patch("reviews.services.intake.demand_complete"):
        intake.answer_correction(made, answer="改了", by=place.people.health)
    assert Intake.objects.get().screened_at is None
    deliver()
    assert Intake.objects.get().screened_at


# -- clusters


def test_a_cluster_keeps_its_address_and_people_keep_theirs(place):
    a, b = application(place, "health", SEAL, WATER), application(place, "police", SEAL, WATER)
    screened(place)
    seal = Cluster.objects.get(name=SEAL[0])
    water = Cluster.objects.get(name=WATER[0])
    clusters.rename(water, "水环境", by=place.people.li)
    application(place, "transport", SEAL, WATER)
    screened(place)
    assert Cluster.objects.get(pk=seal.pk).members.count() == 3
    assert Cluster.objects.get(pk=water.pk).name == "水环境"
    assert Cluster.objects.get(pk=water.pk).members.count() == 2
    assert {a.pk, b.pk} == set(water.members.values_list("line__application", flat=True))


def test_a_cluster_that_was_decided_on_stays_as_it_is(place):
    a, b = application(place, "health", SEAL), application(place, "police", SEAL)
    screened(place)
    finding = Finding.objects.filter(line__application=a).get()
    verdicts.judge(finding, "duplicate", by=place.people.li)
    one, other = a.lines.get(), b.lines.get()
    scenes.decide(place, scenes.keep(one), scenes.merge(other, one, 0))
    cluster = Cluster.objects.get()
    application(place, "transport", SEAL)
    screened(place)
    assert set(Cluster.objects.get(pk=cluster.pk).members.values_list("line", flat=True)) == {one.pk, other.pk}


def test_the_work_is_asked_for_in_the_transaction_of_the_click(place):
    application(place, "health", SEAL)
    with transaction.atomic():
        jobs.start(place.round, by=place.people.li)
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()
    assert not Screening.objects.exists()
