"""Two reviewers decide at once: exactly one decision, one set of side effects."""

import pytest
from django.db import IntegrityError

from common.models import AuditEvent
from projects.models import Application
from projects.states import ApplicationStatus
from reviews.models import Act, Disposition, EndRequest, Opinion
from reviews.queries.decisions import live_of
from reviews.services import acts, endings
from reviews.services.plan import plan
from reviews.states import ActStatus, DispositionState
from tests import scenes
from tests.factories import city
from tests.races.racing import assert_clean, one_wins, race
from tests.scenes import keep, merge, module

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place():
    return city()


@pytest.fixture
def two(place):
    """Two applications: health's module may go into the police's."""
    return scenes.application(place, "health", 100), scenes.application(place, "police", 200)


@pytest.fixture
def proposed(place, two):
    health, police = map(module, two)
    act = plan("同类功能统一建设", [keep(police), merge(health, police, 60, 5)], by=place.people.li)
    return acts.propose(act, by=place.people.li)


def test_of_two_who_confirm_one_does(place, proposed):
    wang, head = place.people.wang, place.people.head
    one_wins(
        lambda: acts.confirm(proposed, by=wang),
        lambda: acts.confirm(proposed, by=head),
        sentence="This is “confirmed” now and cannot become “confirmed”",
        action="act.confirmed",
    )
    act = Act.objects.get()
    assert (act.confirmed_by, act.order) == (wang, 1)
    assert Opinion.objects.count() == 2
    assert Disposition.objects.live().count() == 2


def test_confirming_twice_by_a_double_click_confirms_once(place, proposed):
    wang = place.people.wang
    one_wins(lambda: acts.confirm(proposed, by=wang), sentence="reload the page", action="act.confirmed")


def test_who_takes_a_proposal_back_while_it_is_confirmed_is_late(place, proposed):
    one_wins(
        lambda: acts.confirm(proposed, by=place.people.wang),
        lambda: acts.take_back(proposed, by=place.people.li),
        sentence="Only a proposal is taken back.",
        action="act.confirmed",
    )


def asked_to_end(place, application, to=ApplicationStatus.DEFERRED):
    return endings.ask_end(application, to, by=place.people.li, reason="先缓一年")


def test_confirming_into_an_application_that_ends_meanwhile_is_refused(place, two, proposed):
    request = asked_to_end(place, two[1])
    one_wins(
        lambda: endings.grant_end(request, by=place.people.zhou),
        lambda: acts.confirm(proposed, by=place.people.wang),
        sentence="is closed",
        action="application.deferred",
    )
    assert not Disposition.objects.live().exists()


def test_an_end_that_comes_while_its_application_becomes_a_target_reopens_the_line(place, two, proposed):
    request = asked_to_end(place, two[1])
    first, second = race(
        lambda: acts.confirm(proposed, by=place.people.wang), lambda: endings.grant_end(request, by=place.people.zhou)
    )
    assert first.won and second.won
    mine = Disposition.objects.get(line=module(two[0]))
    assert mine.state == DispositionState.REOPENED, "its target is gone"
    assert AuditEvent.objects.filter(action="line.reopened").count() == 1
    assert_clean()


def test_of_two_who_grant_an_end_one_does(place, two):
    request = asked_to_end(place, two[0], ApplicationStatus.REJECTED)
    one_wins(
        lambda: endings.grant_end(request, by=place.people.wang),
        lambda: endings.refuse_end(request, by=place.people.zhou),
        sentence="A colleague has closed this request already.",
        action="application.rejected",
    )
    assert EndRequest.objects.get().is_granted
    assert Application.objects.get(pk=two[0].pk).status == ApplicationStatus.REJECTED


def test_of_two_who_ask_for_an_end_one_does(place, two):
    one_wins(
        lambda: asked_to_end(place, two[0]),
        lambda: endings.ask_end(two[0], ApplicationStatus.REJECTED, by=place.people.wang, reason="不符合规划"),
        sentence="A colleague has asked for an end already",
        action="application.end_asked",
    )


def test_of_two_who_undo_one_does(place):
    act = scenes.decided(place).act
    acts.ask_undo(act, by=place.people.li)
    one_wins(
        lambda: acts.undo(act, by=place.people.wang),
        lambda: acts.undo(act, by=place.people.zhou),
        sentence="A colleague asks for the undo first.",
        action="act.undone",
    )
    assert Act.objects.get().status == ActStatus.UNDONE
    assert not Disposition.objects.live().exists()


