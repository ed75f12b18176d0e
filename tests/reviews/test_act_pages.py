"""Acts on their pages: every verb, its refusal in words, four eyes, and who sees what."""

import pytest
from django.urls import reverse

from governance.models import User
from governance.states import Role
from reviews.models import Act, Opinion
from reviews.services import acts
from reviews.services.plan import plan
from reviews.states import ActStatus, OpinionState
from tests import scenes
from tests.factories import MembershipFactory, city
from tests.reviews.pages import browser, confirmed, look, planned, press, proposed, said, text, two
from tests.scenes import keep, module

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return city()


@pytest.fixture
def pair(place):
    return two(place)


def fresh(act):
    return Act.objects.get(pk=act.pk)


def test_a_plan_is_proposed_confirmed_and_undone_by_three_people(place, pair):
    people, act = place.people, planned(place, pair)
    assert "A colleague who did not write it" in said(press(people.li, "act-propose", act.pk, version=act.version))
    assert fresh(act).status == ActStatus.PROPOSED
    assert "is confirmed" in said(press(people.wang, "act-confirm", act.pk, version=fresh(act).version))
    assert fresh(act).confirmed_by == people.wang
    assert Opinion.objects.awaiting().count() == 2
    assert "a colleague carries it out" in said(press(people.li, "act-ask-undo", act.pk, version=fresh(act).version))
    assert "is undone" in said(press(people.head, "act-undo", act.pk, version=fresh(act).version))
    assert fresh(act).status == ActStatus.UNDONE


def test_nobody_confirms_what_they_wrote(place, pair):
    act = proposed(place, pair)
    page = text(look(place.people.li, "act", act.pk))
    assert "Nobody confirms an act that they proposed or edited" in page
    assert "Nobody confirms an act" in said(press(place.people.li, "act-confirm", act.pk))
    assert fresh(act).status == ActStatus.PROPOSED


def test_nobody_confirms_where_they_hold_a_role(place, pair):
    act = proposed(place, pair)
    MembershipFactory(user=place.people.wang, department=place.police, role=Role.CLERK)
    wang = User.objects.get(pk=place.people.wang.pk)
    assert "You hold a role in a department" in text(look(wang, "act", act.pk))
    assert "You hold a role in a department" in said(press(wang, "act-confirm", act.pk))


def test_a_proposal_is_sent_back_with_a_reason_and_without_one_it_stays(place, pair):
    act = proposed(place, pair)
    assert "Say what has to be changed." in said(press(place.people.wang, "act-take-back", act.pk))
    press(place.people.wang, "act-take-back", act.pk, reason="转移金额偏高", version=act.version)
    assert fresh(act).status == ActStatus.PLANNED
    assert "转移金额偏高" in text(look(place.people.li, "act-history", act.pk))
    assert "Only a proposal is taken back." in said(press(place.people.wang, "act-take-back", act.pk, reason="再来"))


def test_the_lines_that_are_not_agreed_to_are_named(place, pair):
    act = proposed(place, pair)
    press(place.people.wang, "act-take-back", act.pk, reason="金额偏高", lines=[pair.a.pk], version=act.version)
    told = text(look(place.people.li, "act-history", act.pk))
    assert f"Not agreed: {pair.a}" in told and str(pair.b) not in told
    assert "金额偏高" in told


def test_a_department_reads_no_history_of_an_act(place, pair):
    act = proposed(place, pair)
    acts.confirm(act, by=place.people.wang)
    assert look(place.people.health, "act-history", act.pk).status_code == 403
    assert look(place.people.transport, "act-history", act.pk).status_code == 404


def test_the_next_proposal_follows_until_none_is_left(place, pair):
    act = proposed(place, pair)
    other = acts.propose(
        plan("理由", [keep(module(scenes.application(place, "transport", 9)))], by=place.people.li), by=place.people.li
    )
    wang = place.people.wang
    assert look(wang, "act-next", after=act.pk)["Location"] == reverse("reviews:act", args=[other.pk])
    assert look(wang, "act-next", after=other.pk)["Location"] == reverse("reviews:act", args=[act.pk])
    acts.confirm(other, by=wang)
    assert look(wang, "act-next", after=act.pk)["Location"] == reverse("reviews:acts")


