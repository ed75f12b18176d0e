"""Submission, completeness check, correction, acceptance, and the clock over all of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone, translation

from common.errors import DomainError, Stale
from common.models import AuditEvent, OutboxMessage
from common.transitions import MoveError
from governance.models import PolicyParameter
from governance.states import Role
from projects.models import Application, Project
from projects.services import drafts, lines
from projects.services.submission import ask_sign_off
from projects.states import ApplicationStatus
from reviews.models import AnnualList, Intake, ListVersion
from reviews.queries.clock import clock, clocks
from reviews.services import intake
from tests.factories import ApplicationFactory, MembershipFactory, complete_draft, open_city, person

A = ApplicationStatus
POINTS = [("等保", "缺等级保护定级依据")]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def town(db):
    return open_city()


@pytest.fixture
def signed(town):
    return ask_sign_off(complete_draft(town), by=town.people.health)


@pytest.fixture
def submitted(signed, town):
    return intake.submit(signed, by=town.people.health_leader)


@pytest.fixture
def corrected(submitted, town):
    return intake.ask_correction(submitted, items=POINTS, by=town.people.intake)


def fresh(application):
    return Application.objects.get(pk=application.pk)


def last():
    return AuditEvent.objects.first()


class TestSubmit:
    def test_the_leader_signs_and_the_review_opens(self, signed, town):
        done = intake.submit(signed, by=town.people.health_leader, version=signed.version)
        assert (done.status, done.signed_off_by) == (A.SUBMITTED, town.people.health_leader)
        assert done.submitted_at == done.signed_off_at
        assert Intake.objects.get(application=done).accepted_at is None
        assert last().action == "application.submitted"
        assert OutboxMessage.objects.get().payload == {"application_id": done.pk}

    @pytest.mark.parametrize("who", ["health", "police_leader", "intake", "head"])
    def test_nobody_else_signs(self, signed, town, who):
        with pytest.raises(DomainError, match="Only the department's leader signs off"):
            intake.submit(signed, by=getattr(town.people, who))

    def test_a_draft_is_not_signed(self, town):
        with pytest.raises(MoveError):
            intake.submit(complete_draft(town), by=town.people.health_leader)

    def test_a_correction_is_not_signed_again(self, corrected, submitted, town):
        with pytest.raises(DomainError, match="The clerk answers a correction"):
            intake.submit(submitted, by=town.people.health_leader)

    def test_what_became_incomplete_is_refused(self, signed, town):
        signed.bases.all().delete()
        with pytest.raises(DomainError, match="Name at least one document"):
            intake.submit(signed, by=town.people.health_leader)
        assert not Intake.objects.exists()

    def test_the_version_that_was_seen(self, signed, town):
        with pytest.raises(Stale):
            intake.submit(signed, by=town.people.health_leader, version=1)

    @pytest.mark.parametrize(
        "change",
        [
            {"status": "closed"},
            {"status": "planned"},
            {"opens_on": timezone.localdate() + timedelta(days=1)},
            {"opens_on": date(2020, 1, 1), "closes_on": timezone.localdate() - timedelta(days=1)},
        ],
    )
    def test_only_within_the_days_of_an_open_round(self, signed, town, change):
        type(town.round).objects.filter(pk=town.round.pk).update(**change)
        with pytest.raises(DomainError, match="does not take applications today"):
            intake.submit(signed, by=town.people.health_leader)
        assert fresh(signed).status == A.SIGN_OFF

    def test_the_last_day_counts(self, signed, town):
        type(town.round).objects.filter(pk=town.round.pk).update(closes_on=timezone.localdate())
        assert intake.submit(signed, by=town.people.health_leader).status == A.SUBMITTED

    def test_the_authority_applies_until_its_list_is_locked(self, town):
        application = complete_draft(town, town.people.bureau_clerk)
        type(town.round).objects.filter(pk=town.round.pk).update(status="closed")
        ask_sign_off(fresh(application), by=town.people.bureau_clerk)
        annual_list = AnnualList.objects.create(round=town.round)
        version = ListVersion.objects.create(annual_list=annual_list, number=1, by=town.people.head)
        with pytest.raises(DomainError, match="The list of this round is locked"):
            intake.submit(application, by=town.people.bureau_leader)
        version.delete()
        assert intake.submit(application, by=town.people.bureau_leader).status == A.SUBMITTED

    def test_a_renewal_renews_what_stands_on_a_locked_list(self, signed, town):
        old = ApplicationFactory(round=town.round, department=town.health, status=A.CONSOLIDATION)
        Project.objects.create(code="XM1", name="旧", jurisdiction=town.jurisdiction, lead=town.health, application=old)
        Application.objects.filter(pk=signed.pk).update(renews=old)
        with pytest.raises(DomainError, match="stands on no locked list"):
            intake.submit(signed, by=town.people.health_leader)


class TestCorrection:
    def test_the_intake_officer_says_what_is_missing_until_when(self, submitted, town):
        day = timezone.localdate() + timedelta(days=9)
        request = intake.ask_correction(submitted, items=POINTS, message="请补正", due_on=day, by=town.people.intake)
        assert fresh(submitted).status == A.CORRECTION
        assert [(point.item, point.problem) for point in request.items.all()] == POINTS
        assert (request.due_on, request.asked_by) == (day, town.people.intake)
        assert last().details["points"] == 1

    @time_machine.travel("2026-11-23 10:00 +08:00")
    def test_without_a_day_the_policy_says(self, town):
        application = intake.submit(
            ask_sign_off(complete_draft(town), by=town.people.health), by=town.people.health_leader
        )
        request = intake.ask_correction(application, items=POINTS, by=town.people.intake)
        assert request.due_on == date(2026, 11, 30)

    @pytest.mark.parametrize("who", ["health", "li", "head", "finance"])
    def test_only_the_intake_officer_asks(self, submitted, town, who):
        with pytest.raises(DomainError, match="Only an intake officer of the authority"):
            intake.ask_correction(submitted, items=POINTS, by=getattr(town.people, who))

    @pytest.mark.parametrize("items", [[], [("等保", " ")], [("", "缺")]])
    def test_each_point_has_its_problem(self, submitted, town, items):
        with pytest.raises(DomainError, match="Name each point and its problem"):
            intake.ask_correction(submitted, items=items, by=town.people.intake)

    def test_the_department_needs_time(self, submitted, town):
        with pytest.raises(DomainError, match="choose a later day"):
            intake.ask_correction(submitted, items=POINTS, due_on=timezone.localdate(), by=town.people.intake)

    def test_nothing_is_asked_twice(self, corrected, submitted, town):
        with pytest.raises(MoveError):
            intake.ask_correction(submitted, items=POINTS, by=town.people.intake)

    def test_the_clerk_mends_and_answers(self, corrected, submitted, town):
        lines.update_line(submitted.lines.get(), {"declared": Decimal(7)}, by=town.people.health)
        request = intake.answer_correction(submitted, answer="已补", by=town.people.health)
        assert fresh(submitted).status == A.SUBMITTED
        assert (request.answer, request.answered_by) == ("已补", town.people.health)
        assert last().details["answer"] == "已补"
        again = intake.ask_correction(submitted, items=POINTS, by=town.people.intake)
        assert again != request

    def test_an_answer_says_what_was_changed(self, corrected, submitted, town):
        with pytest.raises(DomainError, match="Say what was changed"):
            intake.answer_correction(submitted, answer=" ", by=town.people.health)
        with pytest.raises(DomainError, match="Only a clerk of the department answers"):
            intake.answer_correction(submitted, answer="x", by=town.people.health_leader)

    def test_an_answer_is_complete(self, corrected, submitted, town):
        drafts.update_header(submitted, {"office": ""}, by=town.people.health)
        with pytest.raises(DomainError, match="Fill in “office”"):
            intake.answer_correction(submitted, answer="x", by=town.people.health)

    def test_without_a_question_there_is_no_answer(self, signed, town):
        with pytest.raises(DomainError, match="No correction is asked for"):
            intake.answer_correction(signed, answer="x", by=town.people.health)


class TestAccept:
    def test_a_complete_application_goes_to_consolidation_and_to_a_reviewer(self, submitted, town):
        done = intake.accept(submitted, reviewer=town.people.li, by=town.people.intake)
        record = Intake.objects.get(application=done)
        assert (done.status, record.assigned_to, record.accepted_by) == (
            A.CONSOLIDATION,
            town.people.li,
            town.people.intake,
        )
        assert last().action == "application.accepted"

    def test_a_reviewer_may_be_named_later(self, submitted, town):
        intake.accept(submitted, by=town.people.intake)
        intake.assign(submitted, town.people.wang, by=town.people.head)
        assert Intake.objects.get().assigned_to == town.people.wang
        assert last().details == {"before": "", "after": str(town.people.wang)}

    @pytest.mark.parametrize("who", ["health", "li", "head"])
    def test_only_the_intake_officer_accepts(self, submitted, town, who):
        with pytest.raises(DomainError, match="Only an intake officer of the authority"):
            intake.accept(submitted, by=getattr(town.people, who))

    def test_the_reviewer_reviews_for_this_authority(self, submitted, town):
        for stranger in (town.people.finance, open_city("other").people.li):
            with pytest.raises(DomainError, match="is no reviewer of the authority"):
                intake.accept(submitted, reviewer=stranger, by=town.people.intake)

    def test_the_reviewer_holds_no_role_where_the_application_is_from(self, submitted, town):
        torn = person(town.bureau, Role.REVIEWER)
        MembershipFactory(user=torn, department=town.health)
        with pytest.raises(DomainError, match="holds a role in the department that applies"):
            intake.accept(submitted, reviewer=torn, by=town.people.intake)

    def test_what_is_in_correction_is_not_accepted(self, corrected, submitted, town):
        with pytest.raises(MoveError):
            intake.accept(submitted, by=town.people.intake)

    def test_before_acceptance_nobody_is_assigned(self, submitted, town):
        with pytest.raises(DomainError, match="accept it first"):
            intake.assign(submitted, town.people.li, by=town.people.intake)
        with pytest.raises(DomainError, match="Only the authority's"):
            intake.assign(submitted, town.people.li, by=town.people.health)


def test_every_verb_asks_for_the_version(submitted, town):
    people = town.people
    for verb in (
        lambda: intake.ask_correction(submitted, items=POINTS, by=people.intake, version=1),
        lambda: intake.accept(submitted, by=people.intake, version=1),
        lambda: intake.assign(submitted, people.li, by=people.intake, version=1),
        lambda: intake.answer_correction(submitted, answer="x", by=people.health, version=1),
    ):
        with pytest.raises(Stale):
            verb()


class TestClock:
    """Monday 2026-11-23 is day nought; no holidays around it."""

    def at(self, moment):
        return time_machine.travel(f"2026-{moment} 10:00 +08:00")

    def submit(self, town, **header):
        application = complete_draft(town, **header)
        return intake.submit(ask_sign_off(application, by=town.people.health), by=town.people.health_leader)

    def test_a_draft_has_no_clock_yet(self, town):
        assert clock(complete_draft(town)).state == "idle"

    def test_working_days_are_counted_from_the_day_after(self, town):
        with self.at("11-23"):
            application = self.submit(town)
            now = clock(application)
            assert (now.state, now.used, now.left, now.due_on) == ("running", 0, 20, date(2026, 12, 21))
        with self.at("11-30"):
            assert clock(application).used == 5, "the weekend between does not count"
        with self.at("12-23"):
            assert (clock(application).left, clock(application).is_over) == (-2, True)

    def test_the_urgent_lane_is_shorter(self, town):
        with self.at("11-23"):
            assert clock(self.submit(town, is_urgent=True, urgency_reason="汛期")).limit == 10

    def test_the_citys_own_policy_counts(self, town):
        PolicyParameter.objects.create(
            jurisdiction=town.jurisdiction,
            key="review_days",
            value=15,
            source_document="x",
            valid_from=date(2020, 1, 1),
        )
        assert clock(complete_draft(town)).limit == 15

    def test_time_in_correction_stops_it(self, town):
        with self.at("11-23"):
            application = self.submit(town)
        with self.at("11-25"):
            intake.ask_correction(application, items=POINTS, by=town.people.intake)
        with self.at("11-27"):
            now = clock(fresh(application))
            assert (now.state, now.used, now.paused, now.due_on) == ("paused", 2, 2, None)
            intake.answer_correction(application, answer="x", by=town.people.health)
        with self.at("12-01"):
            now = clock(fresh(application))
            assert (now.state, now.used, now.paused) == ("running", 4, 2)

    def test_an_end_stops_it_for_good(self, town):
        with self.at("11-23"):
            application = self.submit(town)
        with self.at("11-25"):
            by = {"ended_at": timezone.now(), "ended_by": town.people.head}
            Application.objects.filter(pk=application.pk).update(status=A.REJECTED, **by)
        with self.at("12-25"):
            assert (clock(fresh(application)).state, clock(fresh(application)).used) == ("done", 2)

    @pytest.mark.parametrize("count", [1, 3])
    def test_many_clocks_take_the_queries_of_one(self, town, count, django_assert_num_queries):
        made = [self.submit(town) for _ in range(count)]
        rows = list(Application.objects.filter(pk__in=[a.pk for a in made]).select_related("round"))
        with django_assert_num_queries(3):
            clocks(rows)
