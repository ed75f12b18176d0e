"""Opinions of departments: asked, given, objected, closed by the clock; and nothing of others to be read."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from projects.models import Line
from reviews.models import Act, Opinion
from reviews.services import acts
from reviews.services.plan import Choice
from reviews.states import ActStatus, OpinionState
from reviews.tasks import close_due_opinions
from tests import scenes
from tests.api import Program, refused
from tests.factories import CapabilityFactory, SystemFactory, city
from tests.reviews.pages import confirmed, look, press, said, text, two
from tests.scenes import keep, merge, module

pytestmark = pytest.mark.django_db
CANARY = "泄密金丝雀"


@pytest.fixture
def place():
    return city()


@pytest.fixture
def act(place):
    return confirmed(place, two(place))


def state(act, department):
    return Opinion.objects.get(act=act, department=department).state


def test_a_department_reads_its_lines_and_agrees(place, act):
    page = text(look(place.people.health, "act", act.pk))
    assert "同类功能统一建设" in page
    assert "working days left" in page
    assert "Your department agrees." in said(press(place.people.health, "agree", act.pk, text="同意"))
    assert state(act, place.health) == OpinionState.AGREED
    assert "No opinion of this department is due." in said(press(place.people.health, "agree", act.pk))


def test_the_leader_answers_too(place, act):
    press(place.people.police_leader, "agree", act.pk)
    assert Opinion.objects.get(department=place.police).given_by == place.people.police_leader


def test_an_objection_says_why(place, act):
    assert "An objection says why." in said(press(place.people.health, "contest", act.pk, text="  "))
    assert state(act, place.health) == OpinionState.AWAITING
    assert "a third person" in said(press(place.people.health, "contest", act.pk, text="须直连部平台"))
    assert Act.objects.get(pk=act.pk).status == ActStatus.CONTESTED
    assert "须直连部平台" in text(look(place.people.li, "act", act.pk))


@pytest.mark.parametrize(("who", "status"), [("transport", 404), ("li", 403), ("finance", 403), ("intake", 404)])
@pytest.mark.parametrize("verb", ["agree", "contest"])
def test_only_touched_departments_answer(place, act, who, status, verb):
    assert press(getattr(place.people, who), verb, act.pk, text="x").status_code == status


def test_an_opinion_is_given_by_program(place, act):
    program = Program(place.people.health)
    version = program.read(f"acts/{act.pk}/")["version"]
    refused(program.act(f"acts/{act.pk}/contest/", version, text=""), 400, "invalid")
    shown = program.act(f"acts/{act.pk}/contest/", version, text="理由").json()
    assert shown["status"] == "contested"
    assert [row["text"] for row in shown["opinions"]] == ["理由"]
    refused(program.act(f"acts/{act.pk}/agree/", shown["version"]), 409, "rule")
    police = Program(place.people.police)
    assert police.act(f"acts/{act.pk}/agree/", shown["version"]).json()["opinions"][0]["state"] == "agreed"
    refused(Program(place.people.li).act(f"acts/{act.pk}/agree/", shown["version"]), 403, "permission_denied")


def test_a_department_lists_its_own_opinions_the_authority_all(place, act):
    own = Program(place.people.health).read("opinions/")["results"]
    assert [row["department"] for row in own] == [place.health.pk]
    every = Program(place.people.li).read("opinions/", act=act.pk, state="awaiting")["results"]
    assert {row["department"] for row in every} == {place.health.pk, place.police.pk}
    assert Program(place.people.transport).read("opinions/")["results"] == []
    refused(Program(place.people.intake).get("/api/v1/opinions/"), 403, "permission_denied")


def test_the_clock_closes_what_is_due_and_may_run_twice(place, act):
    press(place.people.health, "agree", act.pk)
    assert close_due_opinions() == 0
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        assert close_due_opinions() == 1
        assert close_due_opinions() == 0
    assert [state(act, place.health), state(act, place.police)] == [OpinionState.AGREED, OpinionState.SILENT]


def test_one_contested_act_does_not_stop_the_clock_for_others(place, act):
    other = scenes.application(place, "transport", 30)
    scenes.decide(place, keep(module(other)), settled=False)
    acts.contest(act, place.health, by=place.people.health, text="异议")
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        assert close_due_opinions() == 1
    assert state(act, place.police) == OpinionState.AWAITING


# ---- isolation: what a department may not read of others


@pytest.fixture
def marked(place):
    """Everything of health's application carries the canary; police is touched as the receiving lead."""
    pair = two(place)
    Line.objects.filter(pk=pair.a.pk).update(name=CANARY, description=CANARY)
    pair.health.name = CANARY
    pair.health.save()
    return confirmed(place, pair)