def test_whoever_sent_it_back_has_edited_it_and_never_confirms_it(place, pair):
    act = proposed(place, pair)
    press(place.people.wang, "act-take-back", act.pk, reason="改")
    press(place.people.li, "act-propose", act.pk)
    assert "Nobody confirms an act" in said(press(place.people.wang, "act-confirm", act.pk))


def test_an_old_page_changes_nothing(place, pair):
    act = proposed(place, pair)
    answer = press(place.people.wang, "act-confirm", act.pk, version=act.version - 1)
    assert "Somebody changed this record meanwhile" in said(answer)
    assert fresh(act).status == ActStatus.PROPOSED


def test_the_undo_needs_two_persons_and_names_what_depends_on_it(place, pair):
    act = confirmed(place, pair)
    assert "A colleague asks for the undo first." in said(press(place.people.head, "act-undo", act.pk))
    press(place.people.li, "act-ask-undo", act.pk)
    assert "Undoing needs two persons" in said(press(place.people.li, "act-undo", act.pk))
    assert "Undoing needs two persons" in text(look(place.people.li, "act", act.pk))
    more = scenes.application(place, "transport", 50)
    act.opinions.update(state=OpinionState.SILENT)
    later = scenes.decide(place, scenes.merge(module(more), pair.b, 10))
    assert later.number in text(look(place.people.head, "act", act.pk))
    assert later.number in said(press(place.people.head, "act-undo", act.pk))


def test_a_contested_act_is_settled_by_a_third_person(place, pair):
    people, act = place.people, confirmed(place, pair)
    press(people.health, "contest", act.pk, text="我单位业务特殊")
    assert fresh(act).status == ActStatus.CONTESTED
    for known in (people.li, people.wang):
        assert "A third person decides" in said(press(known, "act-settle", act.pk, uphold="yes", reason="维持"))
    assert "Say why" in said(press(people.zhou, "act-settle", act.pk, uphold="yes"))
    assert "The act stands." in said(press(people.zhou, "act-settle", act.pk, uphold="yes", reason="接口已有安排"))
    assert fresh(act).status == ActStatus.CONFIRMED


def test_a_followed_objection_undoes_the_act(place, pair):
    act = confirmed(place, pair)
    press(place.people.police, "contest", act.pk, text="承建能力不足")
    assert "is undone" in said(press(place.people.zhou, "act-settle", act.pk, uphold="no", reason="采纳"))
    assert fresh(act).status == ActStatus.UNDONE


def test_a_plan_is_discarded_and_a_proposal_is_not(place, pair):
    act = planned(place, pair)
    assert "is discarded" in said(press(place.people.li, "act-discard", act.pk))
    other = proposed(place, pair)
    assert "cannot become" in said(press(place.people.li, "act-discard", other.pk))
    assert [fresh(act).status, fresh(other).status] == [ActStatus.DISCARDED, ActStatus.PROPOSED]


@pytest.mark.parametrize("who", ["auditor", "finance"])
@pytest.mark.parametrize("verb", ["propose", "take-back", "confirm", "ask-undo", "undo", "settle", "discard"])
def test_who_only_reads_decides_nothing(place, pair, who, verb):
    act = planned(place, pair)
    reader = getattr(place.people, who)
    assert press(reader, f"act-{verb}", act.pk).status_code == 403
    page = text(look(reader, "act", act.pk))
    assert "视频汇聚" in page
    assert reverse("reviews:act-propose", args=[act.pk]) not in page


@pytest.mark.parametrize("who", ["intake", "catalog", "health", "transport"])
def test_an_act_in_preparation_is_out_of_sight(place, pair, who):
    act = proposed(place, pair)
    person = getattr(place.people, who)
    assert look(person, "act", act.pk).status_code == 404
    assert press(person, "act-confirm", act.pk).status_code == 404