def test_an_undo_restores_once_what_stood_before(place):
    scene = scenes.decided(place)
    health, police = module(scene.health_application), module(scene.police_application)
    later = scenes.decide(place, merge(health, police, 40))
    acts.ask_undo(later, by=place.people.li)
    one_wins(
        lambda: acts.undo(later, by=place.people.wang),
        lambda: acts.undo(later, by=place.people.head),
        sentence="A colleague asks for the undo first.",
        action="act.undone",
    )
    assert live_of([health.pk])[health.pk].act == scene.act


def leaning_on_a_decision(place):
    scene = scenes.decided(place)
    transport = scenes.application(place, "transport", 50)
    leaning = plan("并入", [merge(module(transport), module(scene.police_application), 30)], by=place.people.li)
    acts.propose(leaning, by=place.people.li)
    acts.ask_undo(scene.act, by=place.people.li)
    return scene.act, leaning


def test_nothing_is_confirmed_into_a_module_whose_act_is_undone_meanwhile(place):
    act, leaning = leaning_on_a_decision(place)
    one_wins(
        lambda: acts.undo(act, by=place.people.zhou),
        lambda: acts.confirm(leaning, by=place.people.wang),
        sentence="is not kept",
        action="act.undone",
    )


def test_an_act_is_not_undone_while_another_that_leans_on_it_is_confirmed(place):
    act, leaning = leaning_on_a_decision(place)
    before = AuditEvent.objects.filter(action="act.confirmed").count()
    first, second = race(
        lambda: acts.confirm(leaning, by=place.people.wang), lambda: acts.undo(act, by=place.people.zhou)
    )
    assert first.won
    assert "A later act depends on it" in str(second.refusal)
    assert AuditEvent.objects.filter(action="act.confirmed").count() == before + 1
    assert_clean()


def test_of_two_proposals_of_one_line_one_stands(place, two):
    line = module(two[0])
    mine = plan("保留", [keep(line)], by=place.people.li)
    yours = plan("核减", [keep(line, 80)], by=place.people.zhou)
    one_wins(
        lambda: acts.propose(mine, by=place.people.li),
        lambda: acts.propose(yours, by=place.people.zhou),
        sentence=f"stands in another proposal ({mine.number})",
        action="act.proposed",
    )
    assert list(Act.objects.filter(status=ActStatus.PROPOSED)) == [mine]


def test_plans_written_at_once_get_numbers_of_their_own(place, two):
    first, second = race(
        lambda: plan("一", [keep(module(two[0]))], by=place.people.li),
        lambda: plan("二", [keep(module(two[1]))], by=place.people.zhou),
    )
    assert first.won and second.won
    assert first.result.number != second.result.number


def contested(place):
    act = scenes.decided(place).act
    act.opinions.filter(department=place.police).update(state="awaiting")
    acts.contest(act, place.police, by=place.people.police, text="不同意")
    return act


def test_of_two_who_settle_an_objection_one_does(place):
    act = contested(place)
    one_wins(
        lambda: acts.settle(act, uphold=False, by=place.people.zhou, reason="采纳"),
        lambda: acts.settle(act, uphold=True, by=place.people.head, reason="维持"),
        sentence="The act is not contested.",
        action="act.settled",
    )
    assert Act.objects.get().status == ActStatus.UNDONE


def test_an_objection_and_the_clock_that_ends_the_time_for_it_agree_on_who_was_first(place):
    act = scenes.decided(place).act
    act.opinions.filter(department=place.police).update(state="awaiting")
    Act.objects.update(opinions_due_on=None)
    one_wins(
        lambda: acts.contest(act, place.police, by=place.people.police, text="不同意"),
        lambda: acts.close_opinions(act),
        sentence="There is no opinion to close.",
        action="opinion.objected",
    )


@pytest.mark.postgres
def test_without_its_locks_the_race_is_lost(place, proposed, monkeypatch):
    """The race is a real one: only the database's last line of defence is left then."""
    monkeypatch.setattr(acts, "lock_register", lambda *_: None)
    monkeypatch.setattr(type(Act.objects.all()), "locked", lambda self, pk: self.get(pk=pk))
    with pytest.raises(IntegrityError):
        race(lambda: acts.confirm(proposed, by=place.people.wang), lambda: acts.confirm(proposed, by=place.people.head))