def test_the_receiving_lead_reads_no_name_and_no_amount_of_the_payer(place, marked):
    pages = [
        text(look(place.people.police, "act", marked.pk)),
        text(look(place.people.police, "acts")),
        str(Program(place.people.police).read(f"acts/{marked.pk}/")),
        str(Program(place.people.police).read("acts/")),
    ]
    for page in pages:
        assert CANARY not in page
        assert place.health.name not in page
        assert "100.00" not in page.replace("100.00%", "")
        assert "0.01<" not in page  # 100 yuan in 万元
    shown = Program(place.people.police).read(f"acts/{marked.pk}/")
    assert [(row["amount"], row["ends"]) for row in shown["incoming"]] == [("60.00", False)]
    assert [row["reference"].split("/")[0] for row in shown["dispositions"]] == [place.police.applications.get().number]


def test_a_department_learns_neither_persons_nor_sums_of_the_whole_act(place, marked):
    shown = Program(place.people.police).read(f"acts/{marked.pk}/")
    for name in ("before", "after", "created_by", "proposed_by", "confirmed_by", "undo_asked_by", "settled_by"):
        assert shown[name] is None
    assert Program(place.people.li).read(f"acts/{marked.pk}/")["after"]["own"]


def test_a_department_may_not_ask_whether_others_are_touched(place, marked):
    program = Program(place.people.police)
    assert len(program.read("acts/", department=place.police.pk)["results"]) == 1
    refused(program.get("/api/v1/acts/", {"department": place.health.pk}), 400, "parameter")


def test_the_payer_reads_the_receiving_place_by_name_and_not_its_money(place, marked):
    page = text(look(place.people.health, "act", marked.pk))
    assert place.police.name in page
    shown = Program(place.people.health).read(f"acts/{marked.pk}/")
    assert len(shown["dispositions"]) == 1
    row = shown["dispositions"][0]
    assert row["target"].startswith(place.police.name)
    assert row["target_line"] is None
    assert "200.00" not in str(shown)


def test_the_owner_of_a_reused_system_reads_that_it_is_to_serve_and_no_more(place):
    system = SystemFactory(owner=place.police, name="雪亮平台")
    made = scenes.application(place, "health", 100, name=CANARY)
    Line.objects.update(name=CANARY)
    act = scenes.decide(place, Choice(module(made).pk, "reuse", system=system.pk), settled=False)
    page = text(look(place.people.police, "act", act.pk))
    assert "雪亮平台" in page
    assert CANARY not in page


def test_a_provider_reads_that_its_capability_is_to_serve(place):
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, provider=place.transport, name="地图服务")
    made = scenes.application(place, "health", 100)
    act = scenes.decide(place, Choice(module(made).pk, "strip", capability=capability.pk), settled=False)
    assert "地图服务" in text(look(place.people.transport, "act", act.pk))
    assert made.name not in text(look(place.people.transport, "act", act.pk))


def test_a_former_receiver_reads_that_money_stops_coming(place):
    pair = two(place)
    first = confirmed(place, pair)
    first.opinions.update(state=OpinionState.SILENT)
    again = scenes.decide(place, keep(pair.a, 70), settled=False)
    page = text(look(place.people.police, "act", again.pk))
    assert "no longer receives" in page
    assert pair.health.name not in page


def test_the_review_of_ones_own_application_tells_nothing_of_proposals(place):
    pair = two(place)
    act = scenes.plan(CANARY, [keep(pair.b), merge(pair.a, pair.b, 60)], by=place.people.li, title=CANARY)
    acts.propose(act, by=place.people.li)
    for who in ("health", "health_leader", "police"):
        person = getattr(place.people, who)
        number = (pair.health if "health" in who else pair.police).number
        page = text(look(person, "application_review", number))
        assert CANARY not in page
        assert act.number not in page
    assert CANARY in text(look(place.people.wang, "application_review", pair.health.number))
    assert look(place.people.police, "application_review", pair.health.number).status_code == 404


def test_amounts_on_the_opinion_page_add_up(place, act):
    concern = look(place.people.health, "act", act.pk).context["concern"]
    assert concern.parts.adds_up
    assert (concern.parts.declared, concern.parts.own, concern.parts.transferred) == (
        Decimal("100.00"), Decimal("5.00"), Decimal("60.00"),
    )  # fmt: skip