def test_another_city_sees_nothing_of_it(place, pair):
    other, act = city("han"), confirmed(place, pair)
    for who in ("li", "head", "auditor", "finance", "health"):
        assert look(getattr(other.people, who), "act", act.pk).status_code == 404
    assert act.number not in text(look(other.people.li, "acts"))


def test_the_page_shows_money_before_and_after_that_adds_up(place, pair):
    act = proposed(place, pair)
    page = text(look(place.people.wang, "act", act.pk))
    assert "declared = own + transferred + saved" in page
    for amount in ("0.0005", "0.006", "0.0035", "0.026", "0.02"):  # 5, 60, 35 of 100; 200 becomes 260 in 万元
        assert amount in page


def test_before_and_after_stay_true_once_the_act_stands(place, pair):
    act = proposed(place, pair)
    before = look(place.people.wang, "act", act.pk).context["view"].effect
    acts.confirm(act, by=place.people.wang)
    after = look(place.people.wang, "act", act.pk).context["view"].effect
    assert [tuple(row) for row in after.projects] == [tuple(row) for row in before.projects]
    assert [tuple(row) for row in after.departments] == [tuple(row) for row in before.departments]


def test_what_waits_for_me_never_holds_my_own(place, pair):
    people, act = place.people, proposed(place, pair)
    waiting = {who: text(look(getattr(people, who), "acts", waiting="true")) for who in ("li", "wang", "head")}
    assert act.number not in waiting["li"]
    assert act.number in waiting["wang"]
    assert act.number in waiting["head"]
    assert act.number in text(look(people.li, "acts", status="proposed"))
    assert act.number not in text(look(people.li, "acts", status="confirmed"))


def test_the_list_is_found_by_words_round_and_department(place, pair):
    act = proposed(place, pair)
    for query in ({"q": "视频"}, {"q": act.number}, {"round": place.round.pk}, {"department": place.health.pk}):
        assert act.number in text(look(place.people.li, "acts", **query))
    assert act.number not in text(look(place.people.li, "acts", q="不存在"))
    assert act.number not in text(look(place.people.li, "acts", department=place.transport.pk))


@pytest.mark.parametrize("who", ["intake", "catalog"])
def test_roles_that_read_no_acts_have_no_list(place, who):
    assert look(getattr(place.people, who), "acts").status_code == 403


def test_a_list_of_three_asks_as_often_as_a_list_of_one(place, pair, django_assert_max_num_queries):
    client = browser(place.people.wang)

    def queries():
        with django_assert_max_num_queries(12) as seen:
            assert client.get(reverse("reviews:acts")).status_code == 200
        return len(seen)

    proposed(place, pair)
    client.get("/")  # what is cached once for the process
    one = queries()
    for department in ("transport", "health"):
        made = scenes.application(place, department, 30)
        act = scenes.plan("理由", [keep(module(made))], by=place.people.li)
        acts.propose(act, by=place.people.li)
    assert queries() == one


def test_a_page_with_more_lines_asks_no_more(place, django_assert_max_num_queries):
    client = browser(place.people.wang)

    def queries(*amounts):
        made = scenes.application(place, "health", *amounts)
        choices = [keep(line) for line in made.lines.all()]
        act = acts.propose(scenes.plan("理由", choices, by=place.people.li), by=place.people.li)
        with django_assert_max_num_queries(15) as seen:
            assert client.get(reverse("reviews:act", args=[act.pk])).status_code == 200
        return len(seen)

    client.get("/")  # what is cached once for the process
    assert queries(10) == queries(10, 20, 30)


def test_signing_in_is_asked_for(client, place, pair):
    act = proposed(place, pair)
    answer = client.get(reverse("reviews:act", args=[act.pk]))
    assert answer.status_code == 302
    assert "login" in answer["Location"]
    assert browser(place.people.li).get(reverse("reviews:act-confirm", args=[act.pk])).status_code == 405
