"""What waits for whom: proposals, opinions, objections, undo, ends, lines whose target is gone, own plans."""

import pytest
from django.urls import reverse

from governance.models import User
from governance.states import Role
from reviews.queries.act_tasks import to_confirm
from reviews.queries.tasks import tasks_for
from reviews.services import acts, endings
from tests import scenes
from tests.factories import MembershipFactory, city
from tests.reviews.pages import confirmed, planned, proposed, two
from tests.scenes import keep, merge, module

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return city()


@pytest.fixture
def pair(place):
    return two(place)


def waiting(user):
    """Verbs of the tasks of a person, as a new request sees them."""
    return [task.verb for task in tasks_for(User.objects.get(pk=user.pk))]


def test_a_proposal_waits_for_colleagues_and_never_for_its_authors(place, pair):
    act = proposed(place, pair)
    people = place.people
    assert waiting(people.li) == []
    for colleague in (people.wang, people.zhou, people.head):
        assert waiting(colleague) == ["Confirm a proposal"]
        assert to_confirm(colleague) == [act]
    for other in (people.intake, people.finance, people.auditor, people.catalog, people.health):
        assert "Confirm a proposal" not in waiting(other)


def test_a_proposal_does_not_wait_for_who_may_not_confirm_it(place, pair):
    proposed(place, pair)
    MembershipFactory(user=place.people.wang, department=place.police, role=Role.LEADER)
    pair.health.drafter = place.people.zhou
    pair.health.save()
    assert waiting(place.people.wang) == waiting(place.people.zhou) == []


def test_an_opinion_waits_with_its_term_until_it_is_given(place, pair):
    act = confirmed(place, pair)
    task = tasks_for(place.people.health)[0]
    assert (task.url, task.due_on) == (reverse("reviews:act", args=[act.pk]), act.opinions_due_on)
    assert task.days_left > 0
    assert waiting(place.people.transport) == []
    acts.agree(act, place.health, by=place.people.health)
    assert waiting(place.people.health) == []


def test_an_act_that_was_undone_asks_nobody_any_more(place, pair):
    act = confirmed(place, pair)
    acts.ask_undo(act, by=place.people.li)
    acts.undo(act, by=place.people.zhou)
    assert waiting(place.people.health) == []


def test_a_contested_act_waits_for_a_third_person(place, pair):
    act = confirmed(place, pair)
    acts.contest(act, place.health, by=place.people.health, text="业务特殊")
    assert waiting(place.people.li) == waiting(place.people.wang) == []
    task = tasks_for(place.people.zhou)[0]
    assert (task.verb, task.note, task.is_pressing) == ("Decide a contested act as a third person", "业务特殊", True)


def test_an_undo_waits_for_the_second_person(place, pair):
    act = confirmed(place, pair)
    acts.ask_undo(act, by=place.people.li)
    assert waiting(place.people.li) == []
    assert waiting(place.people.zhou) == ["Undo an act: a colleague asks for it"]


def test_an_end_waits_for_a_colleague(place, pair):
    endings.ask_end(pair.police, "deferred", by=place.people.li, reason="缓建")
    assert waiting(place.people.li) == []
    assert waiting(place.people.wang) == ["Decide whether an application ends: deferred"]
    assert waiting(place.people.police) == []


def test_lines_whose_target_is_gone_wait_until_they_are_decided_anew(place, pair):
    scenes.decide(place, keep(pair.b), merge(pair.a, pair.b, 60))
    endings.withdraw(pair.police, by=place.people.police, reason="撤回")
    task = next(task for task in tasks_for(place.people.li) if "target" in task.verb)
    assert task.verb == "Decide 1 line anew: its target is gone"
    assert task.url == f"{reverse('reviews:workbench', args=[place.round.pk])}?application={pair.health.pk}"
    scenes.decide(place, keep(pair.a))
    assert not any("target" in verb for verb in waiting(place.people.li))


def test_a_plan_waits_for_who_began_it_also_when_it_was_sent_back(place, pair):
    act = planned(place, pair)
    assert waiting(place.people.li) == ["Finish a plan"]
    acts.propose(act, by=place.people.li)
    acts.take_back(act, by=place.people.wang, reason="改")
    assert waiting(place.people.li) == ["Finish a plan"]


def test_another_city_waits_for_nothing_of_it(place, pair):
    confirmed(place, pair)
    other = city("han")
    for who in ("li", "head", "health", "auditor"):
        assert waiting(getattr(other.people, who)) == []


def test_home_shows_them(place, pair, client):
    act = proposed(place, pair)
    client.force_login(place.people.wang)
    page = client.get(reverse("home"), headers={"Accept-Language": "en"}).content.decode()
    assert reverse("reviews:act", args=[act.pk]) in page


def test_three_tasks_cost_as_much_as_one(place, pair, django_assert_max_num_queries):
    def queries():
        user = User.objects.get(pk=place.people.wang.pk)
        with django_assert_max_num_queries(50) as seen:
            found = tasks_for(user)
        return len(found), len(seen)

    proposed(place, pair)
    one = queries()
    for department in ("transport", "health"):
        act = scenes.plan("理由", [keep(module(scenes.application(place, department, 9)))], by=place.people.li)
        acts.propose(act, by=place.people.li)
    assert (one[0], queries()[0]) == (1, 3)
    assert queries()[1] == one[1]
